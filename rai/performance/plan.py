"""The settings the performance measurements share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Seed, resampled tables behind an interval, and bins of the calibration curve and of the histograms."""

    seed: int
    replicates: int
    calibration_bins: int
    histogram_bins: int
