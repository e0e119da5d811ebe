"""What the tests put on sale: editions, concerts, sessions, and the pass that a holder signs at the door."""

from brownie import chain
from eth_account import Account

HOUR, DAY = 3600, 86400


def edition_terms(work, **changes):
    """An edition on sale for a day from an hour ago: 100 copies at 0.01 coins, 60 % to the master, 10 % royalty."""
    now = chain.time()
    terms = {
        "workId": work.id,
        "price": 10**16,
        "cap": 100,
        "opens": now - HOUR,
        "closes": now + DAY,
        "masterBps": 6000,
        "royaltyBps": 1000,
        "uri": "ipfs://edition",
    }
    assert changes.keys() <= terms.keys()
    return tuple((terms | changes).values())


def release(editions, work, **changes):
    """Release an edition; returns its id."""
    terms = edition_terms(work, **changes)
    return editions.release(terms, {"from": work.registrant}).events["EditionReleased"]["editionId"]


def buy_copy(editions, edition_id, buyer, quantity=1):
    """Buy copies at their price; returns the transaction."""
    price = editions.edition(edition_id)[1] * quantity
    return editions.buy(edition_id, quantity, buyer, {"from": buyer, "value": price})


def session_terms(**changes):
    """A session in two days, 2 hours long, on sale now: 10 seats at 1 coin, resale up to 110 %, half must come."""
    now = chain.time()
    terms = {
        "price": 10**18,
        "capacity": 10,
        "saleOpens": now - HOUR,
        "saleCloses": now + 2 * DAY,
        "starts": now + 2 * DAY,
        "ends": now + 2 * DAY + 2 * HOUR,
        "zoneOffsetMinutes": 60,
        "maxResaleBps": 11000,
        "minCheckInBps": 5000,
    }
    assert changes.keys() <= terms.keys()
    return tuple((terms | changes).values())


def announce(tickets, organiser, works, weights, organiser_bps=7000, royalty_bps=500):
    """Announce a concert; returns its id."""
    ids = [work.id for work in works]
    tx = tickets.announce(ids, weights, organiser_bps, royalty_bps, "ipfs://concert", {"from": organiser})
    return tx.events["ConcertAnnounced"]["concertId"]


def schedule(tickets, organiser, concert_id, **changes):
    """Schedule a session; returns its id."""
    tx = tickets.schedule(concert_id, session_terms(**changes), {"from": organiser})
    return tx.events["SessionScheduled"]["sessionId"]


def buy_ticket(tickets, session_id, holder):
    """Buy a ticket at its price; returns its id."""
    price = tickets.session(session_id)[1]
    return tickets.buy(session_id, holder, {"from": holder, "value": price}).events["TicketBought"]["ticketId"]


def buy_ticket_for(tickets, session_id, holder, buyer):
    """Buy somebody else a ticket, such as a contract; returns its id."""
    price = tickets.session(session_id)[1]
    return tickets.buy(session_id, holder, {"from": buyer, "value": price}).events["TicketBought"]["ticketId"]


CHECK_IN = {
    "CheckIn": [
        {"name": "ticketId", "type": "uint256"},
        {"name": "holder", "type": "address"},
        {"name": "deadline", "type": "uint64"},
    ]
}


def sign_pass(tickets, ticket_id, holder, deadline=2**40, signer=None, **domain):
    """What the holder's wallet returns at the door; `signer` is another key that signs in the holder's name."""
    signed = Account.sign_typed_data(
        (signer or holder).private_key,
        {
            "name": "Partbook ConcertTickets",
            "version": "1",
            "chainId": chain.id,
            "verifyingContract": tickets.address,
            **domain,
        },
        CHECK_IN,
        {"ticketId": ticket_id, "holder": str(holder), "deadline": deadline},
    )
    return signed.signature


def let_in(tickets, organiser, ticket_id, holder, deadline=2**40):
    """Check a holder in with a pass that she signed; returns the transaction."""
    return tickets.checkIn(ticket_id, deadline, sign_pass(tickets, ticket_id, holder, deadline), {"from": organiser})


def wait_until(moment):
    """Let the chain's clock reach this Unix time."""
    chain.mine(timestamp=moment)
