"""Which metric for which harm: who is harmed by which error, seen from the outcome that is good for the person."""

from __future__ import annotations

from dataclasses import dataclass

from rai.profile import TaskKind
from rai.section import Column, Table
from rai.statistics.names import name_of


@dataclass(frozen=True)
class Facts:
    """What the words need to know besides the features."""

    kind: TaskKind
    target: str
    positive: str
    favourable: str
    rows: int
    min_group: int
    replicates: int
    agreement: float | None
    stated: str = ""
    rationale: str = ""
    tests: int = 0
    tests_controlled: int = 0


#: The metric whose widest gap leads the section, and the metrics drawn for every feature, by kind of task.
LEADING: dict[TaskKind, str] = {
    "binary": "favourable_rate",
    "multiclass": "accuracy",
    "regression": "mean_absolute_error",
}
DRAWN: dict[TaskKind, tuple[str, ...]] = {
    "binary": ("favourable_rate", "false_positive_rate", "false_negative_rate"),
    "multiclass": ("accuracy", "balanced_accuracy"),
    "regression": ("mean_prediction", "mean_residual", "mean_absolute_error"),
}

#: The rates a named measure looks at.
_RATES: dict[str, tuple[str, ...]] = {
    "demographic_parity": ("favourable_rate",),
    "equal_opportunity": ("true_positive_rate",),
    "predictive_parity": ("precision",),
    "equalized_odds": ("true_positive_rate", "false_positive_rate"),
}


def leading(facts: Facts) -> tuple[str, ...]:
    """The metrics that lead the section: what the profile states, else what suits the task."""
    return _RATES.get(facts.stated, (facts.stated,)) if facts.stated else (LEADING[facts.kind],)


def drawn(facts: Facts) -> tuple[str, ...]:
    """The metrics drawn for every feature, the leading ones first."""
    return tuple(dict.fromkeys((*leading(facts), *DRAWN[facts.kind])))


def choice(facts: Facts) -> str:
    """What the submitter chose and why, or that nobody said."""
    if not facts.stated:
        return (
            "The profile states no metric that matters most. Which one does is a choice with a reason; the submitter "
            "can state both under [fairness] in review.toml."
        )
    name = name_of(facts.stated).label
    return f"The submitter's metric is: {name}. The reason given: {facts.rationale.strip()}"


def guide(facts: Facts) -> Table:
    """The table that helps to choose: the question, who is harmed where it differs, and the metric that shows it."""
    if facts.kind == "binary":
        rows = _good(facts.positive) if facts.favourable == "positive" else _bad(facts.positive)
    else:
        rows = _MULTICLASS if facts.kind == "multiclass" else _REGRESSION
    heads = ("Question", "Who is harmed where it differs", "Metric", "Named measure")
    return Table(
        title="Which metric for which harm",
        columns=tuple(Column(name=name) for name in heads),
        rows=rows,
        note=choice(facts),
    )


_Rows = tuple[tuple[str, ...], ...]


def _good(label: str) -> _Rows:
    """The rows where the positive label is good for the person."""
    return (
        (
            f"Who is denied '{label}' although it was true?",
            "the person denied",
            "False negative rate",
            "Equal opportunity",
        ),
        (
            f"Who is given '{label}' although it was not true?",
            "who bears the cost; the person, if it is a burden",
            "False positive rate",
            "Equalized odds, with the row above",
        ),
        (
            f"Is '{label}' given equally often?",
            "people given it less often, whatever their outcome",
            "Favourable outcome rate",
            "Demographic parity",
        ),
        (
            f"Does a predicted '{label}' come true equally often?",
            "the group in which it comes true more often: more was asked of it",
            "Precision",
            "Predictive parity",
        ),
        (
            "Does a score mean the same in every group?",
            "the group whose scores are too low",
            "Calibration in the large",
            "Calibration within groups",
        ),
        _RANKING,
    )


def _bad(label: str) -> _Rows:
    """The rows where the positive label is bad for the person."""
    return (
        (
            f"Who is predicted '{label}' although it was not true?",
            "the person wrongly burdened",
            "False positive rate",
            "Equalized odds, with the row below",
        ),
        (
            f"Who is spared '{label}' although it was true?",
            "who bears the cost; the person, if it would have helped",
            "False negative rate",
            "Equal opportunity",
        ),
        (
            f"Is '{label}' predicted equally often?",
            "people predicted it more often, whatever their outcome",
            "Favourable outcome rate",
            "Demographic parity",
        ),
        (
            f"Does a predicted '{label}' come true equally often?",
            "the group in which it comes true less often: less was needed",
            "Precision",
            "Predictive parity",
        ),
        (
            "Does a score mean the same in every group?",
            "the group whose scores are too high",
            "Calibration in the large",
            "Calibration within groups",
        ),
        _RANKING,
    )


_RANKING = (
    "Does the model tell people apart equally well?",
    "the group for whom it works less well",
    "ROC AUC",
    "",
)

_MULTICLASS: _Rows = (
    ("Is the model right equally often?", "the group for whom it is wrong more often", "Accuracy", ""),
    (
        "Are the people of every class recognised equally often?",
        "people of a class who are missed more often",
        "Recall of each class, balanced accuracy",
        "Equal opportunity of each class",
    ),
    (
        "Is every class predicted equally often?",
        "people given a good class less often, whatever their outcome",
        "Selection rate of each class",
        "Demographic parity of each class",
    ),
    (
        "Does a predicted class come true equally often?",
        "people of whom a wrong class is believed",
        "Precision of each class and its mean",
        "Predictive parity of each class",
    ),
)

_REGRESSION: _Rows = (
    (
        "Is the prediction too high or too low for a group?",
        "the group predicted too little, where more is better for it",
        "Mean residual",
        "",
    ),
    ("Is the error equally large?", "the group for whom it works less well", "Mean absolute error", ""),
    (
        "Is as much predicted for every group?",
        "people predicted less, whatever their outcome",
        "Mean prediction",
        "",
    ),
    ("Does it tell people apart equally well?", "the group within which it hardly does", "R²", ""),
)
