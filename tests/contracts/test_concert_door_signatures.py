"""The door: whose signature a pass needs, and over what. Branches in test_concert_door.tree."""

import pytest
import terms
from brownie import chain, web3
from brownie.exceptions import VirtualMachineError
from eth_abi import encode
from refusals import refused
from tellings import plain

pytest_plugins = ["box_office"]

NOBODY = "0x" + "00" * 20
LATE = 2**40
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of the curve secp256k1: of s and this less s only the smaller is taken."""


@pytest.fixture(scope="module")
def pair(tickets, session, ticket, ben):
    """Two tickets of Ben's."""
    return [ticket, terms.buy_ticket(tickets, session, ben)]


@pytest.fixture
def doors_open(tickets, session, pair):
    terms.open_doors(tickets, session)


def test_what_a_wallet_signs_is_what_the_door_expects(door, pair, ben):
    kind = web3.keccak(text="CheckIn(uint256[] tickets,address holder,uint64 deadline)")
    name = web3.keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    words = (name, web3.keccak(text="Partbook ConcertDoor"), web3.keccak(text="1"), chain.id, door.address)
    domain = web3.keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], words))
    listed = web3.keccak(b"".join(one.to_bytes(32, "big") for one in pair))
    struct = web3.keccak(encode(["bytes32", "bytes32", "address", "uint64"], [kind, listed, ben.address, 77]))
    digest = web3.keccak(b"\x19\x01" + domain + struct)
    assert plain(door.passDigest(pair, ben, 77)) == "0x" + digest.hex().removeprefix("0x")


WRONG = {
    "another key": lambda t, ids, ben, other: terms.sign_pass(t, ids, ben, signer=other),
    "another holder named": lambda t, ids, ben, other: terms.sign_pass(t, ids, other, signer=ben),
    "fewer tickets": lambda t, ids, ben, other: terms.sign_pass(t, ids[:1], ben),
    "more tickets": lambda t, ids, ben, other: terms.sign_pass(t, [*ids, ids[1] + 1], ben),
    "another order": lambda t, ids, ben, other: terms.sign_pass(t, ids[::-1], ben),
    "another deadline": lambda t, ids, ben, other: terms.sign_pass(t, ids, ben, deadline=LATE + 1),
    "another chain": lambda t, ids, ben, other: terms.sign_pass(t, ids, ben, chainId=chain.id + 1),
    "another contract": lambda t, ids, ben, other: terms.sign_pass(t, ids, ben, verifyingContract=t.address),
    "another name": lambda t, ids, ben, other: terms.sign_pass(t, ids, ben, name="Partbook ConcertTickets"),
    "another version": lambda t, ids, ben, other: terms.sign_pass(t, ids, ben, version="2"),
    "no signature": lambda t, ids, ben, other: b"",
    "zeros": lambda t, ids, ben, other: bytes(65),
    "the compact form": lambda t, ids, ben, other: compact(terms.sign_pass(t, ids, ben)),
    "one byte more": lambda t, ids, ben, other: terms.sign_pass(t, ids, ben) + b"\x00",
    "the other s": lambda t, ids, ben, other: high_s(terms.sign_pass(t, ids, ben)),
    "the other v": lambda t, ids, ben, other: flipped_v(terms.sign_pass(t, ids, ben)),
}


def compact(signature):
    """The 64 bytes of ERC-2098."""
    r, s, v = signature[:32], int.from_bytes(signature[32:64], "big"), signature[64] - 27
    return bytes(r) + (s | v << 255).to_bytes(32, "big")


def flipped_v(signature):
    """The same r and s with the other v."""
    return bytes(signature[:64]) + bytes([55 - signature[64]])


def high_s(signature):
    """The same signer's other signature, which may not count, or each pass would have two."""
    s = ORDER - int.from_bytes(signature[32:64], "big")
    return bytes(signature[:32]) + s.to_bytes(32, "big") + bytes([55 - signature[64]])


@pytest.mark.parametrize("what", WRONG)
def test_a_pass_that_is_not_the_holders_own_is_refused(door, tickets, pair, ada, ben, stranger, doors_open, what):
    signed = WRONG[what](tickets, pair, ben, stranger)
    with refused("ConcertDoor_SignatureInvalid", ben, pair[0]):
        door.checkIn((str(ben), LATE, pair, signed), {"from": ada})
    assert not tickets.isCheckedIn(pair[0])
    door.checkIn(terms.pass_of(tickets, pair, ben), {"from": ada})  # nothing but the signature was wrong


def test_nobody_signs_for_the_zero_address(door, pair, ada, doors_open):
    for forged in (bytes(65), bytes(64) + b"\x1b", b"\x01" * 64 + b"\x05"):
        with refused("ConcertDoor_SignatureInvalid", NOBODY, pair[0]):
            door.checkIn((NOBODY, LATE, pair, forged), {"from": ada})


def test_a_pass_for_one_session_lets_nobody_in_to_another(door, tickets, concert, session, ticket, ada, ben):
    other = terms.schedule(tickets, ada, concert)
    same_seq = terms.buy_ticket(tickets, other, ben)
    terms.open_doors(tickets, session)
    signed = terms.sign_pass(tickets, [ticket], ben)
    with refused("ConcertDoor_SignatureInvalid", ben, same_seq):
        door.checkIn((str(ben), LATE, [same_seq], signed), {"from": ada})
    assert same_seq & 0xFFFFFFFF == ticket & 0xFFFFFFFF


def test_a_pass_for_another_ticket_contract_is_refused(
    ConcertTickets, door, registry, vault, authority, operator, pair, ada, ben, doors_open
):
    twin = operator.deploy(ConcertTickets, registry, vault, authority)
    with refused("ConcertDoor_SignatureInvalid", ben, pair[0]):
        door.checkIn(terms.pass_of(twin, pair, ben), {"from": ada})


def test_a_contract_wallet_is_let_in_by_its_owners_key(ContractWallet, door, tickets, session, ada, ben, stranger):
    wallet = ben.deploy(ContractWallet, ben)
    ticket = terms.buy_ticket_for(tickets, session, wallet, ben)
    terms.open_doors(tickets, session)
    with refused("ConcertDoor_SignatureInvalid", wallet, ticket):
        door.checkIn(terms.pass_of(tickets, [ticket], wallet, signer=stranger), {"from": ada})
    door.checkIn(terms.pass_of(tickets, [ticket], wallet, signer=ben), {"from": ada})
    assert tickets.attendee(ticket) == wallet


def test_a_contract_wallet_may_take_its_word_back(RevokingWallet, door, tickets, session, ada, ben):
    wallet = ben.deploy(RevokingWallet, ben)
    ticket = terms.buy_ticket_for(tickets, session, wallet, ben)
    shown = terms.pass_of(tickets, [ticket], wallet, signer=ben)
    terms.open_doors(tickets, session)
    wallet.revoke({"from": ben})
    with refused("ConcertDoor_SignatureInvalid", wallet, ticket):
        door.checkIn(shown, {"from": ada})


def test_a_contract_that_cannot_sign_is_not_let_in_by_its_owners_key(MuteWallet, door, tickets, session, ada, ben):
    wallet = ben.deploy(MuteWallet, ben)
    ticket = terms.buy_ticket_for(tickets, session, wallet, ben)
    terms.open_doors(tickets, session)
    with refused("ConcertDoor_SignatureInvalid", wallet, ticket):
        door.checkIn(terms.pass_of(tickets, [ticket], wallet, signer=ben), {"from": ada})


def test_the_door_says_its_domain(door):
    said = door.eip712Domain()
    assert (said[1], said[2], said[3], said[4]) == ("Partbook ConcertDoor", "1", chain.id, door)


def test_a_pass_is_not_played_again_after_the_ticket_was_refunded(door, tickets, session, pair, ada, ben, doors_open):
    shown = terms.pass_of(tickets, pair, ben)
    door.checkIn(shown, {"from": ada})
    tickets.cancel(session, {"from": ada})
    tickets.refund(pair[0], {"from": ben})
    with pytest.raises(VirtualMachineError):
        door.checkIn(shown, {"from": ada})
    assert tickets.session(session)["checkedIn"] == 2
