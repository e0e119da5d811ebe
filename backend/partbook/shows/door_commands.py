"""`partbook door`: who stands at it, and whom it lets in."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.status import ExitStatus
from partbook.core.terminal import put, put_json, put_table
from partbook.shows import service
from partbook.works.command_options import By, DryRun, Json, rehearsal
from partbook.works.desk import open_desk

door = typer.Typer(help="Let holders in, once; say who may stand at the door.", no_args_is_help=True)

ConcertNumber = Annotated[int, typer.Argument(help="Number of the concert.", metavar="CONCERT")]
Who = Annotated[str, typer.Argument(help="Name of the keyring, or address.", metavar="WHO")]


def attach(cli: typer.Typer) -> None:
    """Add the noun `door`."""
    cli.add_typer(door, name="door")


@door.command("admit")
def admit(
    context: typer.Context,
    pass_files: Annotated[
        list[Path], typer.Argument(help="Holders' passes.", metavar="FILE...", exists=True, dir_okay=False)
    ],
    by: By,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Let holders in. Of several passes each bad one is named and stops nobody else; exit code 1 when there was one."""
    found: list[service.Admission] = []
    with rehearsal(json_), open_desk(context.obj) as desk:
        if len(pass_files) == 1:
            found = [service.admit(desk, pass_files[0], by, dry_run)]
        else:
            found = service.admit_all(desk, pass_files, by, dry_run)
        _show(found, dry_run, json_)
    if not all(one.admitted for one in found):
        raise typer.Exit(ExitStatus.FINDING)


@door.command("appoint")
def appoint(
    context: typer.Context,
    concert: ConcertNumber,
    who: Who,
    by: By,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Let somebody stand at the doors of a concert; the organiser needs no appointment."""
    _appoint(context, concert, who, by, True, dry_run, json_)


@door.command("dismiss")
def dismiss(
    context: typer.Context,
    concert: ConcertNumber,
    who: Who,
    by: By,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Take an appointment back."""
    _appoint(context, concert, who, by, False, dry_run, json_)


def _appoint(
    context: typer.Context, concert: int, who: str, by: str, appointed: bool, dry_run: bool, json_: bool
) -> None:
    with rehearsal(json_), open_desk(context.obj) as desk:
        staff = service.appoint(desk, concert, who, by, appointed, dry_run)
        if json_:
            put_json({"concert_id": concert, "staff": staff})
            return
        names = ", ".join(desk.name_of(desk.address(account)) for account in staff)
        put(f"At the doors of concert {concert}, besides the organiser: {names or 'nobody'}.")


def _show(found: list[service.Admission], dry_run: bool, json_: bool) -> None:
    if json_:
        put_json({"dry_run": dry_run, "passes": [one.as_json() for one in found]})
        return
    if len(found) == 1 and found[0].admitted:
        put(f"GO: {_tickets(found[0])}, {found[0].holder_name}.")
        return
    rows = [(one.file, "GO" if one.admitted else "STOP", _tickets(one), one.holder_name, one.reason) for one in found]
    put_table(("pass", "", "for", "holder", "why not"), rows)
    put(f"{sum(one.admitted for one in found)} of {len(found)} passes {'would let' if dry_run else 'let'} people in.")


def _tickets(one: service.Admission) -> str:
    if not one.tickets:
        return ""
    return f"ticket{'s' if len(one.tickets) > 1 else ''} {', '.join(map(str, one.tickets))}"
