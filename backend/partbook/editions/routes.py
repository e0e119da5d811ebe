"""`/editions`: what is for sale, buying a copy, and fetching one's own file."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import FileResponse

from partbook.core.errors import NotFound, PartbookError, UnusableInput
from partbook.core.status import ExitStatus
from partbook.editions import service
from partbook.editions.schemas import EditionOut, EditionPage, PurchaseIn, PurchaseOut
from partbook.works.routes import After, AtDesk, Limit, demo_wallets
from partbook.works.schemas import next_page

router = APIRouter(tags=["editions"])


class NotHere(PartbookError):
    """This server does not do that for strangers."""

    exit_status = ExitStatus.CONFIGURATION
    http_status = 403


@router.get("/editions", response_model=EditionPage)
def editions(
    desk: AtDesk,
    work: Annotated[int | None, Query(description="Only editions of this work.")] = None,
    after: After = 0,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Editions in the order of their numbers."""
    desk.catch_up()
    items = service.list_editions(desk, work, after, limit)
    last = items[-1].edition_id if items else 0
    return {"items": [item.as_json() for item in items], "next": next_page(items, limit, last)}


@router.get("/editions/{edition_id}", response_model=EditionOut)
def edition(desk: AtDesk, edition_id: int) -> dict[str, Any]:
    """An edition as it stands."""
    desk.catch_up()
    return service.show_edition(desk, edition_id).as_json()


@router.post("/editions/{edition_id}/purchases", status_code=201, response_model=PurchaseOut)
def buy(
    desk: AtDesk,
    edition_id: int,
    wish: PurchaseIn,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", max_length=100, description="The same key buys once.")
    ] = None,
) -> dict[str, Any]:
    """Buy a copy with a demo wallet, or have the file made for a sale that one's own wallet sent."""
    if (wish.buyer is None) == (wish.transaction is None):
        raise UnusableInput("Say who buys: either `buyer`, a demo wallet, or `transaction`, sent by your own wallet.")
    if wish.transaction is not None:
        sold = [sale for sale in service.purchases_in(desk, wish.transaction) if sale.edition_id == edition_id]
        if not sold:
            raise NotFound(f"Transaction {wish.transaction} bought no copy of edition {edition_id}.")
        return _public(sold[0])
    if not desk.chain.is_local:
        raise NotHere(
            "Demo wallets exist on a chain of play money only. Buy with your own wallet, then send `transaction`."
        )
    assert wish.buyer is not None
    if wish.buyer not in demo_wallets(desk):
        raise NotFound(f"No demo wallet is called '{wish.buyer}'. Wallets: {', '.join(demo_wallets(desk))}.")
    return _public(service.buy_edition(desk, edition_id, wish.buyer, key=key and f"purchase {edition_id} {key}"))


@router.get("/editions/{edition_id}/copies/{serial}/file", response_class=FileResponse)
def copy_file(desk: AtDesk, edition_id: int, serial: int) -> FileResponse:
    """The file that was made for a buyer. On a chain of play money only: it belongs to its buyer alone."""
    if not desk.chain.is_local:
        raise NotHere(
            "A buyer's file goes to its buyer alone, and this server cannot tell who asks. "
            f"Where the files are made: partbook edition deliver {edition_id} {serial} --out FOLDER."
        )
    made = service.deliver_copy(desk, edition_id, serial)
    return FileResponse(made.path, media_type="audio/wav", filename=made.path.name)


def _public(sale: service.Purchase) -> dict[str, Any]:
    """A sale without paths of this machine."""
    return {name: value for name, value in sale.as_json().items() if name != "file"}
