"""The review profile: what the submitter declares about task, data and owner in ``review.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from rai.errors import ProfileError
from rai.stored import Stored

TaskKind = Literal["binary", "multiclass", "regression"]
Label = str | int | float | bool


class Task(Stored):
    """What the model predicts.

    Attributes
    ----------
    kind, target
        The task and the column with the true outcome.
    positive
        Binary only: the label counted as positive.
    favourable
        Binary only: which prediction is good for the person, ``positive`` or ``negative``.
    threshold
        Binary only: scores at or above it are predicted positive. Without it the model's own labels stand.
    """

    kind: TaskKind
    target: str
    positive: Label | None = None
    favourable: Literal["positive", "negative"] = "positive"
    threshold: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _positive_is_given(self) -> Task:
        if self.kind == "binary" and self.positive is None:
            raise ValueError("a binary task needs 'positive': the label counted as positive")
        return self


class Data(Stored):
    """The evaluation data and the roles of its columns.

    Attributes
    ----------
    evaluation, reference
        File names: the rows tested on and, where given, those the model was trained on.
    sensitive
        Columns whose groups are compared.
    control
        Columns within whose values the groups are compared once more, for example the department applied to.
    ignore
        Columns that are neither.
    bands
        Cut points of a sensitive or control column of numbers.
    owner
        Account of whoever answers for the data, ``issuer|subject``; that person never decides on the version.
    """

    evaluation: str
    reference: str | None = None
    sensitive: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    bands: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    owner: str = ""

    @model_validator(mode="after")
    def _owner_is_an_account(self) -> Data:
        parts = [part.strip() for part in self.owner.split("|")]
        if self.owner and (len(parts) != 2 or not all(parts)):
            raise ValueError(f"owner is an account written issuer|subject, for example mlflow|ada, not '{self.owner}'")
        return self

    @model_validator(mode="after")
    def _bands_make_sense(self) -> Data:
        if both := sorted(set(self.control) & set(self.sensitive)):
            raise ValueError(f"'{both[0]}' stands in sensitive and in control; name it in one of them")
        for name, cuts in self.bands.items():
            if name not in (*self.sensitive, *self.control):
                raise ValueError(f"bands for '{name}', which is not listed in sensitive or control")
            if not cuts or list(cuts) != sorted(set(cuts)):
                raise ValueError(f"bands for '{name}' must be rising cut points, for example [25, 45]")
        return self


class Predictions(Stored):
    """In place of a model: the columns that hold its output."""

    label: str
    score: str | None = None


class Counterfactuals(Stored):
    """What a counterfactual example may change, and what it must reach.

    Attributes
    ----------
    fixed
        Columns that never change. Sensitive features never do either, unless they are named in one of the next four.
    increase_only, decrease_only
        Columns that change in one direction only.
    ranges
        For columns of numbers the smallest and largest value that may be proposed; otherwise what occurs in the data.
    categories
        For other columns the values that may be proposed; otherwise what occurs in the data.
    max_changes
        Most columns that may change in one example; otherwise any number.
    desired
        Multiclass only: the label to reach; otherwise the one predicted most often.
    desired_range
        Regression only: the smallest and largest prediction to reach; otherwise the median prediction and above.
    """

    fixed: tuple[str, ...] = ()
    increase_only: tuple[str, ...] = ()
    decrease_only: tuple[str, ...] = ()
    ranges: dict[str, tuple[float, float]] = Field(default_factory=dict)
    categories: dict[str, tuple[Label, ...]] = Field(default_factory=dict)
    max_changes: int | None = Field(default=None, ge=1)
    desired: Label | None = None
    desired_range: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Counterfactuals:
        for name, (low, high) in self.ranges.items():
            if low > high:
                raise ValueError(f"the range of '{name}' must be its smallest and its largest value, in this order")
        if self.desired_range and self.desired_range[0] > self.desired_range[1]:
            raise ValueError("desired_range must be the smallest and the largest value, in this order")
        if empty := [name for name, values in self.categories.items() if not values]:
            raise ValueError(f"the categories of '{empty[0]}' are an empty list; to keep it as it is, name it in fixed")
        if both := sorted(set(self.increase_only) & set(self.decrease_only)):
            raise ValueError(f"'{both[0]}' stands in increase_only and in decrease_only; to keep it, name it in fixed")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """Every column named here."""
        return (*self.fixed, *self.increase_only, *self.decrease_only, *self.ranges, *self.categories)


#: What the submitter may name as the metric that matters between groups, by kind of task.
FAIRNESS_METRICS: dict[TaskKind, tuple[str, ...]] = {
    "binary": (
        "demographic_parity", "equal_opportunity", "equalized_odds", "predictive_parity", "favourable_rate",
        "selection_rate", "true_positive_rate", "true_negative_rate", "false_positive_rate", "false_negative_rate",
        "precision", "negative_predictive_value", "false_discovery_rate", "false_omission_rate", "accuracy", "roc_auc",
        "brier_score", "expected_calibration_error", "calibration_in_the_large",
    ),
    "multiclass": ("accuracy", "balanced_accuracy", "precision_macro", "f1_macro"),
    "regression": (
        "mean_prediction", "mean_residual", "mean_absolute_error", "root_mean_squared_error", "r2_score",
    ),
}  # fmt: skip


class Fairness(Stored):
    """The submitter's choice of what should not differ between groups, and why; both or neither.

    Attributes
    ----------
    metric
        One of :data:`FAIRNESS_METRICS` for the kind of task; it leads the fairness section.
    rationale
        Why this one: who is harmed by which error.
    """

    metric: str = ""
    rationale: str = ""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Fairness:
        if bool(self.metric.strip()) != bool(self.rationale.strip()):
            raise ValueError("metric and rationale belong together: name the metric and say why it is the one")
        return self


class ReviewOptions(Stored):
    """Which policy judges the version, and the seed of everything random."""

    policy: str = "standard"
    seed: int = Field(default=0, ge=0)


class Owner(Stored):
    """Who answers for the model."""

    name: str
    contact: str = ""


class ReviewProfile(Stored):
    """A whole ``review.toml``."""

    task: Task
    data: Data
    predictions: Predictions | None = None
    fairness: Fairness = Fairness()
    counterfactuals: Counterfactuals = Counterfactuals()
    review: ReviewOptions = ReviewOptions()
    owner: Owner

    @model_validator(mode="after")
    def _desired_fits_the_task(self) -> ReviewProfile:
        wanted, kind = self.counterfactuals, self.task.kind
        if wanted.desired is not None and kind != "multiclass":
            raise ValueError(f"[counterfactuals] desired is for multiclass tasks, and [task] kind is {kind}; remove it")
        if wanted.desired_range is not None and kind != "regression":
            raise ValueError(f"[counterfactuals] desired_range is for regression, and [task] kind is {kind}; remove it")
        return self

    @model_validator(mode="after")
    def _roles_fit_the_task(self) -> ReviewProfile:
        if self.task.target in self.data.control:
            raise ValueError(f"[data] control names the target '{self.task.target}'; remove it there")
        kind, metric = self.task.kind, self.fairness.metric
        if metric and metric not in FAIRNESS_METRICS[kind]:
            known = ", ".join(FAIRNESS_METRICS[kind])
            raise ValueError(f"[fairness] metric '{metric}' is not compared for {kind} tasks; use one of {known}")
        return self


def read_profile(path: Path) -> ReviewProfile:
    """Read a profile from a TOML file.

    Raises
    ------
    ProfileError
        If the file is missing, is not TOML, lacks a field or holds an unknown key; the message names the place.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"The profile {path} cannot be read. Give the path of a review.toml in UTF-8.") from error
    return parse_profile(text, name=path.name)


def parse_profile(text: str, *, name: str = "review.toml") -> ReviewProfile:
    """Read a profile from TOML text; errors as in :func:`read_profile`."""
    try:
        return ReviewProfile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{name} is not valid TOML: {error}. Mend that line.") from error
    except ValidationError as error:
        raise ProfileError(f"{name}: {'; '.join(_sentence(item) for item in error.errors())}.") from error


def _sentence(item: object) -> str:
    assert isinstance(item, dict)
    place = [str(part) for part in item["loc"] if part not in {"str", "int", "float", "bool"}]
    where = f"[{place[0]}] {'.'.join(place[1:])}".strip() if place else "the file"
    if item["type"] == "extra_forbidden":
        return f"{where} is not a known key; remove it or mend its spelling"
    if item["type"] == "missing":
        return f"{where} is missing; add it"
    return f"{where}: {str(item['msg']).removeprefix('Value error, ')} (found {item.get('input')!r})"
