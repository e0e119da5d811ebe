"""A connection to one chain: reads of blocks, balances and code, and the choice between the local chain and a URL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import requests
from eth_typing import HexStr
from hexbytes import HexBytes
from web3 import HTTPProvider, Web3
from web3.exceptions import BlockNotFound, TimeExhausted, Web3Exception, Web3RPCError
from web3.types import BlockIdentifier, RPCEndpoint

from partbook.chain.node import LocalNodeProgram, local_chain
from partbook.chain.outbox import Outbox
from partbook.chain.signers import LOCAL_CHAIN_IDS
from partbook.core.errors import ConnectionFailed, NotFound, UnusableInput
from partbook.core.ids import Address, Hash32
from partbook.core.money import Wei
from partbook.core.settings import LOCAL, Settings

REQUEST_SECONDS = 30


@dataclass(frozen=True)
class BlockStamp:
    """A block by number and by hash; `timestamp` is Unix time in seconds."""

    number: int
    hash: Hash32
    parent_hash: Hash32
    timestamp: int


class Chain:
    """One chain behind one JSON-RPC. Every read takes the block it is about, a number, a hash or `latest`.

    Args:
        web3: the client.
        chain_id: what the node says it serves; all signatures are bound to it.
        outbox: keeps signed transactions before they leave, where there is one.
    """

    def __init__(self, web3: Web3, chain_id: int, outbox: Outbox | None = None) -> None:
        self.web3 = web3
        self.chain_id = chain_id
        self.outbox = outbox
        self.names: dict[Address, str] = {}
        """Our contracts on this chain, so that logs in a receipt can be read."""
        self.sending = threading.Lock()
        """Held from choosing a nonce until the transaction has left, so that two threads never share one."""

    @classmethod
    def connect(cls, url: str) -> "Chain":
        """Connect to a node by URL.

        Raises:
            ConnectionFailed: nobody answers there.
        """
        web3 = Web3(HTTPProvider(url, request_kwargs={"timeout": REQUEST_SECONDS}))
        with connected(url):
            return cls(web3, web3.eth.chain_id)

    @property
    def is_local(self) -> bool:
        """True on a chain of play money, where time can be moved and raw keys sign."""
        return self.chain_id in LOCAL_CHAIN_IDS

    @cached_property
    def genesis(self) -> Hash32:
        """Hash of block 0: another one means another chain, even under the same id."""
        first = self.block(0)
        if first is None:
            raise ConnectionFailed(f"Chain {self.chain_id} has no block 0.")
        return first.hash

    def block(self, block: BlockIdentifier = "latest") -> BlockStamp | None:
        """The block with this number or name, None where the chain is shorter."""
        with connected():
            try:
                found = self.web3.eth.get_block(block)
            except BlockNotFound:
                return None
        return BlockStamp(
            found["number"], Hash32(bytes(found["hash"])), Hash32(bytes(found["parentHash"])), found["timestamp"]
        )

    def head(self) -> BlockStamp:
        """The newest block."""
        head = self.block("latest")
        if head is None:
            raise ConnectionFailed(f"Chain {self.chain_id} has no blocks.")
        return head

    def now(self) -> datetime:
        """The chain's own time: that of its newest block, in UTC."""
        return datetime.fromtimestamp(self.head().timestamp, UTC)

    def balance(self, account: Address, block: BlockIdentifier = "latest") -> Wei:
        """Native money of an account."""
        with connected():
            return Wei(self.web3.eth.get_balance(Web3.to_checksum_address(account), block))

    def check_code(self, address: Address, name: str = "Contract", block: BlockIdentifier = "latest") -> None:
        """Check that a contract stands at an address.

        Raises:
            NotFound: there is no code.
        """
        with connected():
            code = self.web3.eth.get_code(Web3.to_checksum_address(address), block)
        if not HexBytes(code):
            raise NotFound(
                f"{name} at {address} has no code on chain {self.chain_id}: the chain was reset. "
                "Run `partbook chain deploy`."
            )

    def move_time(self, seconds: int) -> datetime:
        """Move a local chain's clock ahead and mine a block; for the demo and for tests.

        Returns:
            The chain's new time.

        Raises:
            UnusableInput: the chain is not local, or the step is negative.
        """
        if not self.is_local or seconds < 0:
            raise UnusableInput(f"Only a local chain's clock moves, and only ahead; not chain {self.chain_id}'s.")
        self.rpc("evm_increaseTime", [seconds])
        self.rpc("evm_mine", [])
        return self.now()

    def rpc(self, method: str, params: list[object]) -> object:
        """Call a method that web3 has no name for.

        Raises:
            ConnectionFailed: the node does not know it or does not answer.
        """
        with connected():
            answer = self.web3.provider.make_request(RPCEndpoint(method), params)
        if "error" in answer:
            raise ConnectionFailed(f"Chain {self.chain_id} did not accept {method}: {answer['error']}.")
        return answer["result"]

    def knows_transaction(self, tx_hash: Hash32) -> bool:
        """True where the node knows the transaction, mined or waiting."""
        answer = self.rpc("eth_getTransactionByHash", [HexStr("0x" + tx_hash.hex())])
        return answer is not None


@contextmanager
def open_chain(settings: Settings) -> Iterator[Chain]:
    """The chain of the settings: the local one, kept up while the block runs, or the node at `chain_url`.

    Raises:
        NotConfigured: the local chain's programs are missing.
        ConnectionFailed: nobody answers.
    """
    if settings.chain_url != LOCAL:
        yield Chain.connect(settings.chain_url)
        return
    program = LocalNodeProgram.find(settings.ganache, settings.node, settings.setup)
    with local_chain(settings.home, program) as url:
        yield Chain.connect(url)


@contextmanager
def connected(where: str = "the chain's node") -> Iterator[None]:
    """Turn a broken connection, and an answer that is no answer, into our own error."""
    try:
        yield
    except requests.exceptions.RequestException as broken:
        raise ConnectionFailed(
            f"No answer from {where} ({type(broken).__name__}). Check PARTBOOK_CHAIN_URL and that the node runs."
        ) from None
    except (BlockNotFound, TimeExhausted):
        raise
    except Web3RPCError as broken:
        raise ConnectionFailed(f"An error came from {where}: {broken.message or broken}.") from None
    except (Web3Exception, ValueError) as broken:
        raise ConnectionFailed(f"An unreadable answer came from {where}: {broken}.") from None
