"""`partbook sheet`: draft a split sheet, sign it, see who has signed."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.errors import UnusableInput
from partbook.core.money import percent
from partbook.core.status import ExitStatus
from partbook.core.terminal import put, put_json, put_table, say
from partbook.works.command_options import By, DryRun, Folder, Json, parse_percent, parse_side, rehearsal
from partbook.works.desk import open_desk
from partbook.works.parent_shares import ParentShare
from partbook.works.sheets import Agreed, SheetState, consent_to_sheet, new_sheet, sheet_state, sign_sheet
from partbook.works.split_sheet import SIDES, SideName

sheet = typer.Typer(help="Agree on shares: draft a split sheet, sign it, see who has signed.", no_args_is_help=True)


def attach(cli: typer.Typer) -> None:
    """Add the noun `sheet`."""
    cli.add_typer(sheet, name="sheet")


@sheet.command("new")
def new(
    context: typer.Context,
    folder: Folder,
    by: Annotated[str, typer.Option("--by", help="Who answers for what the machine made.")],
    share: Annotated[
        list[str] | None,
        typer.Option("--share", help="SIDE:NAME:ROLE:PERCENT, such as composition:ben:composer:30. Repeat it."),
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="Public credit name: NAME=TEXT, such as 'ana=Ana Lind'.")
    ] = None,
    parent: Annotated[
        int | None, typer.Option("--parent", help="Number of a parent work; that of a derived song is known.")
    ] = None,
    parent_share: Annotated[
        list[str] | None,
        typer.Option("--parent-share", help="SIDE:PERCENT for the parent work, such as composition:20. Repeat it."),
    ] = None,
    json_: Json = False,
) -> None:
    """Draft the sheet. Without --share everybody who contributed to a side is paid the same part of it."""
    names = dict(_name(text) for text in name or [])
    above = ParentShare(parent, dict(_parent_share(text) for text in parent_share or []))
    with open_desk(context.obj) as desk:
        new_sheet(desk, folder, by, [_share(text) for text in share or []], names, above)
        state = sheet_state(desk, folder)
    _show(state, folder, json_)


@sheet.command("sign")
def sign(
    context: typer.Context,
    folder: Folder,
    by: Annotated[str, typer.Option("--by", help="Who signs.")],
    json_: Json = False,
) -> None:
    """Sign the sheet exactly as it stands. A later change makes the signature void, and says so."""
    with open_desk(context.obj) as desk:
        state = sign_sheet(desk, folder, by)
    if json_:
        put_json(state.as_json())
        return
    put(state.sentence)
    if state.complete:
        say(f"Next: partbook work register {folder}")


@sheet.command("consent")
def consent(
    context: typer.Context,
    folder: Folder,
    by: By,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take your consent back.")] = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Agree to the sheet on the chain instead of signing it: for wallets that sign no messages."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        state = consent_to_sheet(desk, folder, by, withdraw, dry_run)
        if json_:
            put_json(state.as_json())
        else:
            put(state.sentence)


@sheet.command("show")
def show(context: typer.Context, folder: Folder, json_: Json = False) -> None:
    """Show the sheet and who has signed it; exit code 1 while somebody has still to sign."""
    with open_desk(context.obj) as desk:
        state = sheet_state(desk, folder)
    _show(state, folder, json_)
    if not state.complete:
        raise typer.Exit(ExitStatus.FINDING)


def _show(state: SheetState, folder: Path, json_: bool) -> None:
    if json_:
        put_json(state.as_json())
        return
    signed = {line.payee for line in state.signed}
    for side in SIDES:
        rows = [
            (
                line.name,
                line.role,
                percent(line.payout_bps),
                percent(line.credit_bps),
                f"{line.ai_pct} %",
                "yes" if line.payee in signed else "not yet",
            )
            for line in state.draft.lines(side)
        ]
        put_table(("name", "role", "is paid", "credit", "made by AI", "signed"), rows, title=side)
        put("")
    put(state.sentence)
    if state.missing:
        say(f"Next: partbook sheet sign {folder} --by NAME")


def _share(text: str) -> Agreed:
    parts = text.split(":")
    if len(parts) != 4 or parts[0] not in SIDES:
        raise UnusableInput(
            f"'{text}' is not a share. Write SIDE:NAME:ROLE:PERCENT, such as composition:ben:composer:30."
        )
    side: SideName = "master" if parts[0] == "master" else "composition"
    return Agreed(side, parts[1], parts[2], parse_percent(parts[3]))


def _parent_share(text: str) -> tuple[SideName, int]:
    side, found, part = text.partition(":")
    if not found:
        raise UnusableInput(f"'{text}' is not a parent's share. Write SIDE:PERCENT, such as composition:20.")
    return parse_side(side), parse_percent(part)


def _name(text: str) -> tuple[str, str]:
    who, found, name = text.partition("=")
    if not (found and who and name.strip()):
        raise UnusableInput(f"'{text}' is not a name. Write NAME=TEXT, such as 'ana=Ana Lind'.")
    return who, name.strip()
