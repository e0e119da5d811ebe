"""What the typed contract classes share: one read, one send, with words for every refusal."""

from typing import Any, ClassVar, Unpack

from eth_utils.address import to_checksum_address
from web3.contract.contract import ContractFunction
from web3.types import BlockIdentifier

from partbook.chain.artifacts import artifact
from partbook.chain.connection import Chain
from partbook.chain.receipts import How, Receipt
from partbook.chain.sender import refusing, send
from partbook.chain.signers import Signer
from partbook.core.ids import Address


class TypedContract:
    """One deployed contract. Subclasses give each function its types and its words.

    Args:
        chain: where it stands.
        address: at which address.
    """

    name: ClassVar[str]

    def __init__(self, chain: Chain, address: Address) -> None:
        self.chain = chain
        self.address = address
        chain.names[address] = self.name
        self._contract = chain.web3.eth.contract(address=to_checksum_address(address), abi=artifact(self.name).abi)

    def _read(self, function: str, *arguments: Any, block: BlockIdentifier = "latest") -> Any:
        with refusing(self.name):
            return self._function(function)(*arguments).call(block_identifier=block)

    def _send(self, function: str, *arguments: Any, signer: Signer, value: int = 0, **how: Unpack[How]) -> Receipt:
        call = self._function(function)(*arguments)
        return send(self.chain, call, signer, value, speaker=self.name, **how)

    def _function(self, function: str) -> ContractFunction:
        """A function by its name, or by its signature where two have one name."""
        found: ContractFunction = (
            self._contract.get_function_by_signature(function)
            if "(" in function
            else self._contract.get_function_by_name(function)
        )
        return found

    def __repr__(self) -> str:
        return f"{self.name}({self.address} on chain {self.chain.chain_id})"
