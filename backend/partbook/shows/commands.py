"""`partbook show`: announce and schedule, see the votes, settle."""

from typing import Annotated

import typer

from partbook.core.errors import UnusableInput
from partbook.core.money import ether, parse_ether, percent
from partbook.core.terminal import put, put_json, put_table, say
from partbook.shows import service
from partbook.shows.house_rules import ENTRANCES, POLICIES, parse_entrance, parse_policy
from partbook.works.command_options import By, DryRun, Json, parse_local_time, parse_percent, put_sent, rehearsal
from partbook.works.desk import open_desk

show = typer.Typer(
    help="Announce a concert, sell sessions per time zone, settle to the works played.", no_args_is_help=True
)

SessionNumber = Annotated[int, typer.Argument(help="Number of the session.", metavar="SESSION")]


def attach(cli: typer.Typer) -> None:
    """Add the noun `show`."""
    cli.add_typer(show, name="show")


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
    voted: Annotated[
        str, typer.Option("--voted", help="Percent of the works' money that follows the votes of the tickets.")
    ] = "0",
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Announce a concert of registered works."""
    works = _works(work)
    with rehearsal(json_), open_desk(context.obj) as desk:
        shares = parse_percent(organiser), parse_percent(royalty)
        found = service.announce(desk, works, by, *shares, title, parse_percent(voted), dry_run)
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
    policy: Annotated[
        str, typer.Option("--policy", help=f"How a ticket may change hands: {', '.join(POLICIES)}.")
    ] = "resale-only",
    entrance: Annotated[
        str, typer.Option("--entrance", help=f"Who lets people in: {', '.join(ENTRANCES)} (holders by themselves).")
    ] = "staffed",
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Put a session of a concert on sale."""
    begin = parse_local_time(starts, zone)
    rules = parse_policy(policy), parse_entrance(entrance)
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
            policy=rules[0],
            entrance=rules[1],
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


@show.command("votes")
def votes(context: typer.Context, session: SessionNumber, json_: Json = False) -> None:
    """Show how the tickets of a session voted, and what that moves."""
    with open_desk(context.obj) as desk:
        found = service.votes(desk, session)
    if json_:
        put_json(found.as_json())
        return
    rows = [(one.work_id, one.title, one.votes, percent(one.weight_bps), percent(one.part_bps)) for one in found.works]
    put_table(("work", "title", "votes", "announced part", "part by these votes"), rows)
    put(
        f"{found.votes} of {found.sold} tickets have voted; {percent(found.voted_bps)} of the works' money follows the "
        "votes."
    )


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
    if found.voted_bps:
        put(f"{percent(found.voted_bps)} of the works' money follows the votes of the tickets.")
    for session in found.sessions:
        _show_session(session, False)


def _show_session(found: service.SessionView, json_: bool) -> None:
    if json_:
        put_json(found.as_json())
        return
    local = found.as_json()["starts_local"]
    put(
        f"Session {found.session_id}: {local}, {ether(found.price)} ether, {found.sold} of {found.capacity} sold, "
        f"{found.checked_in} in, {found.status}; tickets: {found.policy}, entrance: {found.entrance}"
    )
