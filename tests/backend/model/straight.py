"""The typed contracts, sent to straight: from accounts that the node signs for, at times that are told, without asking.

A call that the contract refuses is mined too, so that every step stands in a block of its own.
"""

from dataclasses import replace
from typing import Any, Unpack

from web3.types import RPCEndpoint

from partbook.chain.concert_door import ConcertDoor
from partbook.chain.concert_programmes import ConcertProgrammes
from partbook.chain.concert_tickets import ConcertTickets
from partbook.chain.connection import Chain
from partbook.chain.contract import TypedContract
from partbook.chain.deployment import Contracts
from partbook.chain.dispute_module import DisputeModule
from partbook.chain.receipts import How, Receipt
from partbook.chain.refusals import refusal
from partbook.chain.royalty_vault import RoyaltyVault
from partbook.chain.work_registry import WorkRegistry
from partbook.core.money import Wei

GAS = 6_000_000
GAS_PRICE = 2_000_000_000


class Sender:
    """Puts each call into the next block, at the time that it is given: two round trips, three where it is refused."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.at = 0
        """Unix time in seconds of the next block."""
        self.spent = 0
        """Wei for the gas of the last transaction, refused or not."""

    def send(self, call: dict[str, str], speaker: str) -> Receipt:
        """Send a call.

        Raises:
            Refused: the contract said no.
        """
        _, sent = self.ask(("evm_setTime", [self.at * 1000]), ("eth_sendTransaction", [call]))
        found, block = self.ask(("eth_getTransactionReceipt", [sent]), ("eth_getBlockByNumber", ["latest", False]))
        time = int(block["timestamp"], 16)
        assert time == self.at, f"the block stands at {time} and not at {self.at}: this machine was busy for a second"
        gas = int(found["gasUsed"], 16)
        self.spent = gas * int(found["effectiveGasPrice"], 16)
        if int(found["status"], 16) == 1:
            return Receipt(None, gas, cost=Wei(self.spent))
        answer: Any = self.chain.web3.provider.make_request(RPCEndpoint("eth_call"), [call, "latest"])
        assert "error" in answer, "a call failed in its block and passes when it is asked again"
        raise refusal(bytes.fromhex(answer["error"]["data"][2:]), speaker)

    def ask(self, *questions: tuple[str, list[Any]]) -> list[Any]:
        """Several questions in one round trip, answered in their order."""
        asked = [(RPCEndpoint(method), given) for method, given in questions]
        answers: Any = self.chain.web3.provider.make_batch_request(asked)  # type: ignore[attr-defined]
        for answer in answers:
            assert "error" not in answer, answer["error"]
        return [answer["result"] for answer in answers]


class Straight(TypedContract):
    """Hands every call to the sender."""

    sender: Sender

    def _send(self, function: str, *arguments: Any, signer: Any, value: int = 0, **how: Unpack[How]) -> Receipt:
        call = {
            "from": signer.address,
            "to": self.address,
            "data": self._contract.encode_abi(function, list(arguments)),
            "value": hex(value),
            "gas": hex(GAS),
            "gasPrice": hex(GAS_PRICE),
        }
        return self.sender.send(call, self.name)


class StraightRegistry(Straight, WorkRegistry):
    """The registry, sent to straight."""


class StraightVault(Straight, RoyaltyVault):
    """The vault, sent to straight."""


class StraightDisputes(Straight, DisputeModule):
    """The dispute module, sent to straight."""


class StraightTickets(Straight, ConcertTickets):
    """The box office, sent to straight."""


class StraightProgrammes(Straight, ConcertProgrammes):
    """The programmes, sent to straight."""


class StraightDoor(Straight, ConcertDoor):
    """The door, sent to straight."""


KINDS: dict[str, type[Straight]] = {
    "registry": StraightRegistry,
    "vault": StraightVault,
    "disputes": StraightDisputes,
    "tickets": StraightTickets,
    "programmes": StraightProgrammes,
    "door": StraightDoor,
}


def straight(contracts: Contracts) -> tuple[Contracts, Sender]:
    """The contracts that the models know, sent to straight, and their sender."""
    chain = contracts.registry.chain
    sender = Sender(chain)
    made: dict[str, Any] = {}
    for name, kind in KINDS.items():
        made[name] = kind(chain, getattr(contracts, name).address)
        made[name].sender = sender
    return replace(contracts, **made), sender
