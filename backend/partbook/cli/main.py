"""`partbook`: reads the settings once and turns each error into one sentence and an exit code."""

import os
import sys
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
    try:
        outcome = cli(arguments, standalone_mode=False, prog_name="partbook")
        status = outcome if isinstance(outcome, int) else ExitStatus.OK
    except PartbookError as refused:
        say(f"partbook: {refused}")
        if "--json" in arguments:
            put_json({"error": {"code": refused.code, "message": str(refused)}})
        status = refused.exit_status
    except (typer.Abort, KeyboardInterrupt):
        say("partbook: stopped. Nothing was left half-written.")
        status = ExitStatus.INTERRUPTED
    except ClickException as misused:
        misused.show(file=sys.stderr)
        status = ExitStatus.USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = ExitStatus.OK
    sys.exit(int(status))
