"""Every refusal as an RFC 9457 problem document."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from partbook.core.errors import PartbookError

MEDIA_TYPE = "application/problem+json"


def problem(status: int, code: str, title: str, detail: str, **more: object) -> JSONResponse:
    """A problem document; `code` is stable for programs, `detail` is the sentence for people."""
    body = {"type": f"urn:partbook:problem:{code}", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Turn our errors, validation errors and unknown routes into problem documents."""

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
        code = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}.get(error.status_code, "http-error")
        detail = f"{request.method} {request.url.path}: {error.detail}"
        return problem(error.status_code, code, str(error.detail), detail)
