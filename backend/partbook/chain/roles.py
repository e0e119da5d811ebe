"""Who may call what is restricted, and after which delay: the roles of the access manager.

The administrator grants and takes roles, with a delay of its own; it has no function that moves money. A delay lets
everybody see what is coming: a scheduled call stands on the chain, and a guardian may cancel it, before it can be run.
A local chain of play money has no delays, so that a story can be told in one sitting.
"""

from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from partbook.chain.artifacts import artifact
from partbook.chain.connection import Chain
from partbook.chain.sender import send
from partbook.chain.signers import Signer
from partbook.core.ids import Address

DAY = 24 * 60 * 60
ADMIN = 0
ADMIN_DELAY = 7 * DAY
"""Before a role is granted, a function restricted otherwise, or another access manager named."""


@dataclass(frozen=True)
class Role:
    """One role.

    Args:
        number: as the access manager knows it.
        label: its name on the chain.
        delay: seconds between scheduling a call and running it.
        functions: what it may call, by contract.
    """

    number: int
    label: str
    delay: int
    functions: dict[str, tuple[str, ...]]


ROLES = (
    Role(
        1,
        "PAUSER",
        0,
        {
            "RoyaltyVault": ("pause", "unpause"),
            "DisputeModule": ("pause", "unpause"),
            "MusicEditions": ("pause", "unpause"),
            "ConcertTickets": ("pause", "unpause"),
        },
    ),
    Role(2, "CURATOR", 7 * DAY, {"DisputeModule": ("setBaseBond",), "MusicEditions": ("setContractURI",)}),
    Role(3, "TOKEN_LISTER", 7 * DAY, {"RoyaltyVault": ("allowToken",)}),
    Role(4, "ARBITER", DAY, {"DisputeModule": ("rule",)}),
)


def set_up_roles(chain: Chain, addresses: dict[str, Address], admin: Signer, delayed: bool) -> None:
    """Give every restricted function its role and the admin every role, then slow the admin down; in one transaction.

    Args:
        chain: where the contracts are.
        addresses: of the contracts, by name.
        admin: the access manager's first admin.
        delayed: False gives every role without its delay.
    """
    manager = chain.web3.eth.contract(
        address=to_checksum_address(addresses["AccessManager"]), abi=artifact("AccessManager").abi
    )
    person = to_checksum_address(admin.address)
    calls: list[tuple[str, list[Any]]] = []
    for role in ROLES:
        calls.append(("labelRole", [role.number, role.label]))
        for contract, names in role.functions.items():
            selectors = [selector(contract, name) for name in names]
            calls.append(("setTargetFunctionRole", [to_checksum_address(addresses[contract]), selectors, role.number]))
        calls.append(("grantRole", [role.number, person, role.delay if delayed else 0]))
    if delayed:
        calls.append(("grantRole", [ADMIN, person, ADMIN_DELAY]))  # last: from here on, the admin too has to wait
    encoded = [manager.encode_abi(function, arguments) for function, arguments in calls]
    send(chain, manager.get_function_by_name("multicall")(encoded), admin, speaker="AccessManager")


def selector(contract: str, name: str) -> bytes:
    """The four bytes that call a function of a contract."""
    entry = next(part for part in artifact(contract).abi if part.get("type") == "function" and part["name"] == name)
    kinds = ",".join(part["type"] for part in entry["inputs"])
    return keccak(text=f"{name}({kinds})")[:4]
