"""`partbook work`: open a work, register it, show it."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.money import percent
from partbook.core.terminal import progress, put, put_json, put_table, say
from partbook.works.command_options import By, DryRun, Folder, Json, Which, rehearsal
from partbook.works.desk import open_desk
from partbook.works.opening import OpenedWork, open_work
from partbook.works.service import (
    LineView,
    WorkView,
    human_share,
    list_works,
    register_work,
    show_work,
    timeline,
    work_of,
)

work = typer.Typer(help="Open a work, register it once everybody has signed, show it.", no_args_is_help=True)


def attach(cli: typer.Typer) -> None:
    """Add the noun `work`."""
    cli.add_typer(work, name="work")


@work.command("open")
def open_(context: typer.Context, folder: Folder, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Commit to the song on the chain, mark its mix, pin it, and draft the split sheet. Again continues."""
    with rehearsal(json_), open_desk(context.obj) as desk, progress("Marking", quiet=json_) as advance:
        opened = open_work(desk, folder, by, dry_run, advance)
        _show_opened(opened, folder, json_)


def _show_opened(opened: OpenedWork, folder: Path, json_: bool) -> None:
    if json_:
        put_json(opened.as_json())
        return
    put(f"Work {opened.work_id} is open. Its mark says {opened.payload}; the released file is {opened.release_file}.")
    rows = [(row["name"], "yes" if row["ok"] else "no", f"{row['confidence']:.2f}") for row in opened.self_check]
    put_table(("read back after", "read", "confidence"), rows)
    say(f"Next: everybody who is paid signs. partbook sheet show {folder}; partbook sheet sign {folder} --by NAME")


@work.command("register")
def register(
    context: typer.Context,
    folder: Folder,
    by: Annotated[str | None, typer.Option("--by", help="Registrant, where she is not known here.")] = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Seal the work with its sheet, once everybody who is paid has signed exactly this one."""
    with rehearsal(json_), open_desk(context.obj) as desk, progress("Marking", quiet=json_) as advance:
        found = register_work(desk, folder, by, dry_run, advance)
        _show(found, json_)
        say(f"Next: partbook edition release {found.work_id} --by NAME --price 0.05 --cap 100")


@work.command("show")
def show(context: typer.Context, which: Which, json_: Json = False) -> None:
    """Show a work: shares, AI share by layer, where its files are, and what happened to it."""
    with open_desk(context.obj) as desk:
        work_id = work_of(desk, which)
        found, events = show_work(desk, work_id), timeline(desk, work_id)
    if json_:
        put_json(found.as_json() | {"timeline": [event.as_json() for event in events]})
        return
    _show(found, False)
    rows = [(event.block, event.at, event.text) for event in events]
    put("")
    put_table(("block", "time", "what happened"), rows, title="timeline")


@work.command("list")
def list_(
    context: typer.Context,
    after: Annotated[int, typer.Option(help="Works after this number.")] = 0,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=200)] = 50,
    json_: Json = False,
) -> None:
    """List registered works."""
    with open_desk(context.obj) as desk:
        found = list_works(desk, after, limit)
    if json_:
        put_json([one.as_json() for one in found])
        return
    rows = [
        (one.work_id, one.title, one.registrant_name, "" if one.ai_bps is None else percent(one.ai_bps), one.payload)
        for one in found
    ]
    put_table(("work", "title", "registrant", "made by AI", "payload"), rows)


def _show(found: WorkView, json_: bool) -> None:
    if json_:
        put_json(found.as_json())
        return
    state = f"version {found.version}" if found.version else "open, not registered yet"
    put(f"Work {found.work_id}: {found.title} ({state}), registered by {found.registrant_name}")
    put(f"Payload of its mark: {found.payload}")
    if found.dispute is not None:
        put(
            f"Dispute {found.dispute} is open: the share that it is about waits for its end, all other money is paid. "
            f"See it: partbook royalty dispute show {found.dispute}"
        )
    if found.ai_bps is not None:
        put(f"Made {human_share(found.ai_bps)}. A measure of contribution, not of legal authorship.")
        layers = found.ai["layers"]
        rows = [(layer, percent(share["ai_bps"]), share["events"]) for layer, share in layers.items()]
        put("")
        put_table(("layer", "made by AI", "events"), rows)
    for side, lines in (("master", found.master), ("composition", found.composition)):
        put("")
        put_table(("name", "role", "is paid", "credit", "made by AI"), [_row(line) for line in lines], title=side)
    put("")
    put_table(("file", "CID"), list(found.cids.items()))


def _row(line: LineView) -> tuple[str, ...]:
    return (line.name, line.role, percent(line.payout_bps), percent(line.credit_bps), f"{line.ai_pct} %")
