"""A number with its 95 % interval and the rows it rests on, or the reason why there is none."""

from __future__ import annotations

import math

from pydantic import model_validator

from rai.measures import Aggregate, Measure
from rai.stored import Stored


class Estimate(Stored):
    """One measured number.

    Attributes
    ----------
    value, low, high
        The number and its 95 % interval, ``low <= value <= high``; ``None`` where absent.
    n
        Rows the number rests on: for a rate its denominator.
    reason
        Why the value is absent.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    reason: str = ""

    @model_validator(mode="after")
    def _absent_with_reason(self) -> Estimate:
        if self.value is None and not self.reason:
            raise ValueError("an absent number needs its reason")
        if self.value is not None and None not in (self.low, self.high):
            assert self.low is not None
            assert self.high is not None
            if not self.low <= self.value <= self.high:
                raise ValueError(f"the interval {self.low} to {self.high} does not hold its value {self.value}")
        return self


def estimate(value: float, low: float, high: float, n: int, *, undefined: str = "") -> Estimate:
    """Build an Estimate from plain numbers.

    Parameters
    ----------
    value, low, high
        NaN in ``value`` means undefined. Ends that rounding moved past the value are moved back to it.
    undefined
        The reason used where ``value`` is NaN.
    """
    if not math.isfinite(value):
        return absent(n, undefined or "The number is undefined here.")
    if not (math.isfinite(low) and math.isfinite(high)):
        return Estimate(value=float(value), n=int(n))
    return Estimate(value=float(value), low=float(min(low, value)), high=float(max(high, value)), n=int(n))


def absent(n: int, reason: str) -> Estimate:
    """An Estimate without a value."""
    return Estimate(value=None, n=int(n), reason=reason)


def to_measure(  # noqa: PLR0913 - a Measure has that many names
    found: Estimate,
    *,
    analysis: str,
    metric: str,
    aggregate: Aggregate = "overall",
    feature: tuple[str, ...] = (),
    group: tuple[str, ...] = (),
    cohort: str = "",
) -> Measure:
    """The Measure of an Estimate."""
    return Measure(
        analysis=analysis,
        metric=metric,
        feature=feature,
        group=group,
        aggregate=aggregate,
        cohort=cohort,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        reason=found.reason,
    )
