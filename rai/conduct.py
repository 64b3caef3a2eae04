"""Conducts one review: from sealed data and a model's files to the finished record."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from time import monotonic

import numpy as np
import pandas as pd

from rai.analyses import ANALYSES
from rai.cohorts import parse_cohort
from rai.dataset import ReviewDataset, make_dataset, read_table
from rai.digests import canonical_json, sha256
from rai.errors import DataError, ModelError, NotApplicable
from rai.evidence import Analysis
from rai.measures import Measure
from rai.model.answers import Model, ModelInfo, Predictions
from rai.model.client import Limits, ModelProcess
from rai.pairing.comparing import Champion, compare_paired
from rai.pairing.record import Comparison
from rai.policy import Policy, judge, judge_outcomes
from rai.prediction_record import PredictionRecord
from rai.profile import ReviewProfile
from rai.review import Detail, EvidenceDigests, Outcome, Progress, Review, Step, run_analyses
from rai.subject import Keep, Subject, check_predictions
from rai.versions import ModelVersionRef

#: Libraries whose versions stand in the review.
LIBRARIES = (
    "numpy", "pandas", "scipy", "scikit-learn", "lightgbm", "xgboost", "woodelf-explainer", "mlflow",
    "fairlearn", "shap", "erroranalysis", "dice-ml", "responsibleai", "raiwidgets",
)  # fmt: skip


@dataclass(frozen=True)
class DataFile:
    """A data file as it was sealed: its name and its bytes."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return sha256(self.data)


@dataclass(frozen=True)
class Material:
    """What a review is made from.

    Attributes
    ----------
    target
        As it was asked for.
    model
        Folder in MLflow's model format; ``None`` where the data hold the predictions.
    model_digest
        Digest of that folder, or of the data that hold the predictions.
    """

    target: str
    ref: ModelVersionRef | None
    profile: ReviewProfile
    evaluation: DataFile
    reference: DataFile | None
    model: Path | None
    model_digest: str
    details: tuple[Detail, ...] = ()


def read_dataset(file: DataFile, profile: ReviewProfile) -> ReviewDataset:
    """Read sealed bytes and check them against the profile; errors as in :func:`rai.dataset.make_dataset`."""
    return make_dataset(read_table(file.data, name=file.name), profile, digest=file.digest)


@contextmanager
def open_subject(
    material: Material, *, keep: Keep, progress: Progress, limits: Limits | None = None
) -> Iterator[Subject]:
    """Read the data, start the model process, predict every row once, and give the Subject.

    Raises
    ------
    DataError
        If the data do not fit the profile or the model's inputs.
    ModelError
        If the model will not load, fails, or answers what cannot be judged.
    """
    progress("Read the data", 0.0)
    dataset = read_dataset(material.evaluation, material.profile)
    reference = read_dataset(material.reference, material.profile) if material.reference else None
    if material.model is None:
        subject = Subject(dataset=dataset, predictions=_stored(dataset), reference=reference, keep=keep)
        check_predictions(subject)
        yield subject
        return
    progress("Load the model", 0.3)
    with ModelProcess(material.model, task=material.profile.task, limits=limits or Limits()) as model:
        progress("Predict", 0.8)
        subject = _ask(model, dataset, reference, keep)
        yield subject


def _ask(model: Model, dataset: ReviewDataset, reference: ReviewDataset | None, keep: Keep) -> Subject:
    subject = Subject(
        dataset=dataset, predictions=model.predict(dataset.frame), model=model, reference=reference, keep=keep
    )
    check_predictions(subject)
    return subject


def _stored(dataset: ReviewDataset) -> Predictions:
    columns = dataset.profile.predictions
    if columns is None:
        raise DataError(
            "There is no model to ask and no stored predictions. Add [predictions] label = COLUMN to review.toml."
        )
    labels = dataset.frame[columns.label].to_numpy()
    if columns.score is None:
        return Predictions(labels)
    if dataset.profile.task.kind != "binary":
        raise DataError("[predictions] score is for binary tasks. Remove it from review.toml.")
    scores = pd.to_numeric(dataset.frame[columns.score], errors="coerce").to_numpy(dtype=float)
    if not ((scores >= 0) & (scores <= 1)).all():
        raise DataError(
            f"Column '{columns.score}' must hold probabilities of the positive label, from 0 to 1 in every row. "
            "Scale it, or remove [predictions] score from review.toml."
        )
    return Predictions(labels, np.column_stack([1 - scores, scores]))


def conduct(  # noqa: PLR0913 - who, when, by which policy and where to are arguments on purpose
    material: Material, *, review_id: str, policy: Policy, by: str, when: str, keep: Keep, progress: Progress,
    limits: Limits | None = None, analyses: Sequence[Analysis] = ANALYSES, against: Champion | None = None,
) -> Review:  # fmt: skip
    """Carry out a review and return its record.

    A model that fails is a finding about the model, not the end of the review: every analysis is then recorded as
    failed with the reason, and the gate stays closed.
    """
    steps = _Steps(progress)
    info: ModelInfo | None = None
    answers, comparison = "", None
    try:
        with open_subject(material, keep=keep, progress=steps.within(0.0, 0.15), limits=limits) as subject:
            info, rows = subject.info, len(subject)
            answers = keep(PredictionRecord.of(subject.predictions, dataset=material.evaluation.digest))
            seed = material.profile.review.seed
            outcomes, measures = run_analyses(subject, analyses, seed=seed, progress=steps.within(0.15, 0.93))
            steps("Compare with the champion", 0.93)
            comparison = _beside(subject, against, challenger=material.target, seed=seed)
    except ModelError as error:
        rows = len(read_dataset(material.evaluation, material.profile))
        outcomes, measures = _all_failed(analyses, str(error)), ()
    steps("Judge by the policy", 0.95)
    return _record(
        material, policy, info=info, rows=rows, answers=answers, outcomes=outcomes, measures=measures,
        steps=steps.taken(),
    ).model_copy(update={"id": review_id, "by": by, "created": when, "comparison": comparison})  # fmt: skip


def _beside(subject: Subject, against: Champion | None, *, challenger: str, seed: int) -> Comparison | None:
    """Compare with the champion where both were asked about the same rows."""
    if against is None:
        return None
    try:
        return compare_paired(subject, against, challenger=challenger, seed=seed)
    except NotApplicable:
        return None  # The two reviews are then compared by their stored numbers, and that is said there.


def _all_failed(analyses: Sequence[Analysis], reason: str) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(analysis=item.KEY, config={}, cohort="", status="failed", reason=reason, seconds=0.0)
        for item in analyses
    )


def _record(  # noqa: PLR0913 - the parts of one record
    material: Material, policy: Policy, *, info: ModelInfo | None, rows: int, answers: str,
    outcomes: tuple[Outcome, ...], measures: tuple[Measure, ...], steps: tuple[Step, ...],
) -> Review:  # fmt: skip
    statuses = {item.analysis: item.status for item in outcomes}
    return Review(
        id="",
        target=material.target,
        ref=material.ref,
        created="",
        by="",
        profile=material.profile,
        digests=EvidenceDigests(
            model=material.model_digest,
            dataset=material.evaluation.digest,
            reference=material.reference.digest if material.reference else "",
            predictions=answers,
            profile=material.profile.digest,
            policy=policy.digest_of_file,
            environment=sha256(environment()),
        ),
        model=info,
        details=material.details,
        rows=rows,
        seed=material.profile.review.seed,
        versions=library_versions(),
        steps=steps,
        outcomes=outcomes,
        measures=measures,
        findings=(*judge_outcomes(policy, statuses), *judge(policy, measures, material.profile)),
        card_terms=policy.card,
    )


def on_cohort(subject: Subject, cohort_text: str, *, seed: int, progress: Progress) -> tuple[Outcome, ...]:
    """Carry out every analysis on a cohort."""
    part = subject.within(parse_cohort(cohort_text))
    return run_analyses(part, ANALYSES, seed=seed, progress=progress)[0]


def environment() -> bytes:
    """The whole environment as canonical JSON: interpreter and every installed distribution with its version."""
    return canonical_json({"python": platform.python_version(), "distributions": _installed()})


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries that compute evidence."""
    found = _installed()
    return {"python": platform.python_version(), **{name: found[name] for name in LIBRARIES if name in found}}


def _installed() -> dict[str, str]:
    """Versions by distribution name, written as PEP 503 has it: lower case, with hyphens."""
    names = ((item.metadata["Name"], item.version) for item in distributions())
    return {name.lower().replace("_", "-"): version for name, version in names if name}


class _Steps:
    """Passes progress on, scaled to the whole, and remembers how long each named step took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._marks: list[tuple[str, float]] = []

    def __call__(self, name: str, share: float) -> None:
        self._marks.append((name, monotonic()))
        self._progress(name, share)

    def within(self, low: float, high: float) -> Progress:
        return lambda name, share: self(name, low + (high - low) * share)

    def taken(self) -> tuple[Step, ...]:
        ends = [*(at for _, at in self._marks[1:]), monotonic()]
        return tuple(
            Step(name=name, seconds=round(end - at, 3)) for (name, at), end in zip(self._marks, ends, strict=True)
        )
