"""What a review came to, analysis by analysis, as it is sealed: only what was carried out and passed is a pass."""

from __future__ import annotations

from typing import Literal

from rai.approval.events import Evaluated
from rai.policy import REQUIRED, Policy
from rai.review import Outcome, Review

#: Where no model was asked: the predictions were made elsewhere.
NO_MODEL = "no model was run: the predictions were handed in"


def evaluated(review: Review, policy: Policy) -> Evaluated:
    """Say what each analysis of a review came to under the policy that judged it.

    An analysis that the policy requires and that has no outcome is an ``error``.
    """
    closed = _closed(review, policy)
    missing = dict.fromkeys(policy.required, "error")
    found = {item.analysis: _result(item, closed=item.analysis in closed) for item in review.outcomes}
    return Evaluated.model_validate(
        {
            "checks": {**missing, **found},
            "sandbox": review.model.isolation if review.model else NO_MODEL,
            "seed": review.seed,
        }
    )


def _closed(review: Review, policy: Policy) -> frozenset[str]:
    """Analyses about which a blocking rule did not pass."""
    about = {rule.id: rule.analysis for rule in policy.rules}
    rules = (item.rule for item in review.findings if item.closes_gate)
    return frozenset(about.get(rule, rule.removeprefix(REQUIRED)) for rule in rules)


def _result(outcome: Outcome, *, closed: bool) -> Literal["pass", "fail", "error", "skipped"]:
    if outcome.status == "failed":
        return "error"
    if outcome.status == "not_applicable":
        return "skipped"
    return "fail" if closed else "pass"
