"""`partbook ticket`: buy and offer, give and resell, vote, sign a pass, come in, give back."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.money import ether, parse_ether
from partbook.core.terminal import put, put_json, put_table
from partbook.shows import service
from partbook.works.command_options import By, DryRun, Json, rehearsal
from partbook.works.desk import open_desk

ticket = typer.Typer(
    help="Buy, offer, resell, give and refund tickets; vote; sign a pass for the door.", no_args_is_help=True
)

SessionNumber = Annotated[int, typer.Argument(help="Number of the session.", metavar="SESSION")]
TicketNumber = Annotated[int, typer.Argument(help="Number of the ticket.", metavar="TICKET")]


def attach(cli: typer.Typer) -> None:
    """Add the noun `ticket`."""
    cli.add_typer(ticket, name="ticket")


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


@ticket.command("give")
def give(
    context: typer.Context,
    number: TicketNumber,
    to: Annotated[str, typer.Option("--to", help="Who gets it: name or address.")],
    by: By,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Give your ticket away, where the session allows it."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show_ticket(service.give(desk, number, by, to, dry_run), json_)


@ticket.command("vote")
def vote(
    context: typer.Context,
    number: TicketNumber,
    work: Annotated[int, typer.Option("--work", help="Number of a work that the concert plays.")],
    by: By,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Give your ticket's one vote to a work, before the session starts."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show_ticket(service.vote(desk, number, work, by, dry_run), json_)


@ticket.command("attend")
def attend(context: typer.Context, number: TicketNumber, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Come in with your ticket, where the entrance is open: a stream, or a place without a door."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        _show_ticket(service.attend(desk, number, by, dry_run), json_)


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
    numbers: Annotated[list[int], typer.Argument(help="Your tickets of one session.", metavar="TICKET...")],
    by: By,
    out: Annotated[Path, typer.Option("--out", help="File for the pass.", dir_okay=False)],
    json_: Json = False,
) -> None:
    """Sign one pass for your tickets of a session."""
    with open_desk(context.obj) as desk:
        made = service.write_pass(desk, numbers, by, out)
    if json_:
        put_json(made.model_dump())
        return
    named = f"ticket{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
    put(f"{out} lets you in with {named}. Whoever has the file can use it: show it at the door only.")


def _show_ticket(found: service.TicketView, json_: bool) -> None:
    if json_:
        put_json(found.as_json())
        return
    put(f"Ticket {found.ticket_id} for {found.starts_local}: {found.holder_name}, {found.state}")
    if found.state == "held":
        cap = f"be offered for at most {ether(found.highest_price)}" if found.highest_price else "not be offered"
        put(f"Paid {ether(found.paid)} ether; it may {cap}.")
    if found.voted_for is not None:
        put(f"Its vote went to work {found.voted_for}.")
    rows = [
        (event.block, event.kind, event.name, f"{ether(int(event.amount))} ether" if event.amount else "")
        for event in found.history
    ]
    put_table(("block", "what", "who", "amount"), rows)
