"""Reads a page as its reader does: text without markup, tables as rows."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

_STATUS = re.compile(r":(?:green|red|orange|gray)\[\*\*(.*?)\*\*\]")
_ESCAPED = re.compile(r"\\(.)")


def said(at: AppTest) -> str:
    """Everything the page says in words, sidebar included."""
    kinds = (
        at.title, at.header, at.subheader, at.markdown, at.caption, at.text, at.info, at.warning, at.error, at.success,
        at.code,
    )  # fmt: skip
    return "\n".join(shown(item.value) for kind in kinds for item in kind)


def shown(markup: str) -> str:
    """Markup as it is shown: an escaped sign is that sign, unseen letters are not seen."""
    return _ESCAPED.sub(r"\1", _STATUS.sub(r"\1", markup)).replace("\u2060", "").replace("\u00a0", " ")


def cells(at: AppTest) -> set[str]:
    """Every cell of every table."""
    return {str(cell) for table in at.dataframe for column in table.value for cell in table.value[column]}


def refusals(at: AppTest) -> list[str]:
    """The sentences of refusal, and of anything unforeseen."""
    return [shown(item.value) for item in (*at.error, *at.exception)]


def address(at: AppTest) -> dict[str, str]:
    """The query parameters of the page's address."""
    found = {name: at.query_params[name] for name in at.query_params}
    return {name: value if isinstance(value, str) else value[0] for name, value in found.items()}
