"""`partbook edition`: release, list, buy, deliver, offer and resell editions."""

from pathlib import Path
from typing import Annotated

import typer

from partbook.core.clock import to_the_minute
from partbook.core.errors import UnusableInput
from partbook.core.money import ether, parse_ether, percent
from partbook.core.terminal import put, put_json, put_table, say
from partbook.editions import service
from partbook.editions.personal_copies import Personal
from partbook.music.vocal_range import VocalRange
from partbook.works.command_options import By, DryRun, Json, Which, parse_local_time, parse_percent, put_sent, rehearsal
from partbook.works.desk import open_desk
from partbook.works.views import work_of

edition = typer.Typer(
    help="Release editions of a work and sell copies, each marked for its buyer.", no_args_is_help=True
)

Number = Annotated[int, typer.Argument(help="Number of the edition.", metavar="EDITION")]
Price = Annotated[str, typer.Option("--price", help="In ether, such as 0.05.")]
AsPersonal = Annotated[
    bool, typer.Option("--personal", help="Render the song for the buyer, in the sound of her public address.")
]
Range = Annotated[str, typer.Option("--range", help="Notes that she sings at ease, such as A3-E5; with --personal.")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for the file.", file_okay=False)]


def attach(cli: typer.Typer) -> None:
    """Add the noun `edition`."""
    cli.add_typer(edition, name="edition")


@edition.command("release")
def release(
    context: typer.Context,
    which: Which,
    by: By,
    price: Price,
    cap: Annotated[int, typer.Option("--cap", help="Most copies that will ever be sold.", min=1)],
    master: Annotated[str, typer.Option("--master", help="Percent of the price for the recording.")] = "50",
    royalty: Annotated[str, typer.Option("--royalty", help="Percent of each resale for the work.")] = "10",
    tier: Annotated[str, typer.Option("--tier", help="What people call it, such as Deluxe.")] = "",
    opens: Annotated[str, typer.Option("--opens", help="Local time, such as 2026-12-24T20:00; now unless told.")] = "",
    closes: Annotated[str, typer.Option("--closes", help="Likewise; in ten years unless told.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone of both, such as Europe/Berlin.")] = "UTC",
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Put an edition of a registered work on sale; one for each tier, with a price, a cap and a window of its own."""
    begin, end = (parse_local_time(text, zone) if text else 0 for text in (opens, closes))
    with rehearsal(json_), open_desk(context.obj) as desk:
        released = service.release_edition(
            desk,
            work_of(desk, which),
            by,
            parse_ether(price),
            cap,
            opens=begin,
            closes=end,
            master_bps=parse_percent(master),
            royalty_bps=parse_percent(royalty),
            tier=tier,
            dry_run=dry_run,
        )
        _show(released, json_)
        say(f"Next: partbook edition buy {released.edition_id} --by NAME")


@edition.command("list")
def list_(
    context: typer.Context,
    which: Annotated[str | None, typer.Option("--work", help="Number of a work, or the folder of its song.")] = None,
    json_: Json = False,
) -> None:
    """List editions."""
    with open_desk(context.obj) as desk:
        found = service.list_editions(desk, work_of(desk, which) if which else None)
    if json_:
        put_json([one.as_json() for one in found])
        return
    rows = [
        (
            one.edition_id,
            one.title,
            one.label,
            f"{ether(one.price)} ether",
            f"{one.sold} of {one.cap}",
        )
        for one in found
    ]
    put_table(("edition", "title", "tier", "price", "sold"), rows)


@edition.command("show")
def show(context: typer.Context, number: Number, json_: Json = False) -> None:
    """Show an edition and its sold copies."""
    with open_desk(context.obj) as desk:
        found, sold = service.show_edition(desk, number), service.list_purchases(desk, number)
    if json_:
        put_json(found.as_json() | {"copies": [one.as_json() for one in sold]})
        return
    _show(found, False)
    rows = [(one.serial, one.buyer_name, f"{ether(one.paid)} ether", one.block, _file(one)) for one in sold]
    put("")
    put_table(("copy", "buyer", "paid", "block", "file"), rows)


@edition.command("buy")
def buy(
    context: typer.Context,
    number: Number,
    by: By,
    out: Out = None,
    personal: AsPersonal = False,
    voice: Range = "",
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Buy a copy; its file is marked for the buyer."""
    wish = _wish(personal, voice)
    with rehearsal(json_), open_desk(context.obj) as desk:
        bought = service.buy_edition(desk, number, by, out, dry_run, personal=wish)
        if json_:
            put_json(bought.as_json())
            return
        put(f"Copy {bought.serial} of edition {number} is yours for {ether(bought.paid)} ether: {_file(bought)}")
        if bought.copy is None:
            say(f"The registrant's machine makes your file: partbook edition deliver {number} {bought.serial}")


@edition.command("deliver")
def deliver(
    context: typer.Context,
    number: Number,
    serial: Annotated[int, typer.Argument(help="Serial of the copy.", metavar="COPY")],
    out: Out = None,
    personal: AsPersonal = False,
    voice: Range = "",
    json_: Json = False,
) -> None:
    """Make the file of a sold copy, if it is not there yet."""
    wish = _wish(personal, voice)
    with open_desk(context.obj) as desk:
        made = service.deliver_copy(desk, number, serial, out, wish)
    if json_:
        put_json(made.as_json())
    else:
        put(f"{made.path}")


@edition.command("offer")
def offer(
    context: typer.Context, number: Number, by: By, price: Price, dry_run: DryRun = False, json_: Json = False
) -> None:
    """Offer one of your own copies."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        put_sent(
            service.offer_copy(desk, number, by, parse_ether(price), dry_run),
            f"Your copy of edition {number} is offered for {price} ether.",
            json_,
        )


@edition.command("resell")
def resell(
    context: typer.Context,
    number: Number,
    seller: Annotated[str, typer.Option("--from", help="Who offers the copy.")],
    by: By,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Buy a copy that somebody offers; the work gets its royalty."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        put_sent(
            service.buy_offered_copy(desk, number, seller, by, dry_run), f"A copy of edition {number} is yours.", json_
        )


@edition.command("withdraw")
def withdraw(context: typer.Context, by: By, dry_run: DryRun = False, json_: Json = False) -> None:
    """Take what the market owes you."""
    with rehearsal(json_), open_desk(context.obj) as desk:
        put_sent(service.withdraw_proceeds(desk, by, dry_run), "The market paid what it owed you.", json_)


def _wish(personal: bool, voice: str) -> Personal | None:
    if voice and not personal:
        raise UnusableInput("--range is for a copy that is rendered for its buyer. Add --personal.")
    return Personal(VocalRange.parse(voice) if voice else None) if personal else None


def _file(sale: service.Purchase) -> str:
    return str(sale.copy.path) if sale.copy else "not made here"


def _show(found: service.EditionView, json_: bool) -> None:
    if json_:
        put_json(found.as_json())
        return
    put(f"Edition {found.edition_id}: {found.title}, {found.label}: {ether(found.price)} ether a copy")
    put(f"{found.sold} of {found.cap} sold. {percent(found.master_bps)} of each price goes to the recording.")
    put(f"On sale from {to_the_minute(found.opens)} until {to_the_minute(found.closes)}.")
