"""A freshly started real server, and a client that speaks to it as the browser does: over its websocket."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def served(home: Path, *, worker: bool = False, **more: str) -> Iterator[int]:
    """Run the application on a free port of this machine, and end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "RAI_HOME": str(home), **({} if worker else {"RAI_WORKER": "none"}), **more}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    log = home.parent / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=home.parent, env=environment, stdout=out, stderr=out)
        try:
            _wait(server, port, log)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        # Connecting asks for nothing: the first request stays the one of the test.
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def fetched(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower case) and body of a plain request."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


def shown(port: int, page: str, *, query: str = "") -> str:
    """Everything the server sends a browser that opens this page's address, as text, until the script has ended."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    found: list[str] = []
    with connect(address, subprotocols=["streamlit"], max_size=None) as stream:  # type: ignore[list-item]
        ask = BackMsg()
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = query
        stream.send(ask.SerializeToString())
        until = time.monotonic() + 60
        while time.monotonic() < until:
            message = ForwardMsg()
            message.ParseFromString(bytes(stream.recv(timeout=60)))  # type: ignore[arg-type]
            found.append(str(message))
            if message.WhichOneof("type") == "script_finished":
                return "\n".join(found)
    raise AssertionError("The page did not end within a minute.")
