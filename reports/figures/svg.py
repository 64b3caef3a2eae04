"""Cleans matplotlib's SVG so that several can stand in one page: own ids only, no style sheet, plain attributes."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_URL = re.compile(r"url\(#([\w-]+)\)")
#: Names a group may be given so that a page can style what is in it.
_CLASSES = {"on-shade"}


def clean(data: bytes, *, mark: str, alt: str) -> str:
    """Return the drawing as one ``<svg>`` element.

    Parameters
    ----------
    mark
        Put before every id.
    alt
        The label of the drawing for people who cannot see it.
    """
    root = ET.fromstring(data)  # noqa: S314 - reads only what matplotlib has just written
    used = {_target(item) for item in root.iter()} - {""} | {name for item in root.iter() for name in _urls(item)}
    for item in root.iter():
        _plain(item, used, mark)
    for group in root.iter(f"{_SVG}defs"):
        for style in group.findall(f"{_SVG}style"):
            group.remove(style)
    for item in root.iter():
        item.tag = item.tag.removeprefix(_SVG)
        item.tail = None
    root.attrib.update({"xmlns": _SVG[1:-1], "role": "img", "aria-label": alt})
    root.attrib.update({"stroke-linejoin": "round", "stroke-linecap": "butt"})
    return ET.tostring(root, encoding="unicode")


def _target(item: ET.Element) -> str:
    return item.attrib.get(_LINK, "").removeprefix("#")


def _urls(item: ET.Element) -> list[str]:
    return [name for value in item.attrib.values() for name in _URL.findall(value)]


def _plain(item: ET.Element, used: set[str], mark: str) -> None:
    for declared in item.attrib.pop("style", "").split(";"):
        name, _, value = declared.partition(":")
        if name.strip():
            item.set(name.strip(), value.strip())
    for name, value in list(item.attrib.items()):
        item.set(name, _URL.sub(rf"url(#{mark}\1)", value))
    own = item.attrib.pop("id", "")
    if own in _CLASSES:
        item.set("class", own)
    elif own in used:
        item.set("id", mark + own)
    if _LINK in item.attrib:
        item.set("href", f"#{mark}{item.attrib.pop(_LINK).removeprefix('#')}")
    if "d" in item.attrib:
        item.set("d", " ".join(item.attrib["d"].split()))
