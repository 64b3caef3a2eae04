"""The analyses, in the order a reviewer reads them. Importing them imports nothing heavy."""

from __future__ import annotations

from rai.analyses import counterfactuals, data, error_analysis, explanations, fairness, performance
from rai.evidence import Analysis

ANALYSES: tuple[Analysis, ...] = (data, performance, fairness, explanations, error_analysis, counterfactuals)


def analysis(key: str) -> Analysis:
    """Return the analysis with this key."""
    return next(item for item in ANALYSES if key == item.KEY)
