"""`partbook`: reads the settings once and turns each error into one sentence and an exit code."""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer
from typer._click.exceptions import ClickException  # typer carries its own click and names it nowhere else

from partbook import __version__
from partbook.cli.nouns import Rooms
from partbook.core.errors import PartbookError
from partbook.core.settings import Settings
from partbook.core.status import ExitStatus
from partbook.core.terminal import put, put_json, say

cli = typer.Typer(
    name="partbook",
    cls=Rooms,
    help="Compose, mark, register, sell and identify music that people and AI make together.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        put(f"partbook {__version__}")
        raise typer.Exit


@cli.callback()
def settings(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the ledger, store, local chain and keys.", envvar="PARTBOOK_HOME")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Compose, mark, register, sell and identify music that people and AI make together."""
    context.obj = Settings.from_environment(home=home)


def run(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _clear_up_when_ended()
    try:
        status = _answered(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        status = _unheard()
    sys.exit(int(status))


def _clear_up_when_ended() -> None:
    """Let a hang-up or a request to end leave no half-written file behind, as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        return
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is signal.SIG_DFL:
            signal.signal(ending, signal.default_int_handler)


def _answered(arguments: list[str]) -> int:
    """The exit code of a command; what went wrong is said in a sentence, and with --json as JSON as well."""
    try:
        outcome = cli(arguments, standalone_mode=False, prog_name="partbook")
    except PartbookError as refused:
        return _refused(arguments, refused.exit_status, refused.code, str(refused))
    except typer.Abort:
        outcome = ExitStatus.INTERRUPTED
    except ClickException as misused:
        misused.show(file=sys.stderr)
        if "--json" in arguments:
            _put_error("usage", misused.format_message())
        return ExitStatus.USAGE
    except BrokenPipeError:
        raise
    except OSError as broken:
        where = f"{broken.filename}: " if broken.filename else ""
        sentence = f"{where}{broken.strerror or broken}."
        return _refused(arguments, ExitStatus.CONFIGURATION, "machine-refused", sentence)
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):  # typer's own way to leave
            return _unheard()
        raise
    if outcome == ExitStatus.INTERRUPTED:  # typer gives this number for Ctrl-C
        say("partbook: stopped. Nothing was left half-written.")
    return outcome if isinstance(outcome, int) else ExitStatus.OK


def _refused(arguments: list[str], status: ExitStatus, code: str, sentence: str) -> ExitStatus:
    say(f"partbook: {sentence}")
    if "--json" in arguments:
        _put_error(code, sentence)
    return status


def _put_error(code: str, sentence: str) -> None:
    put_json({"error": {"code": code, "message": sentence}})


def _unheard() -> ExitStatus:
    """Whoever read our output left, as `head` does: that is no failure, and nothing more is written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return ExitStatus.OK
