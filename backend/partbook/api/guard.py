"""The headers that every answer carries: nothing is sniffed, framed or loaded from elsewhere."""

from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": CONTENT_POLICY,
}


def add_headers(app: FastAPI) -> None:
    """Put HEADERS on every answer that does not carry its own."""

    @app.middleware("http")
    async def guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
