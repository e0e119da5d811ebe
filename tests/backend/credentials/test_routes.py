"""What the domain rooms answer over HTTP, from a desk on a real chain."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from partbook.core.errors import PartbookError
from partbook.core.money import parse_ether
from partbook.credentials import routes as credentials
from partbook.editions import routes as editions
from partbook.editions.service import release_edition
from partbook.royalties import routes as royalties
from partbook.shows import routes as shows
from partbook.shows import service as evening
from partbook.works import routes as works
from partbook.works.desk import Desk
from partbook.works.service import WorkView

pytestmark = pytest.mark.chain


@pytest.fixture
def client(desk: Desk, work: WorkView) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.desk = desk
    for room in (works, editions, royalties, shows, credentials):
        app.include_router(room.router)

    @app.exception_handler(PartbookError)
    async def refused(request: Request, error: PartbookError) -> JSONResponse:
        return JSONResponse({"code": error.code, "detail": str(error)}, error.http_status)

    release_edition(desk, work.work_id, "ana", parse_ether("0.05"), 3)
    with TestClient(app) as client:
        yield client


def test_a_visitor_buys_and_fetches_her_own_file(client: TestClient, desk: Desk) -> None:
    [edition] = client.get("/editions", params={"work": 1}).json()["items"]
    assert (edition["price"], edition["left"]) == ("50000000000000000", 3)
    path = f"/editions/{edition['edition_id']}"
    [first, *_] = client.get("/wallets").json()["items"]
    assert first["name"] == "visitor"
    bought = client.post(f"{path}/purchases", json={"buyer": "visitor"}, headers={"Idempotency-Key": "k"})
    assert bought.status_code == 201
    sale = bought.json()
    assert (sale["buyer"], sale["serial"], sale["paid"]) == (first["address"], 1, "50000000000000000")
    assert "file" not in sale
    again = client.post(f"{path}/purchases", json={"buyer": "visitor"}, headers={"Idempotency-Key": "k"})
    assert again.json() == sale
    indexed = client.post(f"{path}/purchases", json={"transaction": sale["transaction"]})
    assert indexed.json()["serial"] == 1
    assert client.get(path).json()["sold"] == 1
    file = client.get(f"{path}/copies/1/file")
    assert file.headers["content-type"] == "audio/wav"
    assert file.content.startswith(b"RIFF")


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({}, 422),
        ({"buyer": "visitor", "transaction": "0x" + "1" * 64}, 422),
        ({"buyer": "stranger"}, 404),
        ({"buyer": "house"}, 404),
        ({"buyer": "../x"}, 422),
        ({"buyer": "visitor", "price": 1}, 422),
    ],
)
def test_wishes_that_are_not_granted(client: TestClient, wish: dict[str, object], status: int) -> None:
    assert client.post("/editions/257/purchases", json=wish).status_code == status
    assert client.get("/editions/257").json()["sold"] == 0


def test_a_work_has_its_page_its_sound_and_its_story(client: TestClient, work: WorkView) -> None:
    page = client.get("/works").json()
    assert page["next"] is None
    assert page["items"] == [client.get("/works/1").json()]
    assert page["items"][0]["ai"]["total_bps"] == work.ai_bps
    texts = [entry["text"] for entry in client.get("/works/1/timeline").json()["items"]]
    assert texts[0] == "Ana Lind committed to the recording"
    assert texts[-1] == "Edition 1 released: 3 copies at 0.05 ether"
    peaks = client.get("/works/1/waveform", params={"bins": 40}).json()["peaks"]
    assert len(peaks) == 40
    assert 0 < max(peaks) <= 1
    whole = client.get("/works/1/audio")
    assert whole.headers["content-type"] == "audio/mpeg"
    part = client.get("/works/1/audio", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert client.get("/works/1/audio", headers={"Range": "bytes=99999999-"}).status_code == 416
    assert client.get("/works/1/audio", headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert client.get("/works/9").status_code == 404
    assert client.get("/works", params={"limit": 0}).status_code == 422


def test_money_tickets_and_credentials_are_public_and_without_names_to_guess(
    client: TestClient, desk: Desk, work: WorkView, tmp_path: Path
) -> None:
    concert = evening.announce(desk, [(1, 10_000)], "olu", 6_000, 500, "An evening")
    starts = desk.now() + 3_600
    session = evening.schedule(desk, concert.concert_id, "olu", parse_ether("0.1"), 5, starts, starts + 60)
    ticket = evening.buy_ticket(desk, session.session_id, "eli")
    [shown] = client.get("/concerts").json()["items"]
    assert shown["sessions"][0]["sold"] == 1
    assert client.get(f"/concerts/{concert.concert_id}").json() == shown
    assert client.get(f"/tickets/{ticket.ticket_id}").json()["holder"] == desk.address("eli")
    assert client.get("/tickets/5").status_code == 404
    client.post("/editions/257/purchases", json={"buyer": "visitor"})
    money = client.get("/royalties/1").json()
    assert sum(int(line["due"]) for line in money["due"]) == 50_000_000_000_000_000
    assert money["flow"]["received"] == "50000000000000000"
    statement = client.get(f"/statements/{work.registrant}").json()
    assert (statement["agrees"], statement["total"]) == (True, "0")
    assert client.get(f"/credentials/{work.registrant}").json()["items"] == []
    known = desk.keyring.names()
    assert client.get("/statements/somebody").status_code == 422
    assert client.get("/credentials/somebody").status_code == 422
    assert desk.keyring.names() == known
