"""A review: runs the analyses over a Subject and writes down every outcome, computed, not applicable or failed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import JsonValue

from rai.errors import NotApplicable, RaiError
from rai.evidence import Analysis, AnalysisConfig
from rai.measures import Measure
from rai.model.answers import ModelInfo
from rai.pairing.record import Comparison
from rai.policy import CardTerms, Finding
from rai.profile import ReviewProfile
from rai.stored import Stored
from rai.subject import Subject
from rai.versions import ModelVersionRef

Status = Literal["computed", "not_applicable", "failed"]
Progress = Callable[[str, float], None]

SCHEMA_VERSION = "1"

_log = logging.getLogger(__name__)


class Outcome(Stored):
    """What became of one analysis.

    Attributes
    ----------
    config, result
        As the analysis's own types wrote them; ``result`` is ``None`` unless computed.
    reason
        Why not applicable or failed, in a sentence.
    """

    analysis: str
    config: dict[str, JsonValue]
    cohort: str
    status: Status
    result: dict[str, JsonValue] | None = None
    reason: str = ""
    seconds: float


class EvidenceDigests(Stored):
    """SHA-256 of what the review rests on; ``reference`` is empty where no reference data were given.

    ``predictions`` is the digest of the answers row by row, kept in the content store only; empty where the model
    gave none that can be judged.
    """

    model: str
    dataset: str
    reference: str = ""
    predictions: str = ""
    profile: str
    policy: str
    environment: str


class Step(Stored):
    """A named step and how long it took."""

    name: str
    seconds: float


class Detail(Stored):
    """A fact about the model with where it comes from: ``registry``, ``run``, ``profile``, ``review``, ``model``."""

    name: str
    value: str
    source: str


class Review(Stored):
    """The stored record of one review, ``review.json``.

    Attributes
    ----------
    ref
        The model version; ``None`` for a directory or for stored predictions.
    rows
        Rows evaluated.
    details
        Facts the registry told about the version when it was reviewed.
    versions
        Python and library versions that computed it.
    card_terms
        What the policy of that time asks of the model card.
    comparison
        Against the champion of that time on the same rows; ``None`` where there was none to compare with.
    """

    id: str
    schema_version: str = SCHEMA_VERSION
    target: str
    ref: ModelVersionRef | None
    created: str
    by: str
    profile: ReviewProfile
    digests: EvidenceDigests
    model: ModelInfo | None
    details: tuple[Detail, ...] = ()
    rows: int
    seed: int
    versions: dict[str, str]
    steps: tuple[Step, ...]
    outcomes: tuple[Outcome, ...]
    measures: tuple[Measure, ...]
    findings: tuple[Finding, ...]
    card_terms: CardTerms = CardTerms()
    comparison: Comparison | None = None

    def outcome(self, analysis: str) -> Outcome | None:
        """The outcome of one analysis."""
        return next((item for item in self.outcomes if item.analysis == analysis), None)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Analyses that failed."""
        return tuple(item for item in self.outcomes if item.status == "failed")


def run_analyses(
    subject: Subject, analyses: Sequence[Analysis], *, seed: int, progress: Progress
) -> tuple[tuple[Outcome, ...], tuple[Measure, ...]]:
    """Run each analysis; an analysis that fails is recorded and the others go on.

    Parameters
    ----------
    progress
        Told the title of each analysis and the share of analyses done before it, 0 to 1. It may raise to cancel.
    """
    outcomes: list[Outcome] = []
    measures: list[Measure] = []
    for done, analysis in enumerate(analyses):
        progress(analysis.TITLE, done / len(analyses))
        outcome, found = run_one(subject, analysis, analysis.Config(seed=seed))
        outcomes.append(outcome)
        measures.extend(found)
    return tuple(outcomes), tuple(measures)


def run_one(subject: Subject, analysis: Analysis, config: AnalysisConfig) -> tuple[Outcome, tuple[Measure, ...]]:
    """Run one analysis and write down its outcome."""
    started = time.monotonic()
    status: Status = "computed"
    result, reason = None, ""
    measures: tuple[Measure, ...] = ()
    try:
        computed = analysis.compute(subject, config)
        result, measures = computed.model_dump(mode="json"), analysis.measures(computed)
    except NotApplicable as answer:
        status, reason = "not_applicable", str(answer)
    except RaiError as error:
        status, reason = "failed", str(error)
    except Exception as error:  # noqa: BLE001 - whatever a library raises is an outcome of its analysis, never silence
        _log.exception("Analysis %s failed", analysis.KEY)
        status, reason = "failed", f"{analysis.TITLE} stopped with {type(error).__name__}: {error}"[:500]
    outcome = Outcome(
        analysis=analysis.KEY,
        config=config.model_dump(mode="json"),
        cohort=subject.cohort.text,
        status=status,
        result=result,
        reason=reason,
        seconds=round(time.monotonic() - started, 3),
    )
    return outcome, measures
