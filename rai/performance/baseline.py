"""The plain warning when a model does not beat a baseline that always answers the same."""

from __future__ import annotations

from rai.statistics.estimates import Estimate
from rai.theme import write


def baseline_notes(baseline: Estimate, gain: Estimate, always: str) -> tuple[str, ...]:
    """What to say about the gain in accuracy over always predicting the most frequent class; nothing if it is clear."""
    if gain.value is None or gain.low is None or gain.high is None or gain.low > 0:
        return ()
    ends = f"{100 * gain.value:+.1f} percentage points ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})"
    beside = f"always predicting '{always}', which is right in {write(baseline.value, 'percent')} of {gain.n:,} rows"
    if gain.value <= 0:
        return (f"The model's accuracy does not beat {beside}. The difference is {ends}.",)
    return (f"The model's accuracy is not shown to beat {beside}: the difference is {ends}, which may be chance.",)


def mean_baseline_notes(r2: Estimate) -> tuple[str, ...]:
    """What to say where the model is not shown to beat always predicting the mean."""
    if r2.value is None or r2.low is None or r2.high is None or r2.low > 0:
        return ()
    ends = f"R² is {r2.value:.3f} ({r2.low:.3f} to {r2.high:.3f}) over {r2.n:,} rows"
    if r2.value <= 0:
        return (f"The model does not beat always predicting the mean outcome of these rows: {ends}.",)
    return (f"The model is not shown to beat always predicting the mean outcome of these rows: {ends}.",)
