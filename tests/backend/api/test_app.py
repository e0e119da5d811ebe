"""The application as a browser and a program meet it: problems, headers, the page, uploads, the API's description."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from domain_scenes import RATE, some_music
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from jsonschema import Draft202012Validator

from partbook.api import app as application
from partbook.api.app import create_app
from partbook.api.headers import HEADERS
from partbook.audit import routes
from partbook.works.desk import Desk
from partbook.works.service import WorkView, release_path

pytestmark = pytest.mark.chain

MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
PAGE = "<!doctype html><title>The page</title>"


@pytest.fixture
def app(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The application at a desk with an empty ledger, with a page of our own."""
    (tmp_path / "web" / "assets").mkdir(parents=True)
    (tmp_path / "web" / "index.html").write_text(PAGE)
    (tmp_path / "web" / "assets" / "a.js").write_text("1")
    (tmp_path / "secret.txt").write_text("nobody's business")
    monkeypatch.setattr(application, "PAGE", tmp_path / "web")
    return create_app(desk.settings, desk)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def a_problem(answer: Response, status: int, code: str) -> dict[str, Any]:
    """The problem document, checked for what RFC 9457 asks and for the headers of every answer."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(HEADERS.items()) <= {(name, answer.headers.get(name)) for name in HEADERS}
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:partbook:problem:{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def upload(client: TestClient, name: str, data: bytes, key: bytes | None = None) -> Response:
    """Ask whose a file is."""
    files = {"file": (name, data)} | ({"key": ("ana.key", key)} if key is not None else {})
    return client.post("/api/identifications", files=files)


def wave(tmp_path: Path, sound: np.ndarray) -> bytes:
    """The bytes of a WAV file."""
    soundfile.write(tmp_path / "a.wav", sound, RATE)
    return (tmp_path / "a.wav").read_bytes()


def test_an_empty_registry_gives_an_empty_catalogue(client: TestClient) -> None:
    for path in ("/api/works", "/api/concerts"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.json() == {"items": [], "next": None}


def test_health_tells_how_far_the_ledger_has_read(client: TestClient, desk: Desk) -> None:
    desk.catch_up()
    health = client.get("/api/health").json()
    assert health["ok"]
    assert health["chain_id"] == desk.chain.chain_id
    assert health["ledger_block"] == health["chain_block"] == desk.chain.head().number


@pytest.mark.parametrize("path", ["/api/works/99", "/api/works/99/audio", "/api/editions/99", "/api/concerts/99"])
def test_what_is_not_there_is_a_problem_that_names_it(client: TestClient, path: str) -> None:
    assert "99" in a_problem(client.get(path), 404, "not-found")["detail"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
@pytest.mark.parametrize("path", ["/api/nosuch", "/api/works/1/nosuch/deep", "/api/"])
def test_an_unknown_route_of_the_api_is_a_problem_and_never_the_page(
    client: TestClient, method: str, path: str
) -> None:
    assert path in a_problem(client.request(method, path), 404, "not-found")["detail"]


def test_a_wrong_method_is_a_problem_that_names_the_right_one(client: TestClient) -> None:
    answer = client.delete("/api/works")
    a_problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("path", "field"),
    [("/api/works?limit=0", "query.limit"), ("/api/works/one", "path.work_id"), ("/api/statements/0x12", "path.payee")],
)
def test_a_request_that_is_not_valid_names_the_field(client: TestClient, path: str, field: str) -> None:
    body = a_problem(client.get(path), 422, "invalid-request")
    assert [each["field"] for each in body["errors"]] == [field]
    assert field in body["detail"]


def test_our_own_fault_is_a_problem_that_gives_nothing_away(app: FastAPI) -> None:
    @app.get("/api-broken")
    def broken() -> None:
        raise RuntimeError("the password is 1234")

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/api-broken")
    a_problem(answer, 500, "fault")
    assert "1234" not in answer.text


def test_a_request_above_the_limit_is_a_problem(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "LARGEST_UPLOAD", 10_000)
    with TestClient(create_app(desk.settings, desk), raise_server_exceptions=False) as client:
        a_problem(upload(client, "a.wav", bytes(50_000)), 413, "too-large")
        pieces = (bytes(1_000) for _ in range(50))
        a_problem(client.post("/api/identifications", content=pieces, headers=MULTIPART), 413, "too-large")


def test_every_answer_carries_the_guarding_headers(client: TestClient) -> None:
    for path in ("/", "/assets/a.js", "/api/works", "/works/3"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert set(HEADERS.items()) <= {(name, answer.headers.get(name)) for name in HEADERS}, path


@pytest.mark.parametrize("path", ["/", "/works/3", "/check", "/concerts"])
def test_the_page_answers_its_own_routes(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.text == PAGE


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"])
def test_no_path_leads_out_of_the_page(client: TestClient, path: str) -> None:
    assert "business" not in client.get(path).text


def test_without_a_built_page_the_root_says_how_to_build_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "PAGE", tmp_path / "nothing")
    with TestClient(create_app(desk.settings, desk)) as client:
        assert "bootstrap.py" in client.get("/").text
        a_problem(client.get("/api/nosuch"), 404, "not-found")


def test_an_upload_that_is_known_to_nobody_is_a_miss(client: TestClient, tmp_path: Path) -> None:
    answer = upload(client, "../../etc/song.wav", wave(tmp_path, some_music()))
    assert answer.status_code == 200, answer.text
    assert answer.json()["verdict"] == "none"
    assert answer.json()["file"] == "song.wav"


def test_a_released_file_is_named_with_its_owners(client: TestClient, desk: Desk, work: WorkView) -> None:
    release = release_path(desk, work.work_id)
    found = upload(client, release.name, release.read_bytes()).json()
    assert found["verdict"] == "match"
    assert found["work"]["work_id"] == work.work_id
    assert found["owners"]
    assert found["ai_bps"] == work.ai_bps


@pytest.mark.parametrize(
    "name",
    ["letter.wav", "../../../etc/letter.wav", "C:\\music\\letter.wav", "a\nletter.wav", "ü" * 300 + ".wav", ".."],
)
def test_a_text_file_is_refused_by_its_own_name_and_no_path_of_the_server(client: TestClient, name: str) -> None:
    body = a_problem(upload(client, name, b"Dear all,\nno song today.\n" * 20), 422, "not-sound")
    for secret in ("/", "\\", "tmp", "partbook-", "'file'"):
        assert secret not in body["detail"].replace("urn:partbook", "")
    if "letter" in name:
        assert "letter.wav" in body["detail"]


def test_a_key_that_is_no_key_is_refused_without_a_path_of_the_server(client: TestClient, tmp_path: Path) -> None:
    body = a_problem(upload(client, "a.wav", wave(tmp_path, some_music()), b"no key"), 422, "unusable-input")
    assert body["detail"].startswith("ana.key is not")


def test_an_upload_without_a_file_is_refused(client: TestClient) -> None:
    body = a_problem(client.post("/api/identifications", data={"file": "a text"}), 422, "invalid-request")
    assert body["errors"][0]["field"] == "body.file"


def test_identifying_does_not_hold_the_ledger_against_writers(
    client: TestClient, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identify = routes.identify

    def while_somebody_writes(*given: Any) -> Any:
        with desk.database.session():
            return identify(*given)

    monkeypatch.setattr(routes, "identify", while_somebody_writes)
    assert upload(client, "a.wav", wave(tmp_path, some_music())).status_code == 200


def test_the_description_of_the_api_is_whole(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert all(path.startswith("/api/") for path in described["paths"])
    names = []
    for path in described["paths"].values():
        for operation in path.values():
            names.append(operation["operationId"])
            refused = operation["responses"]["422"]["content"]
            assert refused == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert len(names) == len(set(names)), "two operations of one name"
    for reference in _references(described):
        node = described
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_problems_are_as_they_are_described(client: TestClient) -> None:
    schemas = json.dumps(client.get("/api/openapi.json").json()["components"])
    root = {"$ref": "#/components/schemas/Problem", "components": json.loads(schemas)}
    for path in ("/api/works/99", "/api/works?limit=0", "/api/nosuch"):
        Draft202012Validator(root).validate(client.get(path).json())


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for each in node.values():
            yield from _references(each)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)
