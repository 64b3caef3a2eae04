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
    """The evaluation data and the roles of its columns."""

    evaluation: str
    reference: str | None = None
    sensitive: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    bands: dict[str, tuple[float, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _bands_make_sense(self) -> Data:
        for name, cuts in self.bands.items():
            if name not in self.sensitive:
                raise ValueError(f"bands for '{name}', which is not listed in sensitive")
            if not cuts or list(cuts) != sorted(set(cuts)):
                raise ValueError(f"bands for '{name}' must be rising cut points, for example [25, 45]")
        return self


class Predictions(Stored):
    """In place of a model: the columns that hold its output."""

    label: str
    score: str | None = None


class Counterfactuals(Stored):
    """What a counterfactual example may change."""

    fixed: tuple[str, ...] = ()
    increase_only: tuple[str, ...] = ()
    decrease_only: tuple[str, ...] = ()


class ReviewOptions(Stored):
    """Which policy judges the version, and the seed of everything random."""

    policy: str = "standard"
    seed: int = 0


class Owner(Stored):
    """Who answers for the model."""

    name: str
    contact: str = ""


class ReviewProfile(Stored):
    """A whole ``review.toml``."""

    task: Task
    data: Data
    predictions: Predictions | None = None
    counterfactuals: Counterfactuals = Counterfactuals()
    review: ReviewOptions = ReviewOptions()
    owner: Owner


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
