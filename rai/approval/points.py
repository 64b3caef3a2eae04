"""What keeps a version from being approved: findings that close the gate and nobody waived, and fields nobody wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rai.approval.events import seconds
from rai.card import Waiver
from rai.policy import Finding


def waived(waivers: Iterable[Waiver], *, at: int | None) -> frozenset[str]:
    """Return the digests of the findings that are waived at a time (seconds since 1970); no time, no waiver."""
    return frozenset(item.finding for item in waivers if at is not None and at < seconds(item.until))


def stands_in_the_way(finding: Finding, waived_now: Collection[str]) -> bool:
    """True if a finding closes the gate and is not waived; what may not be waived never is."""
    return finding.closes_gate and not (finding.waivable and finding.digest in waived_now)


def open_points(
    findings: Sequence[Finding], unwritten: Sequence[str], waived_now: Collection[str] = ()
) -> tuple[str, ...]:
    """Say what keeps the gate closed, one sentence a point.

    Parameters
    ----------
    findings
        Of the review; none at all means that no policy has judged, which is a point.
    unwritten
        Headings of the narrative fields that nobody has written.
    waived_now
        Digests of the findings that are waived, see :func:`waived`.
    """
    points = [
        f"Finding '{item.rule}' ({item.verdict}): {item.sentence}"
        for item in findings
        if stands_in_the_way(item, waived_now)
    ]
    if not findings:
        points.append("No policy has judged this version.")
    points += [f"Nobody has written '{heading}' in the model card." for heading in unwritten]
    return tuple(points)
