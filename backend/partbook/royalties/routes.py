"""`/royalties/{work}` and `/statements/{payee}`: what came in, what is due, what went out."""

from typing import Any

from fastapi import APIRouter

from partbook.royalties import service
from partbook.royalties.schemas import RoyaltiesOut, StatementOut
from partbook.works.routes import Account, AtDesk

router = APIRouter(tags=["royalties"])


@router.get("/royalties/{work_id}", response_model=RoyaltiesOut)
def royalties(desk: AtDesk, work_id: int) -> dict[str, Any]:
    """The money of a work: what is due to each line, the books of each split, and the way of the money."""
    flow = service.flow(desk, work_id)
    return {
        "work_id": work_id,
        "due": [line.as_json() for line in service.due(desk, work_id)],
        "balance": service.balance(desk, work_id).as_json()["splits"],
        "flow": flow.as_json(),
    }


@router.get("/statements/{payee}", response_model=StatementOut)
def statement(desk: AtDesk, payee: Account) -> dict[str, Any]:
    """What an account was paid over all works. It tells nothing that the chain does not tell."""
    return service.statement(desk, payee).as_json()
