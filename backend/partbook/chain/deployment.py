"""Puts the contracts on a chain, remembers where, and hands them out as typed objects."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eth_utils.address import to_checksum_address

from partbook.chain.artifacts import artifact
from partbook.chain.concert_door import ConcertDoor
from partbook.chain.concert_programmes import ConcertProgrammes
from partbook.chain.concert_tickets import ConcertTickets
from partbook.chain.connection import Chain
from partbook.chain.dispute_module import DisputeModule
from partbook.chain.music_credentials import MusicCredentials
from partbook.chain.music_editions import MusicEditions
from partbook.chain.roles import set_up_roles
from partbook.chain.royalty_vault import RoyaltyVault
from partbook.chain.sender import send
from partbook.chain.signers import Signer
from partbook.chain.work_registry import WorkRegistry
from partbook.core.canonical import read_json, sha256_hex
from partbook.core.errors import Mismatch, NotFound
from partbook.core.files import write_whole
from partbook.core.ids import Address

FILE = "deployment.json"
ORDER = ("AccessManager", "WorkRegistry", "MusicEditions", "ConcertTickets", "MusicCredentials")
"""Each contract is given only what stands before it, or what that has made."""
MADE = {
    "WorkRegistry": {"vault": "RoyaltyVault", "disputes": "DisputeModule"},
    "ConcertTickets": {"programmes": "ConcertProgrammes", "door": "ConcertDoor"},
}
"""What a contract makes while it is deployed, by the function that names it: these know each other for ever."""

_CONSTRUCTOR_NEEDS = {
    "registry": "WorkRegistry",
    "vault": "RoyaltyVault",
    "editions": "MusicEditions",
    "tickets": "ConcertTickets",
    "authority": "AccessManager",
}


@dataclass(frozen=True)
class Deployment:
    """Where the contracts stand.

    Args:
        chain_id: on which chain.
        block: number of the block before the first of them; events are read from the next one on.
        deployer: who deployed, and administers until told otherwise.
        addresses: by contract name.
        release: names the bytecode that was deployed, see `release_of_artifacts`.
    """

    chain_id: int
    block: int
    deployer: Address
    addresses: dict[str, Address]
    release: str

    def address(self, contract: str) -> Address:
        """The address of a contract.

        Raises:
            NotFound: the deployment has none of that name.
        """
        if contract not in self.addresses:
            raise NotFound(f"This deployment has no {contract}. It has {', '.join(self.addresses)}.")
        return self.addresses[contract]

    def names(self) -> dict[Address, str]:
        """Contract names by address."""
        return {address: name for name, address in self.addresses.items()}

    def write(self, home: Path) -> None:
        """Keep the addresses in the home folder's `deployment.json`, beside those on other chains."""
        path = home / FILE
        kept = read_json(path) if path.is_file() else {}
        kept[str(self.chain_id)] = asdict(self)
        write_whole(path, json.dumps(kept, indent=2).encode() + b"\n")

    @classmethod
    def read(cls, home: Path, chain_id: int) -> "Deployment":
        """The addresses that `write` kept for a chain.

        Raises:
            NotFound: nothing was deployed there from this home folder.
        """
        path = home / FILE
        kept = read_json(path).get(str(chain_id)) if path.is_file() else None
        if not isinstance(kept, dict):
            raise NotFound(f"No contracts are known on chain {chain_id}. Run `partbook chain deploy`.")
        return cls(**kept)

    def check(self, chain: Chain) -> None:
        """Check that this chain is the one, and that every contract is still there.

        Raises:
            Mismatch: another chain, or contracts of another version of Partbook.
            NotFound: there is no code: the chain was reset.
        """
        if chain.chain_id != self.chain_id:
            raise Mismatch(f"The contracts are on chain {self.chain_id}, the node serves chain {chain.chain_id}.")
        for name, address in self.addresses.items():
            chain.check_code(address, name)
        if self.release != release_of_artifacts():
            raise Mismatch(
                f"The contracts on chain {self.chain_id} are of another version of Partbook ({self.release}, not "
                f"{release_of_artifacts()}). Use that version or another --home, or run `partbook chain deploy "
                "--again`: works stay with the contracts that they were registered in."
            )


@dataclass(frozen=True)
class Contracts:
    """All contracts of a deployment, typed."""

    registry: WorkRegistry
    vault: RoyaltyVault
    disputes: DisputeModule
    editions: MusicEditions
    tickets: ConcertTickets
    programmes: ConcertProgrammes
    door: ConcertDoor
    credentials: MusicCredentials

    @classmethod
    def at(cls, chain: Chain, deployment: Deployment) -> "Contracts":
        """The contracts of a deployment on its chain."""
        chain.names.update(deployment.names())
        return cls(
            registry=WorkRegistry(chain, deployment.address("WorkRegistry")),
            vault=RoyaltyVault(chain, deployment.address("RoyaltyVault")),
            disputes=DisputeModule(chain, deployment.address("DisputeModule")),
            editions=MusicEditions(chain, deployment.address("MusicEditions")),
            tickets=ConcertTickets(chain, deployment.address("ConcertTickets")),
            programmes=ConcertProgrammes(chain, deployment.address("ConcertProgrammes")),
            door=ConcertDoor(chain, deployment.address("ConcertDoor")),
            credentials=MusicCredentials(chain, deployment.address("MusicCredentials")),
        )


def deploy(chain: Chain, signer: Signer, delayed: bool | None = None) -> Deployment:
    """Deploy every contract from the committed artefacts and give the signer every role.

    Args:
        chain: where to.
        signer: pays, and administers until told otherwise.
        delayed: whether the roles have their delays; unless told, everywhere but on a local chain.
    """
    block = chain.head().number
    addresses: dict[str, Address] = {}
    for name in ORDER:
        compiled = artifact(name)
        constructor = chain.web3.eth.contract(abi=compiled.abi, bytecode=compiled.bytecode).constructor(
            *_arguments(compiled.abi, addresses, signer.address)
        )
        receipt = send(chain, constructor, signer, speaker=name)
        if receipt.contract_address is None:
            raise Mismatch(f"The chain gave no address for {name}.")
        addresses[name] = receipt.contract_address
        made = chain.web3.eth.contract(address=to_checksum_address(receipt.contract_address), abi=compiled.abi)
        for function, part in MADE.get(name, {}).items():
            addresses[part] = Address(made.get_function_by_name(function)().call())
    set_up_roles(chain, addresses, signer, delayed=not chain.is_local if delayed is None else delayed)
    return Deployment(chain.chain_id, block, signer.address, addresses, release_of_artifacts())


def release_of_artifacts() -> str:
    """Twelve hexadecimal digits that change with the bytecode of any contract."""
    return sha256_hex("".join(artifact(name).bytecode for name in ORDER).encode())[:12]


def open_deployment(chain: Chain, home: Path, house: Signer | None = None) -> Deployment:
    """The deployment of a home folder; a local chain without one gets it now, from `house`.

    Args:
        chain: where the contracts are.
        home: keeps the addresses in `deployment.json`.
        house: who deploys on a local chain; without it nothing is deployed.

    Raises:
        NotFound: nothing is deployed, or the chain was reset, and it is not local.
        Mismatch: the contracts are of another version of Partbook.
    """
    try:
        deployment = Deployment.read(home, chain.chain_id)
        deployment.check(chain)
    except NotFound:
        if not chain.is_local or house is None:
            raise
        deployment = deploy(chain, house)
        deployment.write(home)
    return deployment


def _arguments(abi: list[dict[str, Any]], addresses: dict[str, Address], deployer: Address) -> list[Address]:
    inputs: list[dict[str, str]] = next((entry["inputs"] for entry in abi if entry.get("type") == "constructor"), [])
    given = []
    for part in inputs:
        wanted = part["name"].strip("_")
        given.append(deployer if wanted == "initialAdmin" else addresses[_CONSTRUCTOR_NEEDS[wanted]])
    return given
