"""Tables and figures as SageMaker's metric groups: simple metrics, bars, lines and matrices within their limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rai import theme
from rai.card import EvidenceSection
from rai.section import Figure, Point, Table
from reports.dialects.limits import MATRIX, TEXT, VALUE, apart, cut, short
from reports.dialects.written import Json, pruned
from reports.numbers import Number, table_numbers


@dataclass(frozen=True)
class Group:
    """A metric group and where it came from.

    Attributes
    ----------
    whole
        It carries every number of its source.
    """

    value: dict[str, Json]
    source: Table | Figure
    whole: bool


def groups(found: EvidenceSection, digest: str) -> list[Group]:
    """Groups of one analysis: a table each, and those figures the format can draw.

    Parameters
    ----------
    digest
        SHA-256 of the card, named where a text is cut.
    """
    if found.section is None:
        return []
    sources: list[Table | Figure] = [*found.section.tables, *found.section.figures]
    names = apart(source.title for source in sources)
    made = [_group(found, source, name, digest) for source, name in zip(sources, names, strict=True)]
    return [group for group in made if group is not None]


def _group(found: EvidenceSection, source: Table | Figure, name: str, digest: str) -> Group | None:
    if isinstance(source, Table):
        numbers = list(table_numbers(found, source))
        metrics, whole = list(_simple(numbers, digest)), True
    else:
        metrics, whole = _drawn(source)
    return Group({"name": name, "metric_data": [*metrics]}, source, whole) if metrics else None


def _simple(numbers: Sequence[Number], digest: str) -> Iterator[Json]:
    said = [f"{item.name} ({_parts(item)})" if item.parts else item.name for item in numbers]
    for item, name, whole in zip(numbers, apart(said), said, strict=True):
        notes = cut(_notes(item, "" if name == whole else whole), TEXT, digest)
        if item.value is None:
            yield pruned({"name": name, "type": "string", "value": short("no value", VALUE), "notes": notes})
        else:
            yield pruned({"name": name, "type": "number", "value": item.value, "notes": notes})


def _parts(item: Number) -> str:
    return ", ".join(cell for _, cell in item.parts)


def _notes(item: Number, whole: str) -> str:
    """Interval and n, then the whole name where it had to be cut, and the remark."""
    ends = f"95 % interval {item.low!r} to {item.high!r}" if item.low is not None and item.high is not None else ""
    n = f"n {item.n}" if item.n is not None else ""
    return "; ".join(text for text in (ends, n, whole, item.remark) if text)


def _drawn(figure: Figure) -> tuple[list[Json], bool]:
    if figure.kind == "heatmap":
        return _matrix(figure)
    if figure.kind in {"interval", "bars"}:
        return _bars(figure)
    return _lines(figure) if figure.kind == "line" else ([], False)


def _bars(figure: Figure) -> tuple[list[Json], bool]:
    """One bar chart for each series; a bar has no room for its interval and its n."""
    metrics: list[Json] = []
    for series, name in zip(figure.series, apart(item.name for item in figure.series), strict=True):
        points = [(point, point.y) for point in series.points if point.y is not None]
        if points:
            metrics.append(
                {
                    "name": name, "type": "bar_chart", "value": [value for _, value in points],
                    "x_axis_name": [short(theme.write(point.x, figure.x.format)) for point, _ in points],
                    "y_axis_name": short(figure.y.label),
                }
            )  # fmt: skip
    return metrics, all(_bare(point) for series in figure.series for point in series.points)


def _bare(point: Point) -> bool:
    return point.y is not None and point.low is None and point.high is None and point.n is None


def _lines(figure: Figure) -> tuple[list[Json], bool]:
    metrics: list[Json] = []
    whole = True
    for series, name in zip(figure.series, apart(item.name for item in figure.series), strict=True):
        points: list[Json] = [[p.x, p.y] for p in series.points if not isinstance(p.x, str) and p.y is not None]
        whole = whole and len(points) == len(series.points) and all(_bare(point) for point in series.points)
        if points:
            axes = {"x_axis_name": short(figure.x.label), "y_axis_name": short(figure.y.label)}
            metrics.append({"name": name, "type": "linear_graph", "value": points, **axes})
    return metrics, whole


def _matrix(figure: Figure) -> tuple[list[Json], bool]:
    """A heatmap of at most 20 rows and columns in which every cell has a value."""
    names = list(dict.fromkeys(point.x for series in figure.series for point in series.points))
    rows = [{point.x: point for point in series.points} for series in figure.series]
    fits = 0 < len(rows) <= MATRIX and 0 < len(names) <= MATRIX
    if not fits or any(name not in row or row[name].y is None for row in rows for name in names):
        return [], False
    value: list[Json] = [[row[name].y for name in names] for row in rows]
    matrix: Json = {
        "name": short(figure.y.label), "type": "matrix", "value": value,
        "x_axis_name": [short(theme.write(name, figure.x.format)) for name in names],
        "y_axis_name": [short(series.name) for series in figure.series],
    }  # fmt: skip
    return [matrix], all(_bare(point) for row in rows for point in row.values())
