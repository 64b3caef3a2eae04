"""What goes over the pipe to the model process: a JSON header and, behind it, rows as Arrow."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from typing import BinaryIO, Protocol

import pandas as pd
import pyarrow as pa
from pydantic import JsonValue

Header = dict[str, JsonValue]

#: No honest answer is larger; a larger one is refused before it is read.
LARGEST = 1 << 31

_LENGTHS = struct.Struct(">QQ")


class BrokenPipe(Exception):  # noqa: N818 - names what happened
    """The other side ended, or sent what is not a message."""


class Reader(Protocol):
    """Anything bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes; nothing at the end."""
        ...


def send(pipe: BinaryIO, header: Mapping[str, JsonValue], frame: pd.DataFrame | None = None) -> None:
    """Write one message."""
    head, body = json.dumps(header).encode(), b"" if frame is None else to_arrow(frame)
    pipe.write(_LENGTHS.pack(len(head), len(body)))
    pipe.write(head)
    pipe.write(body)
    pipe.flush()


def receive(pipe: Reader) -> tuple[Header, pd.DataFrame | None]:
    """Read one message.

    Raises
    ------
    BrokenPipe
        If the other side has ended or the message is not one.
    """
    head, body = _LENGTHS.unpack(_exactly(pipe, _LENGTHS.size))
    if head > LARGEST or body > LARGEST:
        raise BrokenPipe("too large a message")
    header = json.loads(_exactly(pipe, head))
    data = _exactly(pipe, body)
    if not isinstance(header, dict):
        raise BrokenPipe("not a message")
    return header, from_arrow(data) if body else None


def _exactly(pipe: Reader, size: int) -> bytes:
    parts, left = [], size
    while left:
        part = pipe.read(min(left, 1 << 20))
        if not part:
            raise BrokenPipe("the other side has ended")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def to_arrow(frame: pd.DataFrame) -> bytes:
    """Write a frame as an Arrow stream."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def from_arrow(data: bytes) -> pd.DataFrame:
    """Read an Arrow stream as a frame."""
    with pa.ipc.open_stream(io.BytesIO(data)) as reader:
        frame: pd.DataFrame = reader.read_all().to_pandas()
    return frame
