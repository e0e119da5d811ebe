"""`/works`: the catalogue, a work's page, its sound and its timeline; `/wallets` of a chain of play money."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi import Path as PathParameter
from fastapi.responses import Response, StreamingResponse

from partbook.chain.signers import HOUSE
from partbook.core.ids import Address, Cid
from partbook.sound.waveform import peaks
from partbook.works.desk import Desk
from partbook.works.schemas import TimelinePage, WalletPage, WaveformOut, WorkOut, WorkPage, next_page
from partbook.works.views import list_works, preview_cid, release_path, show_work, timeline

router = APIRouter(tags=["works"])

VISITOR = "visitor"
"""The demo wallet that every local chain has."""
AUDIO_TYPE = "audio/mpeg"


def at_desk(request: Request) -> Desk:
    """The desk that the application opened."""
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(at_desk)]
After = Annotated[int, Query(ge=0, description="`next` of the page before.")]
Account = Annotated[str, PathParameter(pattern=r"^0x[0-9a-fA-F]{40}$", description="Address of an account.")]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/works", response_model=WorkPage)
def works(desk: AtDesk, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """Registered works in the order of their numbers."""
    desk.catch_up()
    items = list_works(desk, after, limit)
    last = items[-1].work_id if items else 0
    return {"items": [item.as_json() for item in items], "next": next_page(items, limit, last)}


@router.get("/works/{work_id}", response_model=WorkOut)
def work(desk: AtDesk, work_id: int) -> dict[str, Any]:
    """A work: shares, credits, AI share by layer, and where its files are."""
    desk.catch_up()
    return show_work(desk, work_id).as_json()


@router.get("/works/{work_id}/timeline", response_model=TimelinePage)
def work_timeline(desk: AtDesk, work_id: int) -> dict[str, Any]:
    """What happened to a work on the chain, oldest first."""
    desk.catch_up()
    return {"items": [entry.as_json() for entry in timeline(desk, work_id)], "next": None}


@router.get("/works/{work_id}/waveform", response_model=WaveformOut)
def waveform(desk: AtDesk, work_id: int, bins: Annotated[int, Query(ge=1, le=4000)] = 800) -> dict[str, Any]:
    """The outline of the released recording."""
    return {"peaks": peaks(release_path(desk, work_id), bins), "seconds": show_work(desk, work_id).milliseconds / 1000}


@router.get("/works/{work_id}/audio", response_class=StreamingResponse)
def audio(
    desk: AtDesk,
    work_id: int,
    wanted: Annotated[str | None, Header(alias="Range")] = None,
    known: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Response:
    """The preview, marked, as MP3; a part of it where a `Range` is asked for."""
    cid = Cid(preview_cid(desk, work_id))
    tag = f'"{cid}"'
    if known == tag:
        return Response(status_code=304, headers={"ETag": tag})
    size = desk.store.stat(cid).size
    headers = {"Accept-Ranges": "bytes", "ETag": tag, "Cache-Control": "public, max-age=3600"}
    part = byte_range(wanted, size)
    if wanted and part is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    pieces: Iterator[bytes] = desk.store.open(cid, first, last - first + 1)
    return StreamingResponse(pieces, 206 if part else 200, headers, AUDIO_TYPE)


@router.get("/wallets", response_model=WalletPage)
def wallets(desk: AtDesk) -> dict[str, Any]:
    """The demo wallets that this server signs with; none on a real chain."""
    return {"items": [{"name": name, "address": address} for name, address in demo_wallets(desk).items()]}


def demo_wallets(desk: Desk) -> dict[str, Address]:
    """Accounts of play money that strangers may spend from: never the house's own, never one with a key file."""
    if not desk.chain.is_local:
        return {}
    desk.keyring.open(VISITOR)
    kept = {path.stem for path in (desk.settings.home / "keys").glob("*.json")}
    known = {name: address for name, address in desk.keyring.names().items() if name not in kept | {HOUSE}}
    return {VISITOR: known[VISITOR]} | known


def byte_range(wanted: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of a `Range` header with one range, None for none or an unusable one.

    Source: RFC 9110 §14.
    """
    unit, found, spec = (wanted or "").partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip() != "bytes" or not found or not dash or not (first + last).isdecimal():
        return None
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) and size else None
    begin, end = int(first), min(int(last) if last else size - 1, size - 1)
    return (begin, end) if begin <= end else None
