"""Where a version stands now: its case, its card, the six digests, and what keeps the gate closed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from rai.approval.cases import Case
from rai.approval.events import seconds
from rai.approval.gate import standing_reasons
from rai.approval.history import History
from rai.approval.points import open_points, waived
from rai.approval.subjects import etag, missing
from rai.card import ModelCard, Stand, Waiver
from rai.cards import card_of
from rai.clock import now
from rai.digests import sha256_file, tree_digest
from rai.errors import RegistryError
from rai.policy import Finding
from rai.review import Review
from rai.reviewing import submitted_and_reviewed
from rai.versions import ModelVersionRef
from rai.workspace import Workspace


@dataclass(frozen=True)
class Standing:
    """Where a version stands now.

    Attributes
    ----------
    digests
        Digests of the six subjects as they are; one that could not be computed is left out.
    unwritten
        Headings of the narrative fields that the policy asks for and nobody has written.
    points
        What keeps it from being approved, a sentence each.
    moment
        Seconds since 1970, UTC, when this was found out.
    """

    case: Case | None
    review: Review
    card: ModelCard
    digests: dict[str, str]
    findings: tuple[Finding, ...]
    unwritten: tuple[str, ...]
    points: tuple[str, ...]
    moment: int

    @property
    def etag(self) -> str:
        """One digest over the six; empty while one of them is unknown."""
        return "" if missing(self.digests) else etag(self.digests)

    @property
    def open(self) -> bool:
        """True if a decision that opens the gate is in force on exactly these bytes."""
        return not self.reasons

    @property
    def waivable(self) -> tuple[Finding, ...]:
        """Findings that a reviewer may waive and nobody has waived now."""
        waived_now = waived(self.card.waivers, at=self.moment)
        return tuple(item for item in self.findings if item.waivable and item.digest not in waived_now)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it may not be deployed as things stand here; the command ``rai gate`` looks at the registry as well."""
        if self.case is None:
            return ("It has not been submitted for review.",)
        if not self.case.in_force:
            return (self.case.sentence, *self.points)
        other = [name for name, value in self.case.bound.items() if self.digests.get(name) != value]
        different = (f"The {name} is not the one that was approved." for name in other)
        return (*standing_reasons(self.case, now=self.moment), *different)


def standing(
    workspace: Workspace, ref: ModelVersionRef, *, live: bool = False, time: str | None = None,
    history: History | None = None,
) -> Standing:  # fmt: skip
    """Say where a version stands.

    Parameters
    ----------
    live
        Download the model's files and digest them; otherwise the digest sealed at submission stands for them.
    time
        The moment it is about (ISO 8601 with offset); by default the present one.
    history
        The ledger as read before, for a look at very many versions; by default it is read now.

    Raises
    ------
    InputError
        If it was not submitted or has no complete review.
    RegistryError
        With ``live``, if the files cannot be had.
    """
    submission, kept, review = submitted_and_reviewed(workspace, ref)
    case = (history or workspace.ledger.history()).case(ref)
    built = card_of(review, workspace.archive, digest=kept).model_copy(update={"waivers": _waivers(case, review)})
    card = _as_signed(workspace, case, built)
    model = _looked_twice(workspace, ref, sealed=submission.model) if live else submission.model
    digests = {**_local_digests(workspace, kept, review), "card": card.content_digest, "model": model}
    unwritten = tuple(field.heading for field in card.unwritten)
    moment = seconds(time or now())
    return Standing(
        case=case,
        review=review,
        card=card.model_copy(update={"sign_offs": case.sign_offs if case else (), "stand": _stand(workspace, case)}),
        digests=digests,
        findings=review.findings,
        unwritten=unwritten,
        points=open_points(review.findings, unwritten, waived(card.waivers, at=moment)),
        moment=moment,
    )


def model_digest(workspace: Workspace, ref: ModelVersionRef) -> str:
    """Digest the model's files as they lie in the registry now."""
    with tempfile.TemporaryDirectory() as folder:
        return tree_digest(workspace.registry.fetch(ref, Path(folder) / "model"))


def _looked_twice(workspace: Workspace, ref: ModelVersionRef, *, sealed: str) -> str:
    """Digest the model's files; one wrong answer of the network must not be taken for a change and end an approval."""
    first = model_digest(workspace, ref)
    if first != sealed and model_digest(workspace, ref) != first:
        raise RegistryError(f"The registry gave the files of {ref.uri} twice and they differ. Ask again.")
    return first


def _waivers(case: Case | None, review: Review) -> tuple[Waiver, ...]:
    """Return the waivers of exactly the findings this review has."""
    known = {item.digest for item in review.findings}
    return tuple(item for item in case.waivers if item.finding in known) if case else ()


def _stand(workspace: Workspace, case: Case | None) -> Stand | None:
    if case is None:
        return None
    open_still = case.missing if case.state in {"draft", "in_review"} else ()
    found = Stand(
        state=case.state, sentence=case.sentence, tier=case.terms.tier, missing=open_still, exception=case.exception
    )
    if not case.in_force or case.decision is None:
        return found
    row = {"ledger_row": case.decision.seq, "ledger_head": case.decision.head}
    return found.model_copy(update={**row, "attestation": workspace.outbox.attestation_digest(case)})


def _as_signed(workspace: Workspace, case: Case | None, built: ModelCard) -> ModelCard:
    """Return the card that was signed, byte by byte, where it says the same as the one built now.

    The sections of the evidence are drawn by this program; a later version may word them otherwise. What was signed
    stays as it was signed, as long as the review, the narrative, the waivers and the facts are the same.
    """
    digest = _signed_card(case) if case else ""
    if not digest or not workspace.store.intact(digest):
        return built
    try:
        signed = ModelCard.from_bytes(workspace.store.get(digest))
    except ValidationError:
        return built  # written by another version of this program: what is shown now is not what was approved
    return signed if signed.model_copy(update={"evidence": built.evidence}) == built else built


def _signed_card(case: Case) -> str:
    signed = [item.digests for item in case.sign_offs] + [item.digests for item in case.overrides]
    return case.bound.get("card", "") or next((item.get("card", "") for item in signed), "")


def _local_digests(workspace: Workspace, kept: str, review: Review) -> dict[str, str]:
    """Digest what is kept here as it is now; what is gone is left out."""
    store, sealed = workspace.store, review.digests
    found = {
        "dataset": sealed.dataset if store.intact(sealed.dataset) else "",
        "review": kept if store.intact(kept) else "",
        "environment": sealed.environment if store.intact(sealed.environment) else "",
    }
    policy = workspace.settings.policies / f"{review.profile.review.policy}.toml"
    if policy.is_file():
        found["policy"] = sha256_file(policy)
    return {name: digest for name, digest in found.items() if digest}
