"""`/credentials/{holder}`: what an account earned, with the evidence."""

from typing import Any

from fastapi import APIRouter

from partbook.credentials import service
from partbook.credentials.schemas import CredentialPage
from partbook.works.routes import Account, AtDesk

router = APIRouter(tags=["credentials"])


@router.get("/credentials/{holder}", response_model=CredentialPage)
def credentials(desk: AtDesk, holder: Account) -> dict[str, Any]:
    """What an account earned, by kind."""
    return {"items": [one.as_json() for one in service.show_credentials(desk, holder)], "next": None}
