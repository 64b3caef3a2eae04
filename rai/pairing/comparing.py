"""Compares two versions on the same rows, over all of them and within every group of every sensitive feature."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rai.errors import NotApplicable
from rai.model.answers import Predictions
from rai.pairing.binary import joint_counts, paired_rates
from rai.pairing.means import flips, paired_auc, paired_mean
from rai.pairing.parts import Part, parts_of
from rai.pairing.record import Comparison, Flips, Paired
from rai.profile import ReviewProfile
from rai.subject import Subject

#: Largest loss of a share that still counts as not worse: one percentage point.
MARGIN = 0.01


@dataclass(frozen=True)
class Champion:
    """The version compared with.

    Attributes
    ----------
    uri, review, dataset
        Its address, the digest of its review and the digest of the rows it was reviewed on.
    profile
        Its own profile: its own threshold decides its labels.
    classes
        Its labels in the order of its scores' columns.
    """

    uri: str
    review: str
    dataset: str
    profile: ReviewProfile
    predictions: Predictions
    classes: tuple[str, ...] = ()


def compare_paired(subject: Subject, champion: Champion, *, challenger: str, seed: int) -> Comparison:
    """Compare the subject's version with a champion that was asked about the same rows.

    Raises
    ------
    NotApplicable
        If the champion was reviewed on other rows, or for another task: then there are no pairs.
    """
    _refuse_other_task(subject, champion.profile)
    if champion.dataset != subject.dataset.digest or len(champion.predictions.labels) != len(subject):
        raise NotApplicable("The two versions were reviewed on different rows, so no row has both answers.")
    before = _as(subject, champion)
    parts = tuple(parts_of(subject.dataset))
    measured = _MEASURE[subject.task.kind](before, subject, parts, seed)
    return Comparison(
        champion=champion.uri,
        champion_review=champion.review,
        challenger=challenger,
        dataset=subject.dataset.digest,
        rows=len(subject),
        kind=subject.task.kind,
        margin=MARGIN,
        metrics=tuple(measured[0]),
        flips=tuple(measured[1]),
    )


def _refuse_other_task(subject: Subject, other: ReviewProfile) -> None:
    mine, yours = subject.task, other.task
    if (mine.kind, mine.target, mine.positive, mine.favourable) != (
        yours.kind, yours.target, yours.positive, yours.favourable,
    ):  # fmt: skip
        raise NotApplicable("The two versions were reviewed for different tasks, so their answers cannot be paired.")


def _as(subject: Subject, champion: Champion) -> Subject:
    """The same rows with the champion's answers."""
    labels, scores = champion.predictions.labels, champion.predictions.scores
    if scores is not None and subject.task.kind == "binary" and subject.positive in champion.classes:
        place = champion.classes.index(subject.positive)
        scores = np.column_stack([scores[:, 1 - place], scores[:, place]])
    return Subject(
        dataset=replace(subject.dataset, profile=champion.profile),
        predictions=Predictions(labels, scores),
        known_classes=subject.classes,
    )


Measured = tuple[list[Paired], list[Flips]]


def _binary(before: Subject, after: Subject, parts: tuple[Part, ...], seed: int) -> Measured:
    truth, one, other = (np.asarray(item, dtype=bool) for item in (after.y_true, before.y_pred, after.y_pred))
    found: list[Paired] = []
    if before.predictions.scores is not None and after.predictions.scores is not None:
        found.append(
            paired_auc(truth, before.positive_scores(before.predictions), after.positive_scores(after.predictions))
        )
    for part in parts:
        rows = part.rows
        found.extend(paired_rates(joint_counts(truth[rows], one[rows], other[rows]), part, seed=seed))
    return found, [flips(before.favourable, after.favourable, part) for part in parts]


def _multiclass(before: Subject, after: Subject, parts: tuple[Part, ...], _: int) -> Measured:
    one, other = before.errors == 0, after.errors == 0
    found = [paired_mean("accuracy", one.astype(float), other.astype(float), part) for part in parts]
    return found, [flips(one, other, part) for part in parts]


def _regression(before: Subject, after: Subject, parts: tuple[Part, ...], _: int) -> Measured:
    columns = {
        "mean_absolute_error": (before.errors, after.errors),
        "mean_prediction": (np.asarray(before.y_pred, dtype=float), np.asarray(after.y_pred, dtype=float)),
    }
    return [paired_mean(name, *pair, part) for part in parts for name, pair in columns.items()], []


_MEASURE = {"binary": _binary, "multiclass": _multiclass, "regression": _regression}
