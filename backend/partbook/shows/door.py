"""The door: a holder signs a pass, and the organiser lets her in with it, once."""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from partbook.chain.typed_data import TypedMessage, check_in_message, recover
from partbook.core.canonical import read_json
from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.files import write_whole
from partbook.core.ids import Address, TicketId
from partbook.shows.tickets import TicketView, show_ticket
from partbook.works.desk import Desk, sent

PASS_SECONDS = 12 * 3_600
"""How long a pass opens the door after it was signed or, when that is later, after the session starts."""


class TicketPass(BaseModel):
    """`ticket-pass-1`: what a holder shows at the door."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    format: Literal["partbook-ticket-pass-1"] = "partbook-ticket-pass-1"
    chain_id: Annotated[int, Field(ge=1)]
    tickets: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
    ticket_id: Annotated[int, Field(ge=1)]
    holder: Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
    deadline: Annotated[int, Field(ge=1)]
    signature: Annotated[str, Field(pattern=r"^0x[0-9a-f]+$")]

    def message(self) -> TypedMessage:
        """What the holder signed."""
        return check_in_message(
            self.chain_id, Address(self.tickets), TicketId(self.ticket_id), Address(self.holder), self.deadline
        )

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


def write_pass(desk: Desk, ticket_id: int, by: str, out: Path) -> TicketPass:
    """Sign a pass for one's ticket and write it to a file.

    Raises:
        Mismatch: somebody else holds the ticket.
    """
    desk.catch_up()
    ticket = show_ticket(desk, ticket_id)
    signer = desk.signer(by)
    if ticket.holder != signer.address:
        raise Mismatch(
            f"Ticket {ticket_id} belongs to {ticket.holder_name}, not to {by}. Only its holder signs a pass."
        )
    deadline = max(desk.now(), ticket.starts) + PASS_SECONDS
    tickets = desk.contracts.tickets.address
    message = check_in_message(desk.chain.chain_id, tickets, TicketId(ticket_id), signer.address, deadline)
    made = TicketPass(
        chain_id=desk.chain.chain_id,
        tickets=tickets,
        ticket_id=ticket_id,
        holder=signer.address,
        deadline=deadline,
        signature="0x" + signer.sign_typed_data(message).hex(),
    )
    write_whole(out, json.dumps(made.model_dump(), indent=2).encode() + b"\n")
    return made


def admit(desk: Desk, pass_file: Path, by: str, dry_run: bool = False) -> TicketView:
    """Let a holder in with her pass.

    Args:
        by: the concert's organiser.
        dry_run: asks the contract only; ends in `Rehearsed`.

    Raises:
        Mismatch: forged, for another event, or of somebody who sold the ticket since.
        ChainRefused: already in, too early, too late, or not the organiser.
    """
    desk.catch_up()
    shown = TicketPass.read(pass_file)
    if (shown.chain_id, shown.tickets) != (desk.chain.chain_id, desk.contracts.tickets.address):
        raise Mismatch("STOP: this pass is for tickets of another chain or contract.")
    if recover(shown.message(), shown.signed()) != shown.holder:
        raise Mismatch("STOP: the pass was not signed by the holder that it names.")
    ticket = show_ticket(desk, shown.ticket_id)
    if ticket.holder != shown.holder:
        raise Mismatch(f"STOP: ticket {shown.ticket_id} belongs to {ticket.holder_name} now.")
    if ticket.state == "checked-in":
        raise Mismatch(f"STOP: ticket {shown.ticket_id} is already in.")
    sent(
        desk.contracts.tickets.check_in(
            TicketId(shown.ticket_id), shown.deadline, shown.signed(), signer=desk.signer(by), dry_run=dry_run
        )
    )
    desk.catch_up()
    return show_ticket(desk, shown.ticket_id)
