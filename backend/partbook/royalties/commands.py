"""`partbook royalty`: pay a work, see what is due, claim it, print statements and the way of the money."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.errors import UnusableInput
from partbook.core.files import write_whole
from partbook.core.money import Wei, ether, parse_ether, percent
from partbook.core.status import ExitStatus
from partbook.core.terminal import put, put_json, put_table, say
from partbook.royalties import held, service
from partbook.royalties.dispute_commands import dispute
from partbook.works.command_options import By, DryRun, Json, Which, parse_side, put_sent, rehearsal
from partbook.works.desk import open_desk
from partbook.works.views import work_of

royalty = typer.Typer(help="Pay a work, see what is due, claim it, print statements.", no_args_is_help=True)
royalty.add_typer(dispute, name="dispute")


def attach(cli: typer.Typer) -> None:
    """Add the noun `royalty`."""
    cli.add_typer(royalty, name="royalty")


@royalty.command("pay")
def pay(
    context: typer.Context,
    which: Which,
    by: By,
    amount: Annotated[str, typer.Option("--amount", help="In ether, such as 0.5.")],
    side: Annotated[str, typer.Option("--side", help="master or composition.")] = "composition",
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Pay one side of a work."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        receipt = service.pay(desk, work_of(desk, which), parse_side(side), by, parse_ether(amount), dry_run)
        put_sent(receipt, f"{amount} ether was paid to the {side}.", json_)


@royalty.command("due")
def due(
    context: typer.Context,
    which: Which,
    payee: Annotated[str | None, typer.Option("--payee", help="Only what is due to this name or address.")] = None,
    json_: Json = False,
) -> None:
    """Show what is due to each line of a work's sheets."""
    with open_desk(context.obj) as desk:
        lines = service.due(desk, work_of(desk, which), payee)
        waiting = held.held(desk, work_of(desk, which))
    if json_:
        put_json([line.as_json() for line in lines])
        return
    rows = [
        (line.side, _version(line), line.name, percent(line.payout_bps), ether(line.due), ether(line.released))
        for line in lines
    ]
    put_table(("side", "version", "name", "is paid", "due, ether", "paid out, ether"), rows)
    for one in waiting:
        put(f"{ether(one.amount)} ether for the {one.side} wait at the box office: partbook royalty pass-on {which}")
    for number in sorted({line.dispute for line in lines if line.dispute is not None and line.waits}):
        put(f"What goes to dispute {number} waits until it ends: partbook royalty dispute show {number}")


@royalty.command("claim")
def claim(
    context: typer.Context,
    by: By,
    which: Annotated[str | None, typer.Option("--work", help="Only from this work: number or song folder.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Send it there instead: name or address.")] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Have every payee of --work paid, each to her own account.")
    ] = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Take what is due to you, or have everybody paid."""
    with open_desk(context.obj) as desk:
        work_id = work_of(desk, which) if which else None
        if everybody:
            if work_id is None or to is not None:
                raise UnusableInput("--everybody needs --work, and pays each payee's own account: leave --to away.")
            claims = service.claim_all(desk, work_id, by, dry_run)
        else:
            claims = service.claim(desk, work_id, by, to, dry_run)
    if json_:
        put_json([one.as_json() | {"dry_run": dry_run} for one in claims])
        return
    rows = [(one.work_id, one.side, one.name, ether(one.amount)) for one in claims]
    put_table(("work", "side", "payee", "would get, ether" if dry_run else "got, ether"), rows)
    say(f"Together {ether(Wei(sum(one.amount for one in claims)))} ether.")


@royalty.command("pass-on")
def pass_on(context: typer.Context, which: Which, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Pay into the vault what the box office held for a work while the vault was paused; anyone may."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        passed = held.pass_on(desk, work_of(desk, which), by, dry_run)
        if json_:
            put_json([one.as_json() for one in passed])
        else:
            put_table(("side", "version", "ether"), [(one.side, one.version, ether(one.amount)) for one in passed])


@royalty.command("statement")
def statement_(
    context: typer.Context,
    payee: Annotated[str, typer.Argument(help="Name of the keyring, or address.")],
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the statement to this CSV file.")] = None,
    json_: Json = False,
) -> None:
    """Print a payee's statement; exit code 1 when ledger and chain disagree."""
    with open_desk(context.obj) as desk:
        found = service.statement(desk, payee)
    if csv is not None:
        write_whole(csv, found.as_csv().encode())
        say(f"Written: {csv}")
    if json_:
        put_json(found.as_json())
    else:
        rows = [(line.block, line.title, line.side, line.version, ether(line.amount)) for line in found.lines]
        put_table(("block", "title", "side", "version", "ether"), rows, title=f"{found.name} ({found.payee})")
        put(f"Total {ether(found.total)} ether, {ether(found.chain_total)} by the chain. Due now: {ether(found.open)}.")
    if not found.agrees:
        say("The ledger and the chain disagree. Run `partbook index`.")
        raise typer.Exit(ExitStatus.FINDING)


@royalty.command("flow")
def flow_(context: typer.Context, which: Which, json_: Json = False) -> None:
    """Show where a work's money came from and where it went."""
    with open_desk(context.obj) as desk:
        found = service.flow(desk, work_of(desk, which))
    if json_:
        put_json(found.as_json())
        return
    put_table(("from", "to", "ether"), [(one.source, one.target, ether(Wei(one.wei))) for one in found.flows])
    put(f"In {ether(found.received)}, claimed {ether(found.claimed)}, not claimed yet {ether(found.unclaimed)}.")


def _version(line: service.DueLine) -> str:
    """The sheet's version; of the money that waited for a dispute, which one."""
    return str(line.version) if line.version > 0 else f"dispute {-line.version}"
