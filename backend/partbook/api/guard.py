"""What stands before every route: the size of a request, and the headers of every answer."""

from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from partbook.api.headers import HEADERS
from partbook.api.problems import MEDIA_TYPE, problem


def add_guard(app: FastAPI, largest: int) -> None:
    """Refuse requests of more than `largest` bytes, and put HEADERS on every answer that does not carry its own."""
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=largest)  # added first, so the guard stands before it

    @app.middleware("http")
    async def guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        if response.status_code == 413 and response.headers.get("content-type") != MEDIA_TYPE:
            detail = f"A request has at most {largest} bytes. Send a shorter excerpt: 30 seconds are enough."
            return problem(413, "too-large", "The request is too large", detail)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
