"""Builds sections and cards from stored records: nothing is computed anew, nothing is asked of a model."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from rai.analyses import ANALYSES, analysis
from rai.archive import Archive
from rai.card import EvidenceSection, ModelCard, build_card
from rai.compare import KEY, QUESTION, TITLE, compare
from rai.errors import InputError
from rai.narrative import narrative
from rai.review import Outcome, Review
from rai.suppression import without_small_cells
from rai.versions import ModelVersionRef

_ALONE = (
    "No other version of this model was the champion, with a complete review to compare with, when it was reviewed."
)


def evidence_sections(outcomes: Iterable[Outcome]) -> tuple[EvidenceSection, ...]:
    """One section an analysis, in the order a reviewer reads them; an analysis without an outcome is ``failed``."""
    by_key = {outcome.analysis: outcome for outcome in outcomes}
    return tuple(evidence_section(item.KEY, by_key.get(item.KEY)) for item in ANALYSES)


def evidence_section(key: str, outcome: Outcome | None) -> EvidenceSection:
    """Draw one stored outcome up as a section, or say why there is none."""
    item = analysis(key)
    if outcome is None:
        return EvidenceSection(
            analysis=key, title=item.TITLE, question=item.QUESTION, status="failed", reason="It was not carried out."
        )
    try:
        section = item.section(item.Result.model_validate(outcome.result)) if outcome.result is not None else None
    except ValidationError:
        return EvidenceSection(
            analysis=key, title=item.TITLE, question=item.QUESTION, status="failed",
            reason="It was written by another version of this program and cannot be shown. Review the version again.",
        )  # fmt: skip
    return EvidenceSection(
        analysis=key,
        title=item.TITLE,
        question=item.QUESTION,
        status=outcome.status,
        reason=outcome.reason,
        section=section,
    )


def card_of(review: Review, archive: Archive, *, digest: str) -> ModelCard:
    """Build the card of a review with the narrative as it stands now.

    Parameters
    ----------
    digest
        SHA-256 of the review's bytes as they are kept.
    """
    written = archive.narrative(review.ref) if review.ref else {}
    card = build_card(
        review,
        review_digest=digest,
        evidence=(*evidence_sections(review.outcomes), _comparison(review, archive)),
        fields=narrative(written, required=review.card_terms.required),
        policy=review.profile.review.policy,
    )
    return without_small_cells(card, review.card_terms.smallest_cell)


def _comparison(review: Review, archive: Archive) -> EvidenceSection:
    """Draw up the comparison with the champion of the time of the review, or say why there is none."""
    found = EvidenceSection(analysis=KEY, title=TITLE, question=QUESTION, status="not_applicable", reason=_ALONE)
    if review.comparison is None:
        return found
    section = compare(archive.review_at(review.comparison.champion_review), review)
    return found.model_copy(update={"status": "computed", "reason": "", "section": section})


def current_card(archive: Archive, ref: ModelVersionRef) -> ModelCard:
    """Build the card of a version's newest review.

    Raises
    ------
    InputError
        If the version has no complete review.
    """
    kept = archive.kept_review(ref)
    if kept is None:
        raise InputError(f"{ref.uri} has no complete review. Start one with: rai review {ref.uri}")
    digest, review = kept
    return card_of(review, archive, digest=digest)
