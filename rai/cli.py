"""The command ``rai``: submit, review, judge and export without a browser."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rai import __version__
from rai.errors import InputError, RaiError
from rai.settings import Settings

# Each command imports what it needs when it is called: `rai gate` answers without loading what only a review needs.

Command = Callable[[argparse.Namespace, Settings], int]

_EPILOG = """exit codes:
  0  done; for gate: open
  1  refused; for gate: closed, each reason on a line
  2  cannot start or cannot decide: the sentence says what is wrong and what to do
  3  a review completed, with an analysis that failed

TARGET is models:/NAME/VERSION, models:/NAME@ALIAS, a directory in MLflow's model format, or the word predictions
(no model: [predictions] in review.toml names the columns).
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["verify"]:
        return _verify(given[1:])
    options = _options(given)
    command: Command = options.command
    try:
        return command(options, Settings.load())
    except RaiError as error:
        print(f"rai: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        # No traceback reaches a user, and no fault of ours may look like an open gate.
        if os.environ.get("RAI_DEBUG"):
            raise
        print(f"rai: stopped with {type(error).__name__}: {error}. RAI_DEBUG=1 shows more.", file=sys.stderr)
        return 2


def _options(given: Sequence[str]) -> argparse.Namespace:
    try:
        return _parser().parse_args(given)
    except SystemExit:
        # A target that reads like a wish for help gets the help, and it must not look like an open gate.
        if given[:1] == ["gate"]:
            raise SystemExit(2) from None
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rai",
        description="Examine, write up and sign for a model version before it may go to production.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"rai {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add(commands, "demo", _demo, "build the demo registry with real models and data, and queue their reviews")
    serve = _add(commands, "app", _app, "start the app and a review worker")
    serve.add_argument("--port", type=int, default=8501, help="port on this machine (default 8501)")
    hand_in = _add(commands, "submit", _submit, "hand a registered version in and queue its review")
    _target(hand_in, profile=True)
    review = _add(commands, "review", _review, "review now, and write review.json")
    _target(review, profile=True)
    review.add_argument("--out", type=Path, metavar="DIR", help="folder for review.json")
    card = _add(commands, "card", _card, "write the model card as JSON, Markdown, HTML and PDF, or in other forms")
    _target(card)
    card.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the card's files")
    card.add_argument(
        "--form", nargs="+", default=["card"], metavar="NAME", help="card (default), all, or sagemaker ..."
    )
    fill = _add(commands, "import-card", _import_card, "fill what nobody has written from another card")
    _target(fill)
    fill.add_argument("file", type=Path, metavar="FILE", help="card.json, Model Card Toolkit JSON, or README.md")
    _for_pipelines(commands)
    worker = _add(commands, "worker", _worker, "take jobs from the queue")
    worker.add_argument("--parent", type=int, help="end when this process is gone")
    worker.add_argument("--once", action="store_true", help="end when the queue is empty")
    again = _add(commands, "reconcile", _reconcile, "make the registry repeat the ledger; exit 1 if something differs")
    again.add_argument("--json", action="store_true", help="answer as JSON")
    watch = _add(commands, "watch", _watch, "hand in new versions that have a profile attached, and reconcile")
    watch.add_argument("--once", action="store_true", help="look once")
    schema = _add(commands, "schema", _schema, "print a JSON Schema")
    schema.add_argument("what", choices=["review", "card"], help="which record")
    return parser


def _for_pipelines(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    gate = _add(commands, "gate", _gate, "may this version be deployed? exit 0 open, 1 closed, 2 cannot decide")
    _target(gate)
    gate.add_argument("--json", action="store_true", help="answer as JSON")
    commands.add_parser("verify", help="verify a model's folder offline and make a verified copy; exit 0 allow only")
    status = _add(commands, "status", _status, "write the signed status list that 'rai verify' asks for")
    status.add_argument("--out", type=Path, metavar="FILE", help="file to write (default: standard output)")
    trust = _add(commands, "trust", _trust, "write the trust file: the signers 'rai verify' believes")
    trust.add_argument("--out", type=Path, metavar="FILE", help="file to write (default: standard output)")


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, command: Command, words: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words)
    parser.set_defaults(command=command)
    return parser


def _target(parser: argparse.ArgumentParser, *, profile: bool = False) -> None:
    parser.add_argument("target", metavar="TARGET", help="what is meant, see 'rai --help'")
    if profile:
        parser.add_argument("--profile", type=Path, metavar="FILE", help="review.toml (default: the one attached)")


def _demo(_: argparse.Namespace, settings: Settings) -> int:
    from rai.demo import make_demo
    from rai.demo_queue import queue_demo

    make_demo(settings, say=print)
    queue_demo(settings, say=print)
    return 0


def _app(options: argparse.Namespace, settings: Settings) -> int:
    """Start Streamlit; the worker is the app's own child and ends with it."""
    _refuse_taken(options.port)
    script = Path(__file__).resolve().parent.parent / "app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(options.port)]
    print(f"RAI Review is at http://localhost:{options.port} (Ctrl-C ends it)", flush=True)
    environment = {**os.environ, "RAI_HOME": str(settings.home)}
    with subprocess.Popen(command, env=environment, cwd=script.parent) as app:
        signal.signal(signal.SIGTERM, lambda *_: app.terminate())
        try:
            app.wait()
        except KeyboardInterrupt:
            app.wait(timeout=20)
    return 0


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise InputError(
                f"Port {port} cannot be used: another program has it, or it is not a port. Choose another with --port."
            ) from error


def _submit(options: argparse.Namespace, settings: Settings) -> int:
    from rai.clock import now
    from rai.people import acting
    from rai.submission import read_handed, submit
    from rai.versions import parse_target
    from rai.workspace import Workspace

    workspace = Workspace.open(settings)
    person = acting(settings.identity_file)
    handed = read_handed(workspace, options.profile) if options.profile else None
    done = submit(workspace, parse_target(options.target), handed=handed, submitter=person, when=now())
    job = workspace.jobs.enqueue("review", done.ref.uri, by=person.name)
    print(f"Submitted {done.ref.uri}; its review is queued as job {job.id}.")
    return 0


def _review(options: argparse.Namespace, settings: Settings) -> int:
    from rai.commands import print_review, review_target
    from rai.files import make_folder, write_whole

    review = review_target(settings, options.target, profile=options.profile, progress=_say_progress)
    if options.out:
        make_folder(options.out)
        write_whole(options.out / "review.json", review.to_bytes())
    for line in print_review(review):
        print(line)
    return 3 if review.failed else 0


def _say_progress(step: str, share: float) -> None:
    print(f"{100 * share:3.0f} %  {step}", file=sys.stderr, flush=True)


def _card(options: argparse.Namespace, settings: Settings) -> int:
    from rai.card_files import write_card
    from reports.forms import forms

    for path in write_card(settings, options.target, options.out, lambda card: forms(card, options.form)):
        print(path)
    return 0


def _import_card(options: argparse.Namespace, settings: Settings) -> int:
    from rai.card_files import fill_from

    for line in fill_from(settings, options.target, options.file):
        print(line)
    return 0


def _gate(options: argparse.Namespace, settings: Settings) -> int:
    from rai.commands import version_of
    from rai.gating import gate
    from rai.workspace import Workspace

    workspace = Workspace.open(settings)
    ref = version_of(workspace, options.target)
    answer = gate(workspace, ref)
    if options.json:
        print(json.dumps({"target": ref.uri, "open": answer.open, "reasons": list(answer.reasons)}))
    else:
        print(f"{ref.uri}: {'open' if answer.open else 'closed'}")
        for reason in answer.reasons:
            print(f"- {reason}")
    sys.stdout.flush()
    return 0 if answer.open else 1


def _verify(arguments: Sequence[str]) -> int:
    # Stands alone: no settings, no installation, nothing but the standard library and cryptography.
    from rai.approval.verifying.command import main as verify

    return verify(arguments)


def _status(options: argparse.Namespace, settings: Settings) -> int:
    from rai.offline_files import write_status

    write_status(settings, options.out)
    return 0


def _trust(options: argparse.Namespace, settings: Settings) -> int:
    from rai.offline_files import write_trust

    write_trust(settings, options.out)
    return 0


def _worker(options: argparse.Namespace, settings: Settings) -> int:
    from rai.worker import work
    from rai.workspace import Workspace

    work(Workspace.open(settings), parent=options.parent, once=options.once)
    return 0


def _reconcile(options: argparse.Namespace, settings: Settings) -> int:
    from rai.looking import reconcile_now
    from rai.workspace import Workspace
    from reports import render_all

    report = reconcile_now(Workspace.open(settings), render_all)
    if options.json:
        print(json.dumps({"done": report.done, "open": report.open, "failed": report.failed}))
    else:
        for line in (*report.done, *report.open, *report.failed):
            print(f"- {line}")
    return 2 if report.failed else int(bool(report.open))


def _watch(options: argparse.Namespace, settings: Settings) -> int:
    from rai.looking import watch_registry
    from rai.workspace import Workspace
    from reports import render_all

    watch_registry(Workspace.open(settings), render_all, once=options.once, say=print)
    return 0


def _schema(options: argparse.Namespace, _: Settings) -> int:
    from rai.card import ModelCard
    from rai.review import Review
    from rai.stored import Stored

    record: type[Stored] = Review if options.what == "review" else ModelCard
    print(json.dumps(record.model_json_schema(), indent=2))
    return 0
