"""The card as files, for the command line: written in the forms asked for, and its narrative filled from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from rai.card import NARRATIVE, ModelCard
from rai.card_import import read_card
from rai.clock import now
from rai.commands import version_of
from rai.people import acting
from rai.settings import Settings
from rai.signing import edit_narrative, standing
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
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in render(found.card).items():
        (folder / name).write_bytes(data)
        yield folder / name


def fill_from(settings: Settings, target: str, file: Path) -> tuple[str, ...]:
    """Fill the fields of a version's narrative that nobody has written from a card of any kind.

    What is written already stays; the acting person is the author, and each text says which file it was taken from.

    Returns
    -------
    tuple
        A line for each field: filled, left as it is, or not in the file.
    """
    workspace = Workspace.open(settings)
    ref, person, found = version_of(workspace, target), acting(settings.identity_file), read_card(file)
    written = {field.key for field in standing(workspace, ref).card.narrative if field.filled}
    texts = {key: found.sourced(key) for key in found.texts if key not in written}
    edit_narrative(workspace, ref, actor=person, texts=texts, time=now())
    return tuple(_line(key, heading, filled=texts, known=found.texts) for key, heading, _ in NARRATIVE)


def _line(key: str, heading: str, *, filled: Mapping[str, str], known: Mapping[str, str]) -> str:
    if key in filled:
        return f"{heading}: filled"
    return f"{heading}: left, it is written already" if key in known else f"{heading}: left, the file does not say it"
