"""The launcher: starts the web application with its health route, its security headers and its review worker."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from rai.errors import RaiError, Refused  # noqa: E402 - the program's own folder must be known first
from rai.settings import Settings  # noqa: E402
from rai.webhook import LARGEST, check, queue_look  # noqa: E402

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class SecurityHeaders:
    """Adds the headers that forbid framing, guessing of content types and leaking of addresses.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to the beginning of the answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


async def health(_: Request) -> JSONResponse:
    """Say that the web process answers."""
    return JSONResponse({"status": "ok"})


async def queue(request: Request) -> RedirectResponse:
    """Lead the address of the review queue's name to where it is: it is the page shown first, so it has none."""
    return RedirectResponse(f"./?{request.url.query}".removesuffix("?"))


async def webhook(request: Request) -> JSONResponse:
    """Queue a look at the registry when MLflow says that something is new; absent unless a secret is set."""
    secret = os.environ.get("RAI_WEBHOOK_SECRET", "")
    if not secret:
        return JSONResponse({"error": "Not found."}, 404)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return JSONResponse({"error": f"A webhook has at most {LARGEST} bytes."}, 413)
    try:
        check(request.headers, bytes(body), secret=secret, now=time.time())
        await run_in_threadpool(_queue_look)
    except Refused as refusal:
        return JSONResponse({"error": str(refusal)}, 401)
    except RaiError:
        return JSONResponse({"error": "The look could not be queued. Send it again."}, 503)
    return JSONResponse({"status": "queued"}, 202)


def _queue_look() -> None:
    from rai.workspace import Workspace  # the server starts without the database

    queue_look(Workspace.open(Settings.load()).jobs)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Keep a review worker for as long as the app runs; ``RAI_WORKER=none`` leaves it out."""
    if os.environ.get("RAI_WORKER") == "none":
        yield
        return
    from rai.worker import start_worker  # the worker's code is needed only where it is started

    worker = start_worker(Settings.load().home)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=20)


app = st.App(
    ROOT / "pages" / "ui" / "frame.py",
    lifespan=lifespan,
    routes=[
        Route("/api/health", health),
        Route("/api/webhooks/mlflow", webhook, methods=["POST"]),
        Route("/inbox", queue),
    ],
    middleware=[Middleware(SecurityHeaders)],
)
