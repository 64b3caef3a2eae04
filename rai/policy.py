"""Policies judge Measures: rules in a TOML file give a bound, a severity and a sentence; only pass opens the gate."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import ValidationError, model_validator

from rai.digests import sha256
from rai.errors import InputError
from rai.measures import Aggregate, Measure
from rai.profile import ReviewProfile, TaskKind
from rai.stored import Stored

Verdict = Literal["pass", "fail", "not enough evidence", "not evaluated"]
Severity = Literal["block", "warn"]
TASKS: tuple[TaskKind, ...] = ("binary", "multiclass", "regression")


class Rule(Stored):
    """One requirement.

    Attributes
    ----------
    id, sentence
        Name, and what it asks for in words a reviewer understands.
    analysis, metric, aggregate
        Which Measures it selects.
    feature
        ``each sensitive``: one Measure for each sensitive feature of the profile must be there; ``any``: every
        Measure that fits; otherwise the columns themselves, for example ``["race"]``; empty: Measures about all rows.
    at_least, at_most
        The bound; exactly one.
    severity
        ``block`` closes the gate unless the rule passes; ``warn`` is shown and must be answered in the rationale.
    tasks
        Kinds of task it is meant for.
    min_n
        Fewer rows than this are not enough evidence.
    """

    id: str
    sentence: str
    analysis: str
    metric: str
    aggregate: Aggregate = "overall"
    feature: tuple[str, ...] | Literal["each sensitive", "any"] = ()
    at_least: float | None = None
    at_most: float | None = None
    severity: Severity = "block"
    tasks: tuple[TaskKind, ...] = TASKS
    min_n: int = 1

    @model_validator(mode="after")
    def _one_bound(self) -> Rule:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give exactly one of at_least and at_most")
        return self

    @property
    def threshold(self) -> float:
        """The bound, whichever side it is on."""
        bound = self.at_least if self.at_least is not None else self.at_most
        assert bound is not None
        return bound

    def selects(self, measure: Measure) -> bool:
        """True if the rule speaks about this Measure."""
        same = (measure.analysis, measure.metric, measure.aggregate) == (self.analysis, self.metric, self.aggregate)
        whole = measure.cohort == ""
        return same and whole and (isinstance(self.feature, str) or measure.feature == self.feature)


class Policy(Stored):
    """A named set of rules.

    Attributes
    ----------
    required
        Analyses that must have an outcome other than failed.
    digest_of_file
        SHA-256 of the file's bytes, which a sign-off binds.
    """

    name: str
    title: str
    description: str = ""
    required: tuple[str, ...]
    rules: tuple[Rule, ...]
    digest_of_file: str


class Finding(Stored):
    """What a rule says about one Measure.

    Attributes
    ----------
    measure
        The Measure judged; ``None`` where nothing was there to judge.
    """

    rule: str
    severity: Severity
    verdict: Verdict
    sentence: str
    threshold: float | None = None
    measure: Measure | None = None

    @property
    def closes_gate(self) -> bool:
        """True if this alone keeps the gate closed: blocking, and anything but a pass."""
        return self.severity == "block" and self.verdict != "pass"


def read_policy(folder: Path, name: str) -> Policy:
    """Read ``folder/name.toml``.

    Raises
    ------
    InputError
        If there is no such policy, or it is not one; the message names the known ones or the place.
    """
    path = folder / f"{name}.toml"
    if not path.is_file() or path.parent != folder:
        known = ", ".join(sorted(item.stem for item in folder.glob("*.toml"))) or "none"
        raise InputError(f"There is no policy '{name}'. Known policies: {known}. Set [review] policy in review.toml.")
    data = path.read_bytes()
    try:
        return Policy.model_validate({**tomllib.loads(data.decode()), "name": name, "digest_of_file": sha256(data)})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"Policy {path.name} is not valid TOML: {error}. Mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"Policy {path.name}: {where}: {first['msg'].removeprefix('Value error, ')}.") from error


def judge(policy: Policy, measures: Sequence[Measure], profile: ReviewProfile) -> tuple[Finding, ...]:
    """Judge Measures by a policy: one Finding for each rule and Measure, and one for each rule that found nothing.

    A policy without a blocking rule for this kind of task judges nothing, which is said and closes the gate.
    """
    rules = [rule for rule in policy.rules if profile.task.kind in rule.tasks]
    found = tuple(finding for rule in rules for finding in _judge_rule(rule, measures, profile))
    if any(rule.severity == "block" for rule in rules):
        return found
    sentence = f"Policy '{policy.name}' has no blocking rule for a {profile.task.kind} task."
    return (*found, Finding(rule="policy", severity="block", verdict="not evaluated", sentence=sentence))


def judge_outcomes(policy: Policy, statuses: Mapping[str, str]) -> tuple[Finding, ...]:
    """Require that each analysis the policy names was carried out or is not applicable.

    Parameters
    ----------
    statuses
        Status of each analysis by its key: ``computed``, ``not_applicable`` or ``failed``.
    """
    return tuple(_judge_status(key, statuses.get(key, "missing")) for key in policy.required)


def _judge_status(key: str, status: str) -> Finding:
    verdict: Verdict = "pass" if status in {"computed", "not_applicable"} else "not evaluated"
    words = {"computed": "was carried out", "not_applicable": "does not apply, with its reason in the review"}
    sentence = f"The analysis '{key.replace('_', ' ')}' {words.get(status, 'failed or is missing')}."
    return Finding(rule=f"required: {key}", severity="block", verdict=verdict, sentence=sentence)


def _judge_rule(rule: Rule, measures: Iterable[Measure], profile: ReviewProfile) -> list[Finding]:
    chosen = [measure for measure in measures if rule.selects(measure)]
    if rule.feature != "each sensitive":
        return [_finding(rule, measure) for measure in chosen] or [_nothing(rule, rule.sentence)]
    if not profile.data.sensitive:
        return [_nothing(rule, f"{rule.sentence} The profile names no sensitive feature.")]
    by_feature = {measure.feature: measure for measure in chosen}
    return [
        _finding(rule, by_feature[(name,)])
        if (name,) in by_feature
        else _nothing(rule, f"{rule.sentence} Nothing was measured for '{name}'.")
        for name in profile.data.sensitive
    ]


def _nothing(rule: Rule, sentence: str) -> Finding:
    return Finding(
        rule=rule.id, severity=rule.severity, verdict="not evaluated", sentence=sentence, threshold=rule.threshold
    )


def _finding(rule: Rule, measure: Measure) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        verdict=verdict_on(rule, measure),
        sentence=rule.sentence,
        threshold=rule.threshold,
        measure=measure,
    )


def verdict_on(rule: Rule, measure: Measure) -> Verdict:
    """Judge one Measure: the whole interval must be on the right side to pass, on the wrong side to fail."""
    if measure.value is None:
        return "not enough evidence" if measure.reason else "not evaluated"
    if measure.n < rule.min_n:
        return "not enough evidence"
    low = measure.value if measure.low is None else measure.low
    high = measure.value if measure.high is None else measure.high
    if rule.at_least is not None:
        return "pass" if low >= rule.at_least else "fail" if high < rule.at_least else "not enough evidence"
    assert rule.at_most is not None
    return "pass" if high <= rule.at_most else "fail" if low > rule.at_most else "not enough evidence"
