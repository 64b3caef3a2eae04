"""The arguments of ``rai verify``; what is missing or doubtful is said before anything is read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from rai.approval.verifying.statement import SUBJECTS

_EVIDENCE = ("dataset", "review", "card", "environment")
_EXPECTED = re.compile(rf"({'|'.join(SUBJECTS)})=([0-9a-f]{{64}})")
_EPILOG = """exit codes:
  0  allow: every step was executed and passed; deploy VERIFIED_DIR and nothing else
  1  deny: the evidence was read and at least one rule failed
  2  cannot decide, which also means deny
Test for "equal to 0": a killed process has other codes.
"""


class _Parser(argparse.ArgumentParser):
    """Ends with 2 whatever was wrong, and after --help as well: 0 means allow and nothing else."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        del status
        super().exit(2, message)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the arguments; ``SystemExit`` with 2 if something is wrong with them."""
    parser = _parser()
    options = parser.parse_args(arguments)
    options.expected = _expected(parser, options.expect)
    options.files = {name: getattr(options, name) for name in _EVIDENCE if getattr(options, name) is not None}
    for name in _EVIDENCE:
        if name not in options.expected and name not in options.files:
            parser.error(f"there is nothing to compare the {name} with: give --{name} FILE or --expect {name}=SHA256")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="rai verify",
        description="Verify offline that a model's folder is what was approved, and make a verified copy of it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--model", type=Path, required=True, metavar="DIR", help="the model's folder, as it was fetched")
    add("--bundle", type=Path, required=True, metavar="F.dsse.json", help="the attestation beside the model")
    add("--policy", type=Path, required=True, metavar="policy.toml", help="the policy of this repository")
    add("--trust", type=Path, required=True, metavar="trust.json", help="the signers this repository believes")
    add("--status", type=Path, metavar="status.dsse.json", help="the signed status list, at most 24 hours old")
    add("--state", type=Path, metavar="last-seen.json", help="what was seen last; kept between runs, made if missing")
    add("--out", type=Path, required=True, metavar="VERIFIED_DIR", help="folder to make; it must not be there yet")
    for name in _EVIDENCE:
        add(f"--{name}", type=Path, metavar="FILE", help=f"file whose SHA-256 is the {name}'s")
    add(
        "--expect", nargs="+", action="extend", default=[], metavar="SUBJECT=SHA256",
        help=f"digest that must have been approved; SUBJECT is one of {', '.join(SUBJECTS)}",
    )  # fmt: skip
    add("--target", default="", metavar="models:/NAME/VERSION", help="the version it must be an approval of")
    add("--stage", default="", metavar="NAME", help="where it is deployed; an exception needs one the policy names")
    add("--json", action="store_true", help="write the line of JSON only, no sentence on standard error")
    return parser


def _expected(parser: argparse.ArgumentParser, given: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in given:
        match = _EXPECTED.fullmatch(item)
        if match is None:
            parser.error(f"--expect {item}: expected SUBJECT=SHA256, with 64 hexadecimal digits in lower case")
        name, digest = match.groups()
        if found.setdefault(name, digest) != digest:
            parser.error(f"--expect names two digests for the {name}: give one")
    return found
