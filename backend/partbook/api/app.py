"""The HTTP application: the rooms' routes under `/api`, the page under `/`."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from partbook import __version__
from partbook.api.guard import add_guard
from partbook.api.problems import RESPONSES, UNKNOWN, add_problem_handlers, describe_problems
from partbook.audit import routes as audit_routes
from partbook.core.settings import Settings
from partbook.credentials import routes as credentials_routes
from partbook.editions import routes as editions_routes
from partbook.ledger.events import checkpoint
from partbook.royalties import routes as royalties_routes
from partbook.shows import routes as shows_routes
from partbook.works import routes as works_routes
from partbook.works.desk import Desk, open_desk

PAGE = Path(__file__).resolve().parent.parent / "web"
LARGEST_UPLOAD = 512 * 1024 * 1024
"""Bytes of one request; a two-hour stereo FLAC fits."""

NOT_BUILT = """<!doctype html><html lang="en"><title>Partbook</title>
<p>The API runs, and its description is at <a href="/api/openapi.json">/api/openapi.json</a>.
<p>The page has not been built. Run <code>python3 scripts/bootstrap.py</code> and reload."""


def create_app(settings: Settings, desk: Desk | None = None) -> FastAPI:
    """The application, ready for uvicorn.

    Args:
        settings: where the parts live.
        desk: an open desk to serve from; without one the application opens its own for as long as it runs.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened: AbstractContextManager[Desk] = open_desk(settings) if desk is None else nullcontext(desk)
        with opened as app.state.desk:
            yield

    app = FastAPI(
        title="Partbook",
        version=__version__,
        summary="Rights and royalties for music that people and AI make together.",
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    add_problem_handlers(app)
    describe_problems(app)
    add_guard(app, LARGEST_UPLOAD)

    api = APIRouter(prefix="/api", responses=RESPONSES)
    for room in (works_routes, editions_routes, royalties_routes, shows_routes, credentials_routes, audit_routes):
        api.include_router(room.router)

    @api.get("/health", tags=["operate"])
    def health(request: Request) -> dict[str, object]:
        """Whether the chain answers, its newest block, and the block up to which the ledger has read."""
        current: Desk = request.app.state.desk
        head = current.chain.head().number
        with current.database.reading() as session:
            read = checkpoint(session, current.chain.chain_id)
            ledger = read.block_number if read else None
        return {
            "ok": True,
            "version": __version__,
            "chain_id": current.chain.chain_id,
            "chain_block": head,
            "ledger_block": ledger,
        }

    @api.get(f"/{{{UNKNOWN}:path}}", include_in_schema=False)
    def unknown() -> None:
        """What is under /api is never the page's."""
        raise HTTPException(404)

    app.include_router(api)
    if (PAGE / "index.html").exists():
        app.frontend("/", directory=PAGE, fallback="index.html")
    else:

        @app.get("/", include_in_schema=False)
        def not_built() -> HTMLResponse:
            return HTMLResponse(NOT_BUILT)

    return app
