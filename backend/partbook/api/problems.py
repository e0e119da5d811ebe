"""Every refusal as an RFC 9457 problem document."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from partbook.api.headers import HEADERS
from partbook.core.errors import PartbookError

MEDIA_TYPE = "application/problem+json"
UNKNOWN = "nothing_of_that_name"
"""Path parameter of the route that takes every path under /api that no other route takes."""
CODES = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}

_log = logging.getLogger(__name__)


class WrongField(BaseModel):
    """A part of a request that cannot be used."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[WrongField] | None = None


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": said,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, said in {
        404: "Nothing here has that name.",
        409: "The chain or the ledger says no.",
        413: "The request is too large.",
        422: "The request, or the file in it, cannot be used.",
        503: "A part that this needs is missing or does not answer.",
    }.items()
}
"""How the API's description tells of every refusal."""


def problem(
    status: int, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> JSONResponse:
    """A problem document; `code` is stable for programs, `detail` is the sentence for people."""
    body = {"type": f"urn:partbook:problem:{code}", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, headers={**HEADERS, **(headers or {})}, media_type=MEDIA_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Turn our errors, validation errors, unknown routes and our own faults into problem documents."""

    @app.exception_handler(PartbookError)
    async def refused(request: Request, error: PartbookError) -> JSONResponse:
        title = error.code.replace("-", " ").capitalize()
        return problem(error.http_status, error.code, title, str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [
            {"field": ".".join(str(part) for part in each["loc"]), "message": each["msg"]} for each in error.errors()
        ]
        detail = "; ".join(f"{each['field']}: {each['message']}" for each in fields)
        return problem(422, "invalid-request", "The request is not valid", detail, errors=fields)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        if UNKNOWN in request.path_params:  # whatever the method
            error = HTTPException(404)
        code = CODES.get(error.status_code, "http-error")
        detail = f"{request.method} {request.url.path}: {error.detail}"
        return problem(error.status_code, code, str(error.detail), detail, error.headers)

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s %s", request.method, request.url.path, exc_info=error)
        detail = "This is a fault of Partbook, not of the request. The server's log says more."
        return problem(500, "fault", "Fault of the server", detail)


def describe_problems(app: FastAPI) -> None:
    """Add what RESPONSES refers to, to the API's description."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        schema = described()
        own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= {**own.pop("$defs"), "Problem": own}
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to change it
