"""The states of a version under approval and every step between them, as a table: what is not in it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

State = Literal[
    "draft",
    "in_review",
    "changes_requested",
    "rejected",
    "approved",
    "exception",
    "stale",
    "expired",
    "revoked",
    "superseded",
    "withdrawn",
]
Action = Literal[
    "submit",
    "review",
    "edit",
    "approve",
    "request changes",
    "reject",
    "waive",
    "override",
    "publish",
    "promote",
    "mark stale",
    "expire",
    "revoke",
    "supersede",
    "withdraw",
]

#: What each state means to a person; completes "models:/credit/3 ...".
MEANING: Mapping[State, str] = MappingProxyType(
    {
        "draft": "is submitted and its review is not complete yet",
        "in_review": "waits for a decision",
        "changes_requested": "was sent back: a reviewer asked for changes",
        "rejected": "was rejected",
        "approved": "is approved",
        "exception": "is not approved and may be used for a time by an exception",
        "stale": "is stale: something changed after it was sealed",
        "expired": "was approved or excepted for a time, and the time is over",
        "revoked": "was approved or excepted for a time, and that was revoked",
        "superseded": "was approved and a newer version has taken its place",
        "withdrawn": "was withdrawn by its submitter",
    }
)

#: States after which nothing may happen to a round.
TERMINAL: frozenset[State] = frozenset({"rejected", "revoked", "superseded"})

#: States in which a decision is in force.
IN_FORCE: frozenset[State] = frozenset({"approved", "exception"})

#: The decisions a reviewer may take.
VOTES: frozenset[Action] = frozenset({"approve", "request changes", "reject"})

#: What nobody may do on a version they had a hand in.
HANDS_OFF: frozenset[Action] = VOTES | {"waive", "override"}

#: (state, action) -> state. ``None`` is a version nobody has submitted. A submission always opens a new round.
#: ``approve`` and ``override`` may take several people: until there are enough, the state stays.
TRANSITIONS: Mapping[tuple[State | None, Action], State] = MappingProxyType(
    {
        (None, "submit"): "draft",
        ("draft", "submit"): "draft",
        ("stale", "submit"): "draft",
        ("expired", "submit"): "draft",
        ("changes_requested", "submit"): "draft",
        ("withdrawn", "submit"): "draft",
        ("draft", "review"): "in_review",
        # A review carried out again before anybody signed: the newer evidence is what will be signed.
        ("in_review", "review"): "in_review",
        # A review carried out again after the decision: what was signed is no longer the evidence.
        ("approved", "review"): "stale",
        ("exception", "review"): "stale",
        ("draft", "edit"): "draft",
        ("in_review", "edit"): "in_review",
        ("changes_requested", "edit"): "changes_requested",
        ("stale", "edit"): "stale",
        ("expired", "edit"): "expired",
        ("withdrawn", "edit"): "withdrawn",
        ("approved", "edit"): "stale",
        ("exception", "edit"): "stale",
        ("in_review", "waive"): "in_review",
        ("in_review", "approve"): "approved",
        ("in_review", "request changes"): "changes_requested",
        ("in_review", "reject"): "rejected",
        ("in_review", "override"): "exception",
        ("approved", "publish"): "approved",
        ("exception", "publish"): "exception",
        ("approved", "promote"): "approved",
        ("exception", "promote"): "exception",
        ("in_review", "mark stale"): "stale",
        ("approved", "mark stale"): "stale",
        ("exception", "mark stale"): "stale",
        ("approved", "expire"): "expired",
        ("exception", "expire"): "expired",
        ("approved", "revoke"): "revoked",
        ("exception", "revoke"): "revoked",
        ("approved", "supersede"): "superseded",
        ("draft", "withdraw"): "withdrawn",
        ("in_review", "withdraw"): "withdrawn",
        ("changes_requested", "withdraw"): "withdrawn",
        ("approved", "withdraw"): "withdrawn",
        ("exception", "withdraw"): "withdrawn",
        ("stale", "withdraw"): "withdrawn",
        ("expired", "withdraw"): "withdrawn",
    }
)
