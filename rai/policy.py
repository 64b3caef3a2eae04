"""Policies judge Measures: rules in a TOML file give a bound, a severity and a sentence; only pass opens the gate."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from rai.digests import sha256
from rai.errors import InputError
from rai.measures import Aggregate, Measure
from rai.narrative_fields import BY_KEY
from rai.profile import ReviewProfile, TaskKind
from rai.stored import Stored

Verdict = Literal["pass", "fail", "not enough evidence", "not evaluated"]
Severity = Literal["block", "warn"]
Tier = Literal["low", "medium", "high"]
TASKS: tuple[TaskKind, ...] = ("binary", "multiclass", "regression")

#: Names of the findings that no rule of a file makes: a required analysis, and a policy that judges nothing.
REQUIRED, NOTHING_JUDGED = "required: ", "policy"


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


class Terms(Stored):
    """The section ``[approval]`` of a policy: how many people an approval takes, and how long it lasts.

    Nothing here lets anybody decide on a version they had a hand in.

    Attributes
    ----------
    tier
        Risk tier; says how many people must approve at least (:mod:`rai.approval.quota`).
    approvers, independent
        More people than the tier asks for; fewer count for nothing.
    lifetime_days
        Days an approval lasts.
    longest_exception_days
        Days an exception may last at most, 14 or fewer.
    allow_exception
        True if the gate opens for an exception as well.
    exception_stages
        Where a pipeline may deploy one (``rai verify --stage``); empty means everywhere it is allowed.
    air_gapped
        True if a pipeline without the signed status list may deploy all the same.
    supersede
        True if an approval ends when a newer version takes its place.
    """

    tier: Tier = "low"
    approvers: int = Field(default=1, ge=1)
    independent: int = Field(default=0, ge=0)
    lifetime_days: int = Field(default=30, ge=1, le=366)
    longest_exception_days: int = Field(default=14, ge=1, le=14)
    allow_exception: bool = False
    exception_stages: tuple[str, ...] = ()
    air_gapped: bool = False
    supersede: bool = False


class CardTerms(Stored):
    """The section ``[card]`` of a policy: what the model card must hold, and what it must not show.

    Attributes
    ----------
    required
        Keys of the narrative fields that must be written before a version can be approved.
    smallest_cell
        Groups with fewer people than this are not shown in the card with values or counts; 0 shows all. At most 20,
        from which number on groups are judged and compared.
    """

    required: tuple[str, ...] = (
        "intended_use", "users", "out_of_scope", "limitations", "ethical_considerations", "caveats",
    )  # fmt: skip
    smallest_cell: int = Field(default=5, ge=0, le=20)


class Policy(Stored):
    """A named set of rules.

    Attributes
    ----------
    required
        Analyses that must have an outcome other than failed.
    approval
        Who must approve, and for how long.
    card
        What the model card must hold.
    digest_of_file
        SHA-256 of the file's bytes, which a sign-off binds.
    """

    name: str
    title: str
    description: str = ""
    required: tuple[str, ...]
    approval: Terms = Terms()
    card: CardTerms = CardTerms()
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

    @property
    def waivable(self) -> bool:
        """True if a reviewer may waive it: it closes the gate, and is about a value, not about a missing analysis."""
        return self.closes_gate and may_waive(self.rule)


def may_waive(rule: str) -> bool:
    """Say whether findings of this rule may be waived at all: never that nothing was judged or carried out."""
    return rule != NOTHING_JUDGED and not rule.startswith(REQUIRED)


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
        found = Policy.model_validate({**tomllib.loads(data.decode()), "name": name, "digest_of_file": sha256(data)})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"Policy {path.name} is not valid TOML: {error}. Mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"Policy {path.name}: {where}: {first['msg'].removeprefix('Value error, ')}.") from error
    if odd := [key for key in found.card.required if key not in BY_KEY]:
        known = ", ".join(BY_KEY)
        raise InputError(f"Policy {path.name}: [card] required names no field '{odd[0]}'. Known fields: {known}.")
    return found


def judge(policy: Policy, measures: Sequence[Measure], profile: ReviewProfile) -> tuple[Finding, ...]:
    """Judge Measures by a policy: one Finding for each rule and Measure, and one for each rule that found nothing.

    A policy without a blocking rule for this kind of task judges nothing, which is said and closes the gate.
    """
    rules = [rule for rule in policy.rules if profile.task.kind in rule.tasks]
    found = tuple(finding for rule in rules for finding in _judge_rule(rule, measures, profile))
    if any(rule.severity == "block" for rule in rules):
        return found
    sentence = f"Policy '{policy.name}' has no blocking rule for a {profile.task.kind} task."
    return (*found, Finding(rule=NOTHING_JUDGED, severity="block", verdict="not evaluated", sentence=sentence))


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
    return Finding(rule=f"{REQUIRED}{key}", severity="block", verdict=verdict, sentence=sentence)


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
    if measure.n is None or measure.n < rule.min_n:
        return "not enough evidence"
    low = measure.value if measure.low is None else measure.low
    high = measure.value if measure.high is None else measure.high
    if rule.at_least is not None:
        return "pass" if low >= rule.at_least else "fail" if high < rule.at_least else "not enough evidence"
    assert rule.at_most is not None
    return "pass" if high <= rule.at_most else "fail" if low > rule.at_most else "not enough evidence"
