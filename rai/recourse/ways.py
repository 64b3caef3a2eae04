"""Searches ways to the desired outcome for a sample of rows in the time allowed; each one found is asked again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.asking import ask, input_rows, same_types
from rai.recourse.choice import Block
from rai.recourse.desired import Desired
from rai.recourse.dice import search_with_dice
from rai.recourse.limits import Limits, read_limits
from rai.recourse.oracle import Oracle, OutOfTime
from rai.recourse.search import Effort, search
from rai.recourse.space import Floats, encode
from rai.statistics.resampling import generator
from rai.strata import draw_in_proportion
from rai.subject import Subject

Places = npt.NDArray[np.intp]
Engine = Literal["search", "dice"]

#: Rows of the reference data that are asked, and rows with the outcome that are compared with.
REFERENCE, POOL = 50_000, 20_000
#: Rows searched together: few at first, so that a slow model gives something within the time allowed.
BLOCKS = (64, 512)
DICE_BLOCKS = (8,)


@dataclass(frozen=True)
class Plan:
    """How ways are searched.

    Attributes
    ----------
    rows, examples
        Rows sampled, and examples wanted of each.
    max_changes
        Most columns changed in one example; otherwise the profile's.
    seconds
        Time after which nothing more is asked.
    """

    seed: int
    engine: Engine
    rows: int
    examples: int
    max_changes: int | None
    seconds: float


@dataclass(frozen=True)
class Ways:
    """What was found.

    Attributes
    ----------
    limits
        What was allowed to change.
    rows
        Positions in the Subject of the rows examined, rising.
    coded
        Shape (rows, m): those rows, coded.
    block
        Examples for them, each confirmed by the model.
    outcomes
        The model's answer to each example, as text.
    sampled, proposed
        Rows it was meant to examine, and examples before they were confirmed.
    pool
        Shape (p, m): rows that are predicted the outcome.
    reason
        Why nothing was searched; then there are no rows.
    """

    limits: Limits
    rows: Places
    coded: Floats
    block: Block
    outcomes: tuple[str, ...]
    sampled: int
    proposed: int
    pool: Floats
    reason: str = ""


def find_ways(desired: Desired, plan: Plan) -> Ways:
    """Search ways for a seeded sample of the rows that are not predicted the desired outcome."""
    deadline = time.monotonic() + plan.seconds
    coded, others, limits = _coded(desired.subject, plan)
    oracle = Oracle(limits, desired, deadline)
    lacking = np.flatnonzero(~desired.already)
    nothing = Ways(limits, lacking[:0], coded[:0], Block(lacking[:0], coded[:0]), (), 0, 0, coded[:0])
    if not len(lacking):
        return replace(nothing, reason=f"Every one of the {len(coded):,} rows already has {desired.words}.")
    late = f"The {plan.seconds:g} s allowed for the search were used up before the first rows were done."
    try:
        pool = _pool(oracle, coded, others, plan.seed)
    except OutOfTime:
        return replace(nothing, reason=late)
    if not len(pool):
        return replace(
            nothing, reason=f"None of the rows looked at has {desired.words}, so there is nowhere to start from."
        )
    sample = _sample(desired.subject, lacking, plan)
    block, done = _search_all(oracle, coded[sample], pool, plan)
    if not done:
        return replace(nothing, reason=late)
    return replace(_confirmed(oracle, coded, sample[:done], block), sampled=len(sample), pool=pool)


def _sample(subject: Subject, lacking: Places, plan: Plan) -> Places:
    """Rows in proportion from every group, in random order: the first of them are a fair sample too."""
    drawn = lacking[draw_in_proportion(subject.take(lacking), plan.rows, plan.seed)]
    return generator(plan.seed, "counterfactuals", "rows").permutation(drawn).astype(np.intp)


def _coded(subject: Subject, plan: Plan) -> tuple[Floats, Floats, Limits]:
    """The evaluation rows, the reference rows of the same types, and the limits."""
    inputs = input_rows(subject)
    frames = [inputs, _reference(subject, inputs, plan.seed)]
    names = tuple(subject.profile.counterfactuals.categories)
    space, (coded, others) = encode(frames, subject.inputs, names=names)
    return coded, others, read_limits(subject.profile, space, most=plan.max_changes)


def _reference(subject: Subject, inputs: pd.DataFrame, seed: int) -> pd.DataFrame:
    if subject.reference is None:
        return inputs.iloc[:0]
    fitting = same_types(subject.reference.frame, inputs)
    if fitting is None:
        return inputs.iloc[:0]
    return fitting.iloc[_draw(np.arange(len(fitting)), REFERENCE, seed, "reference")].reset_index(drop=True)


def _draw(places: Places, wanted: int, seed: int, purpose: str) -> Places:
    """Draw without replacement, in rising order."""
    if len(places) <= wanted:
        return places
    return np.sort(generator(seed, "counterfactuals", purpose).permutation(places)[:wanted].astype(np.intp))


def _pool(oracle: Oracle, coded: Floats, others: Floats, seed: int) -> Floats:
    """Rows predicted the outcome, from the evaluation and the reference data, the clearest first."""
    desired = oracle.desired
    holds, strength = oracle(others)
    whole = np.concatenate([coded[desired.already], others[holds]])
    clear = np.concatenate([desired.strength(desired.subject.predictions)[desired.already], strength[holds]])
    chosen = _draw(np.arange(len(whole)), POOL, seed, "pool")
    return whole[chosen[np.argsort(-clear[chosen], kind="stable")]]


def _search_all(oracle: Oracle, rows: Floats, pool: Floats, plan: Plan) -> tuple[Block, int]:
    """Search block by block until the time is up; the second answer is the number of rows done."""
    found, done = [Block(np.zeros(0, dtype=np.intp), rows[:0])], 0
    for start, stop in _spans(len(rows), DICE_BLOCKS if plan.engine == "dice" else BLOCKS):
        try:
            block = _search(oracle, rows[start:stop], pool, plan)
        except OutOfTime:
            break
        found.append(Block(block.place + start, block.found))
        done = stop
    return Block(np.concatenate([each.place for each in found]), np.concatenate([each.found for each in found])), done


def _spans(n: int, sizes: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    start, turn = 0, 0
    while start < n:
        stop = min(n, start + sizes[min(turn, len(sizes) - 1)])
        yield start, stop
        start, turn = stop, turn + 1


def _search(oracle: Oracle, rows: Floats, pool: Floats, plan: Plan) -> Block:
    if plan.engine == "dice":
        return search_with_dice(oracle, rows, pool, examples=plan.examples, seed=plan.seed)
    return search(oracle, rows, pool, Effort(examples=plan.examples))


def _confirmed(oracle: Oracle, coded: Floats, sample: Places, block: Block) -> Ways:
    """Ask the model again about every example, and keep those that hold within every limit."""
    order = np.argsort(sample)
    rows = sample[order]
    place = np.argsort(order)[block.place]
    by_row = np.argsort(place, kind="stable")
    block = Block(place[by_row], block.found[by_row])
    limits, desired = oracle.limits, oracle.desired
    kept, outcomes = np.zeros(0, dtype=bool), np.zeros(0, dtype=object)
    if len(block.found):
        answer = ask(desired.subject, limits.space.decode(block.found))
        kept = desired.holds(answer) & limits.keeps(coded[rows[block.place]], block.found)
        outcomes = desired.texts(answer)
    return Ways(
        limits=limits,
        rows=rows,
        coded=coded[rows],
        block=block.take(kept),
        outcomes=tuple(map(str, outcomes[kept])),
        sampled=len(sample),
        proposed=len(block.found),
        pool=coded[:0],
    )
