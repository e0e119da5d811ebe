"""What contracts tell: the events of a transaction, and errors as a contract passes them on."""

from brownie import web3
from eth_abi import encode


def told(tx, event):
    """The fields of each such event of a transaction, in order; none gives an empty list."""
    if event not in tx.events:
        return []
    return [{name: plain(value) for name, value in one.items()} for one in tx.events[event]]


def plain(value):
    """Numbers, text and tuples instead of brownie's own kinds of them, some of which compare to nothing else."""
    if isinstance(value, (tuple, list)):
        return tuple(plain(one) for one in value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    return "0x" + value.hex().removeprefix("0x") if isinstance(value, bytes) else str(value)


def names_told(tx):
    """The names of all its events, in order."""
    return [event.name for event in tx.events]


def error_data(error, *values):
    """What a contract reverts with; `error` is a signature such as `ConcertTickets_CheckedIn(uint256)`."""
    types = error[error.index("(") + 1 : -1].split(",")
    data = web3.keccak(text=error)[:4] + encode(types, [getattr(value, "address", value) for value in values])
    return "0x" + data.hex()
