"""Damages an envelope in every way somebody could, and counts what is still believed."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rai.approval.verify import NotVerified, verify_envelope

KINDS = ("bit", "byte", "delete", "insert", "swap", "cut", "repeat")
PLACES = ("envelope", "payload", "signature", "statement field", "envelope field")


@dataclass
class Tally:
    """How many were tried by place, how many were accepted, and those accepted with another meaning."""

    tried: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PLACES, 0))
    accepted: int = 0
    wrong: list[bytes] = field(default_factory=list)


def tally(envelope: bytes, trusted: Sequence[bytes], *, now: int, count: int, seed: int) -> Tally:
    """Try ``count`` mutants of a good envelope."""
    meaning, found = verify_envelope(envelope, trusted, now=now), Tally()
    for place, mutant in mutants(envelope, count=count, seed=seed):
        found.tried[place] += 1
        try:
            read = verify_envelope(mutant, trusted, now=now)
        except NotVerified:
            continue
        found.accepted += 1
        if read != meaning or not same_json(mutant, envelope):
            found.wrong.append(mutant)
    return found


def same_json(one: bytes, other: bytes) -> bool:
    try:
        return json.loads(one) == json.loads(other)
    except ValueError:
        return False


def mutants(envelope: bytes, *, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Give mutants, each place in turn; the signature is left as it was wherever it is not the place itself."""
    chance, fields = random.Random(seed), json.loads(envelope)
    payload = base64.b64decode(fields["payload"])
    signature = base64.b64decode(fields["signatures"][0]["sig"])
    for at in range(count):
        place = PLACES[at % len(PLACES)]
        if place == "envelope":
            yield place, damaged(envelope, chance)
        elif place == "payload":
            yield place, put(fields, ("payload",), text(damaged(payload, chance)))
        elif place == "signature":
            yield place, put(fields, ("signatures", 0, "sig"), text(damaged(signature, chance)))
        elif place == "statement field":
            other = put(json.loads(payload), chance.choice(places(json.loads(payload))), value(chance))
            yield place, put(fields, ("payload",), text(other))
        else:
            yield place, put(fields, chance.choice(places(fields)), value(chance))


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Change bytes without knowing what they mean."""
    at, other = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
    some = chance.randrange(1, 5)
    return {
        "bit": lambda: data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :],
        "byte": lambda: data[:at] + chance.randbytes(1) + data[at + 1 :],
        "delete": lambda: data[:at] + data[at + some :],
        "insert": lambda: data[:at] + chance.randbytes(some) + data[at:],
        "swap": lambda: (
            data[:at] + data[other : other + 1] + data[at + 1 : other] + data[at : at + 1] + data[other + 1 :]
        ),
        "cut": lambda: data[:at],
        "repeat": lambda: data[:other] + data[at:],
    }[chance.choice(KINDS)]()


def places(body: object, path: tuple = ()) -> list[tuple]:
    """Every place in JSON but the whole."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    own = [path] if path else []
    return [*own, *(place for key, item in inner for place in places(item, (*path, key)))]


def put(body: object, path: tuple, new: object) -> bytes:
    """JSON with one place changed; ``...`` takes the place away."""
    copy = json.loads(json.dumps(body))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    if new is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = new
    return json.dumps(copy).encode()


def value(chance: random.Random) -> object:
    return chance.choice([..., None, True, False, 0, 1, -1, 10**12, 1.5, "", "x", "0" * 64, [], {}, [1], {"x": 1}])
