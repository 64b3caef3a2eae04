"""The card as files, for the command line: written in the forms asked for, and its narrative filled from a file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from rai.card import ModelCard
from rai.card_import import read_card
from rai.clock import now
from rai.commands import version_of
from rai.files import make_folder, write_whole
from rai.narrative_editing import edit_narrative, required_fields
from rai.narrative_fields import FIELDS
from rai.people import acting
from rai.settings import Settings
from rai.signing import standing
from rai.workspace import Workspace


def write_card(
    settings: Settings, target: str, folder: Path, render: Callable[[ModelCard], Mapping[str, bytes]]
) -> Iterator[Path]:
    """Write the forms of a version's card into a folder, and yield each file as it is written.

    Parameters
    ----------
    render
        Files by name from a card.
    """
    workspace = Workspace.open(settings)
    found = standing(workspace, version_of(workspace, target))
    make_folder(folder)
    for name, data in render(found.card).items():
        write_whole(folder / name, data)
        yield folder / name


def fill_from(settings: Settings, target: str, file: Path) -> tuple[str, ...]:
    """Fill the fields of a version's narrative that nobody has written from a card of any kind.

    What is written already stays, as does what somebody marked as not applicable; the acting person is the author, and
    each field says which file it was taken from.

    Returns
    -------
    tuple
        A line for each field: filled, left as it is, or not in the file.
    """
    workspace = Workspace.open(settings)
    ref, person, found = version_of(workspace, target), acting(settings.identity_file), read_card(file)
    written = {field.key for field in standing(workspace, ref).card.narrative if field.state != "unknown"}
    required = required_fields(workspace, ref)
    known = {key: said for key, said in found.entries.items() if said.not_applicable is None or key not in required}
    entries = {key: said for key, said in known.items() if key not in written}
    edit_narrative(workspace, ref, actor=person, texts=entries, time=now(), source=found.source)
    return tuple(_line(spec.key, spec.heading, filled=entries, known=known) for spec in FIELDS)


def _line(key: str, heading: str, *, filled: Collection[str], known: Collection[str]) -> str:
    if key in filled:
        return f"{heading}: filled"
    return f"{heading}: left, it is written already" if key in known else f"{heading}: left, the file does not say it"
