"""`partbook show`, `ticket` and `door`: announce and schedule, sell and resell, let in, settle."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from partbook.core.errors import UnusableInput
from partbook.core.money import ether, parse_ether, percent
from partbook.core.terminal import put, put_json, put_table, say
from partbook.shows import service
from partbook.works.command_options import By, DryRun, Json, parse_percent, put_sent, rehearsal
from partbook.works.desk import open_desk

show = typer.Typer(
    help="Announce a concert, sell sessions per time zone, settle to the works played.", no_args_is_help=True
)
ticket = typer.Typer(help="Buy, offer, resell and refund tickets; sign a pass for the door.", no_args_is_help=True)
door = typer.Typer(help="Let holders in.", no_args_is_help=True)

SessionNumber = Annotated[int, typer.Argument(help="Number of the session.", metavar="SESSION")]
TicketNumber = Annotated[int, typer.Argument(help="Number of the ticket.", metavar="TICKET")]


def attach(cli: typer.Typer) -> None:
    """Add the nouns `show`, `ticket` and `door`."""
    cli.add_typer(show, name="show")
    cli.add_typer(ticket, name="ticket")
    cli.add_typer(door, name="door")


@show.command("announce")
def announce(
    context: typer.Context,
    title: Annotated[str, typer.Argument(help="What the public reads.")],
    by: By,
    work: Annotated[list[str], typer.Option("--work", help="WORK or WORK:PERCENT, such as 7:60. Repeat it.")],
    organiser: Annotated[
        str, typer.Option("--organiser", help="Percent of the money that the organiser keeps.")
    ] = "60",
    royalty: Annotated[str, typer.Option("--royalty", help="Percent of each resale for the works.")] = "5",
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Announce a concert of registered works."""
    works = _works(work)
    with rehearsal(json_), open_desk(context.obj) as desk:
        found = service.announce(desk, works, by, parse_percent(organiser), parse_percent(royalty), title, dry_run)
        _show_concert(found, json_)
        say(f"Next: partbook show schedule {found.concert_id} --by {by} --price 0.1 --capacity 200 --starts …")


@show.command("schedule")
def schedule(
    context: typer.Context,
    concert: Annotated[int, typer.Argument(help="Number of the concert.")],
    by: By,
    price: Annotated[str, typer.Option("--price", help="In ether, such as 0.1.")],
    capacity: Annotated[int, typer.Option("--capacity", help="Most tickets.", min=1)],
    starts: Annotated[str, typer.Option("--starts", help="Local time, such as 2026-12-24T20:00.")],
    minutes: Annotated[int, typer.Option("--minutes", help="How long it lasts.", min=1)] = 120,
    zone: Annotated[str, typer.Option("--zone", help="Time zone of the audience, such as Europe/Berlin.")] = "UTC",
    resale: Annotated[
        str, typer.Option("--resale", help="Most that a resale may ask, percent of the price paid.")
    ] = "105",
    check_in: Annotated[
        str, typer.Option("--check-in", help="Percent of the sold tickets that must come before money is released.")
    ] = "50",
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Put a session of a concert on sale."""
    begin = parse_local_time(starts, zone)
    with rehearsal(json_), open_desk(context.obj) as desk:
        found = service.schedule(
            desk,
            concert,
            by,
            parse_ether(price),
            capacity,
            begin,
            begin + minutes * 60,
            zone,
            max_resale_bps=parse_percent(resale),
            min_check_in_bps=parse_percent(check_in),
            dry_run=dry_run,
        )
        _show_session(found, json_)
        say(f"Next: partbook ticket buy {found.session_id} --by NAME")


@show.command("list")
def list_(context: typer.Context, json_: Json = False) -> None:
    """List concerts and their sessions."""
    with open_desk(context.obj) as desk:
        found = service.list_concerts(desk)
    if json_:
        put_json([one.as_json() for one in found])
        return
    for one in found:
        _show_concert(one, False)
        put("")


@show.command("cancel")
def cancel(
    context: typer.Context, session: SessionNumber, by: By, dry_run: DryRun = False, json_: Json = False
) -> None:
    """Cancel a session; every holder can take the price back."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show_session(service.cancel(desk, session, by, dry_run), json_)


@show.command("settle")
def settle(
    context: typer.Context, session: SessionNumber, by: By, dry_run: DryRun = False, json_: Json = False
) -> None:
    """Release a session's money after its end: to the organiser and to the works played."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show_session(service.settle(desk, session, by, dry_run), json_)


@show.command("withdraw")
def withdraw(context: typer.Context, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Take what the box office owes you: an organiser's part, a resale, a refund."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        put_sent(service.withdraw(desk, by, dry_run), "The box office paid what it owed you.", json_)


@ticket.command("buy")
def buy(context: typer.Context, session: SessionNumber, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Buy a ticket; its price waits in escrow until the session is settled."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show_ticket(service.buy_ticket(desk, session, by, dry_run), json_)


@ticket.command("offer")
def offer(
    context: typer.Context,
    number: TicketNumber,
    by: By,
    price: Annotated[str, typer.Option("--price", help="In ether, at most the session's cap.")],
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Offer your ticket for resale."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show_ticket(service.offer_ticket(desk, number, by, parse_ether(price), dry_run), json_)


@ticket.command("resell")
def resell(context: typer.Context, number: TicketNumber, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Buy a ticket that its holder offers."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show_ticket(service.buy_offered_ticket(desk, number, by, dry_run), json_)


@ticket.command("refund")
def refund(context: typer.Context, number: TicketNumber, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Give a ticket back, after a cancellation or when the session stayed unsettled."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show_ticket(service.refund(desk, number, by, dry_run), json_)


@ticket.command("show")
def show_ticket(context: typer.Context, number: TicketNumber, json_: Json = False) -> None:
    """Show a ticket and what happened to it."""
    with open_desk(context.obj) as desk:
        _show_ticket(service.show_ticket(desk, number), json_)


@ticket.command("pass")
def pass_(
    context: typer.Context,
    number: TicketNumber,
    by: By,
    out: Annotated[Path, typer.Option("--out", help="File for the pass.", dir_okay=False)],
    json_: Json = False,
) -> None:
    """Sign a pass for the door."""
    with open_desk(context.obj) as desk:
        made = service.write_pass(desk, number, by, out)
    if json_:
        put_json(made.model_dump())
    else:
        put(f"{out} lets you in with ticket {number}. Whoever has the file can use it: show it at the door only.")


@door.command("admit")
def admit(
    context: typer.Context,
    pass_file: Annotated[Path, typer.Argument(help="The holder's pass.", exists=True, dir_okay=False)],
    by: By,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Let a holder in."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        found = service.admit(desk, pass_file, by, dry_run)
        if json_:
            put_json(found.as_json())
        else:
            put(f"GO: ticket {found.ticket_id}, {found.holder_name}.")


def parse_local_time(text: str, zone: str) -> int:
    """Unix seconds of a wall-clock time in a zone.

    Raises:
        UnusableInput: not a time, or no zone of that name.
    """
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp())
    except ZoneInfoNotFoundError:
        raise UnusableInput(f"'{zone}' is not a time zone. Write it like Europe/Berlin or Asia/Shanghai.") from None
    except ValueError:
        raise UnusableInput(f"'{text}' is not a time. Write it like 2026-12-24T20:00.") from None


def _works(texts: list[str]) -> list[tuple[int, int]]:
    """Pairs of work and weight; a single work without a percentage has all of it."""
    pairs = []
    for text in texts:
        work, _, share = text.partition(":")
        if not work.isdecimal() or (not share and len(texts) > 1):
            raise UnusableInput(f"'{text}' is not WORK:PERCENT, such as 7:60.")
        pairs.append((int(work), parse_percent(share) if share else 10_000))
    return pairs


def _show_concert(found: service.ConcertView, json_: bool) -> None:
    if json_:
        put_json(found.as_json())
        return
    works = ", ".join(f"{one.title} ({percent(one.weight_bps)})" for one in found.works)
    put(f"Concert {found.concert_id}: {found.title}, by {found.organiser_name}")
    put(f"Plays {works}. {percent(found.organiser_bps)} of the money is the organiser's, the rest is the works'.")
    for session in found.sessions:
        _show_session(session, False)


def _show_session(found: service.SessionView, json_: bool) -> None:
    if json_:
        put_json(found.as_json())
        return
    local = found.as_json()["starts_local"]
    put(
        f"Session {found.session_id}: {local}, {ether(found.price)} ether, {found.sold} of {found.capacity} sold, "
        f"{found.checked_in} in, {found.status}"
    )


def _show_ticket(found: service.TicketView, json_: bool) -> None:
    if json_:
        put_json(found.as_json())
        return
    put(f"Ticket {found.ticket_id} for {found.starts_local}: {found.holder_name}, {found.state}")
    if found.state == "held":
        put(f"Paid {ether(found.paid)} ether; it may be offered for at most {ether(found.highest_price)}.")
    rows = [
        (event.block, event.kind, event.name, f"{ether(int(event.amount))} ether" if event.amount else "")
        for event in found.history
    ]
    put_table(("block", "what", "who", "amount"), rows)
