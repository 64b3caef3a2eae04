"""The shape every analysis has: the same six names in one module each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rai.measures import Measure
from rai.section import Section
from rai.stored import Stored


class AnalysisConfig(Stored):
    """Base of every analysis's ``Config``: all fields have defaults, so ``Config()`` is the standard review."""

    seed: int = 0


class AnalysisResult(Stored):
    """Base of every analysis's ``Result``: aggregates only.

    Evidence about single rows is kept with ``subject.keep`` and named here by its digest.
    """


class Analysis(Protocol):
    """A module in ``rai/analyses``.

    ``compute(subject, config)`` may raise :class:`~rai.errors.NotApplicable`; ``measures(result)`` and
    ``section(result)`` work on a stored result alone and import nothing heavy.
    """

    @property
    def KEY(self) -> str:  # noqa: N802
        """The module's name."""
        ...

    @property
    def TITLE(self) -> str:  # noqa: N802
        """Its name for people."""
        ...

    @property
    def QUESTION(self) -> str:  # noqa: N802
        """The question it answers for the reviewer."""
        ...

    @property
    def Config(self) -> type[AnalysisConfig]:  # noqa: N802
        """Its settings, all with defaults."""
        ...

    @property
    def Result(self) -> type[AnalysisResult]:  # noqa: N802
        """What it found: aggregates only."""
        ...

    @property
    def compute(self) -> Callable[..., AnalysisResult]:
        """``(subject, config) -> Result``; the only place that sees predictions."""
        ...

    @property
    def measures(self) -> Callable[..., tuple[Measure, ...]]:
        """``(result) -> tuple[Measure, ...]``."""
        ...

    @property
    def section(self) -> Callable[..., Section]:
        """``(result) -> Section``."""
        ...
