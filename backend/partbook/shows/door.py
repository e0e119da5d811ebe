"""Passes: what a holder signs for all her tickets of a session and shows at the door."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from partbook.chain.concert_door import Pass
from partbook.chain.typed_data import TypedMessage, check_in_message
from partbook.core.canonical import read_json
from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.files import write_whole
from partbook.core.ids import Address, TicketId
from partbook.shows.tickets import show_ticket
from partbook.works.desk import Desk

PASS_SECONDS = 12 * 3_600
"""How long a pass opens the door after it was signed or, when that is later, after the session starts."""


class TicketPass(BaseModel):
    """`ticket-pass-1`: what a holder shows at the door."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    format: Literal["partbook-ticket-pass-1"] = "partbook-ticket-pass-1"
    chain_id: Annotated[int, Field(ge=1)]
    door: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
    tickets: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
    holder: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
    deadline: Annotated[int, Field(ge=1)]
    signature: Annotated[str, Field(pattern=r"^0x([0-9a-f]{2})+$")]

    def message(self) -> TypedMessage:
        """What the holder signed."""
        tickets = [TicketId(ticket) for ticket in self.tickets]
        return check_in_message(self.chain_id, Address(self.door), tickets, Address(self.holder), self.deadline)

    def as_pass(self) -> Pass:
        """The pass as the door's contract takes it."""
        tickets = tuple(TicketId(ticket) for ticket in self.tickets)
        return Pass(Address(self.holder), self.deadline, tickets, self.signed())

    def signed(self) -> bytes:
        """The signature's bytes."""
        return bytes.fromhex(self.signature.removeprefix("0x"))

    @classmethod
    def read(cls, path: Path) -> "TicketPass":
        """The pass in a file.

        Raises:
            UnusableInput: it is not a pass.
        """
        try:
            return cls.model_validate(read_json(path))
        except ValidationError as broken:
            first = broken.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise UnusableInput(f"{path} is not a ticket pass: {where}: {first['msg']}.") from None


def write_pass(desk: Desk, ticket_ids: Sequence[int], by: str, out: Path) -> TicketPass:
    """Sign one pass for one's tickets of a session and write it to a file.

    Raises:
        UnusableInput: no ticket, one twice, or tickets of several sessions.
        Mismatch: somebody else holds a ticket.
    """
    desk.catch_up()
    tickets = [show_ticket(desk, ticket_id) for ticket_id in ticket_ids]
    sessions = sorted({ticket.session_id for ticket in tickets})
    if len(sessions) != 1:
        asked = f"sessions {', '.join(map(str, sessions))}" if sessions else "no session"
        raise UnusableInput(f"A pass is for tickets of one session, not of {asked}. Sign one pass for each.")
    if len(set(ticket_ids)) < len(ticket_ids):
        raise UnusableInput("A ticket stands twice in this pass. Name each once.")
    signer = desk.signer(by)
    for ticket in tickets:
        if ticket.holder != signer.address:
            raise Mismatch(
                f"Ticket {ticket.ticket_id} belongs to {ticket.holder_name}, not to {by}. Only its holder signs a pass."
            )
    deadline = max(desk.now(), tickets[0].starts) + PASS_SECONDS
    door = desk.contracts.door.address
    message = check_in_message(
        desk.chain.chain_id, door, [TicketId(ticket_id) for ticket_id in ticket_ids], signer.address, deadline
    )
    made = TicketPass(
        chain_id=desk.chain.chain_id,
        door=door,
        tickets=list(ticket_ids),
        holder=signer.address,
        deadline=deadline,
        signature="0x" + signer.sign_typed_data(message).hex(),
    )
    write_whole(out, json.dumps(made.model_dump(), indent=2).encode() + b"\n")
    return made
