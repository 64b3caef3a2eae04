"""A proxy that stands between the program and a real MLflow server and breaks one answer in a chosen way.

Every request gets a connection of its own, so that each can be counted and broken; nothing is kept alive.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from typing import Literal

Fault = Literal["", "refused", "black hole", "reset", "500", "503", "429", "cut body", "lost reply", "cut json", "slow"]
FAULTS: tuple[Fault, ...] = (
    "refused", "black hole", "reset", "500", "503", "429", "cut body", "lost reply", "cut json", "slow",
)  # fmt: skip


class Proxy:
    """Runs in a thread of its own.

    Parameters
    ----------
    upstream
        Port of the real server.
    """

    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self._fault: Fault = ""
        self._first = self._last = 0
        self.calls = 0
        self.broken = 0
        self._listener: asyncio.Server | None = None
        self._held: list[asyncio.StreamWriter] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._do(self._listen())

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _do(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def break_call(self, fault: Fault, number: int, *, only: bool) -> None:
        """Break the call with this number, counted from 1, and all after it unless ``only``."""
        self._do(self._arm(fault, number, only))

    async def _arm(self, fault: Fault, number: int, only: bool) -> None:
        self._fault, self._first, self.calls, self.broken = fault, number, 0, 0
        self._last = number if only else 1 << 30
        if fault == "refused" and number == 1:
            await self._close()

    def heal(self) -> int:
        """Be honest again, and return how many calls there were."""
        self._do(self._healed())
        return self.calls

    async def _healed(self) -> None:
        self._fault = ""
        for writer in self._held:
            writer.transport.abort()
        self._held.clear()
        await self._listen()

    def stop(self) -> None:
        self.heal()
        self._do(self._close())
        self._do(asyncio.sleep(0.1))  # what was aborted is closed by then
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._answered(reader, writer)
        finally:
            if writer not in self._held:
                writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _request(reader)
        self.calls += 1
        faulty = self._fault if self._first <= self.calls <= self._last else ""
        self.broken += bool(faulty)
        await self._answer(faulty, request, writer)
        if self._fault == "refused" and self.calls == self._first - 1:
            await self._close()

    async def _answer(self, fault: str, request: bytes, writer: asyncio.StreamWriter) -> None:
        if fault == "black hole":
            self._held.append(writer)
        elif fault in {"500", "503", "429"}:
            writer.write(f"HTTP/1.1 {fault} Broken\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops".encode())
            await writer.drain()
        elif fault == "refused":
            _reset(writer)
        else:
            await self._changed(fault, await self._asked(request), writer)

    async def _asked(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        writer.write(request)
        try:
            return await reader.read(-1)
        finally:
            writer.close()

    async def _changed(self, fault: str, answer: bytes, writer: asyncio.StreamWriter) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        if fault == "lost reply":
            return _reset(writer)
        if fault == "cut json" and b"application/json" in head.lower():
            # Half of the answer, and it says that it is whole.
            half = body[: len(body) // 2]
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            answer += f"Content-Length: {len(half)}\r\n\r\n".encode() + half
        elif fault in {"reset", "cut body"}:
            answer = head + b"\r\n\r\n" + body[: len(body) // 2]
        if fault == "slow":
            for start in range(0, len(answer), max(1, len(answer) // 40)):
                writer.write(answer[start : start + max(1, len(answer) // 40)])
                await writer.drain()
                await asyncio.sleep(0.02)
        else:
            writer.write(answer)
            await writer.drain()
        if fault == "reset":
            _reset(writer)
        return None


def _reset(writer: asyncio.StreamWriter) -> None:
    found = writer.get_extra_info("socket")
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """Read one whole request and ask for the connection to be closed after it."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith((b"connection:", b"expect:"))]
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
    return b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while True:
        size = await reader.readuntil(b"\r\n")
        piece = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
        found += size + piece
        if size.strip() == b"0":
            return found
