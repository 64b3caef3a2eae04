"""How many different people an approval takes, by risk tier and group; a policy can ask for more, never for fewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from rai.card import SignOff
from rai.people import Person
from rai.policy import Terms, Tier

#: What a vote counts for. An independent approver fills any place, a reviewer none that asks for independence.
Group = Literal["reviewer", "independent"]


@dataclass(frozen=True)
class Quota:
    """People needed: ``approvers`` in all, ``independent`` of them from the group of that name."""

    approvers: int
    independent: int = 0


QUOTAS: Mapping[Tier, Quota] = MappingProxyType({"low": Quota(1), "medium": Quota(2), "high": Quota(2, independent=1)})


def needed(terms: Terms) -> Quota:
    """Return what the tier asks for, or what the policy asks for where that is more."""
    tier = QUOTAS[terms.tier]
    independent = max(tier.independent, terms.independent)
    return Quota(max(tier.approvers, terms.approvers, independent), independent)


def group_of(person: Person) -> Group:
    """Return the group a person's vote counts for, by the roles held now."""
    return "independent" if "independent" in person.roles else "reviewer"


def missing_votes(terms: Terms, votes: Sequence[SignOff]) -> tuple[str, ...]:
    """Say which approvals are still missing, a phrase each; empty means that there are enough.

    Parameters
    ----------
    votes
        Approvals of different people on the same bytes.
    """
    quota = needed(terms)
    independent = max(quota.independent - sum(item.role == "independent" for item in votes), 0)
    others = max(quota.approvers - len(votes) - independent, 0)
    asked = (
        (independent, "independent approver"),
        (others, "more reviewer" if votes or independent else "reviewer"),
    )
    return tuple(f"{count} {word}{'' if count == 1 else 's'}" for count, word in asked if count)
