"""The card in the dialects of others, each with a list of what it could not carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from rai.card import ModelCard
from reports.dialects.annex_iv import annex_iv
from reports.dialects.carrying import not_carried
from reports.dialects.hugging_face import hugging_face
from reports.dialects.mitchell import mitchell
from reports.dialects.number_table import number_table
from reports.dialects.sagemaker import sagemaker
from reports.dialects.toolkit import toolkit
from reports.dialects.written import Written

#: Every dialect by its name: the file it is written to, and what writes it.
DIALECTS: Mapping[str, tuple[str, Callable[[ModelCard], Written]]] = MappingProxyType(
    {
        "toolkit": ("model-card-toolkit.json", toolkit),
        "sagemaker": ("sagemaker.json", sagemaker),
        "huggingface": ("README.md", hugging_face),
        "annex-iv": ("annex-iv.md", annex_iv),
        "mitchell": ("mitchell.md", mitchell),
        "numbers": ("numbers.csv", number_table),
    }
)


def render_dialects(card: ModelCard, names: Iterable[str] = tuple(DIALECTS)) -> dict[str, bytes]:
    """Render the card in dialects, by file name; ``FILE.not-carried.txt`` lists what each could not carry.

    Parameters
    ----------
    names
        Keys of :data:`DIALECTS`.
    """
    found: dict[str, bytes] = {}
    for name in names:
        file, write = DIALECTS[name]
        written = write(card)
        found[file] = written.data
        found[f"{file}.not-carried.txt"] = not_carried(card, file, written)
    return found
