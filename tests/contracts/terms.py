"""What the tests put on sale: editions, concerts, sessions, and the pass that a holder signs at the door."""

from brownie import ConcertDoor, accounts, chain, web3
from eth_account import Account
from tellings import told

NOBODY = "0x" + "00" * 20
HOUR, DAY = 3600, 86400
RESALE_ONLY, NO_TRANSFER, GIFT_ONCE, FREE = range(4)
STAFFED, OPEN = range(2)


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
    price = editions.edition(edition_id)["price"] * quantity
    return editions.buy(edition_id, quantity, buyer, {"from": buyer, "value": price})


def sold(tx, edition_id):
    """The sales of an edition that a transaction tells of: who got how many copies. Copies are made by sales alone."""
    made = [one for one in told(tx, "TransferSingle") if (one["from"], one["id"]) == (NOBODY, edition_id)]
    return [(one["to"], one["value"]) for one in made]


def serials_by_counting(txs, edition_id):
    """Who got the copy of each serial, counted from 1 in the order of the sales that these transactions tell of."""
    got = [to for tx in txs for to, copies in sold(tx, edition_id) for _ in range(copies)]
    return dict(enumerate(got, 1))


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
        "policy": RESALE_ONLY,
        "entrance": STAFFED,
    }
    assert changes.keys() <= terms.keys()
    return tuple((terms | changes).values())


def announce(tickets, organiser, works, weights, organiser_bps=7000, royalty_bps=500, voted_bps=0):
    """Announce a concert; returns its id."""
    ids = [work.id for work in works]
    shares = organiser_bps, royalty_bps, voted_bps
    tx = tickets.announce(ids, weights, *shares, "ipfs://concert", {"from": organiser})
    return tx.events["ConcertAnnounced"]["concertId"]


def schedule(tickets, organiser, concert_id, **changes):
    """Schedule a session; returns its id."""
    tx = tickets.schedule(concert_id, session_terms(**changes), {"from": organiser})
    return tx.events["SessionScheduled"]["sessionId"]


def buy_ticket(tickets, session_id, holder):
    """Buy a ticket at its price; returns its id."""
    price = tickets.session(session_id)["price"]
    return tickets.buy(session_id, holder, {"from": holder, "value": price}).events["TicketBought"]["ticketId"]


def buy_ticket_for(tickets, session_id, holder, buyer):
    """Buy somebody else a ticket, such as a contract; returns its id."""
    price = tickets.session(session_id)["price"]
    return tickets.buy(session_id, holder, {"from": buyer, "value": price}).events["TicketBought"]["ticketId"]


def buy_many(tickets, session_id, holder, count):
    """Buy somebody so many tickets, without brownie's bookkeeping of each; returns their ids."""
    sold, price = (tickets.session(session_id)[name] for name in ("sold", "price"))
    data = tickets.buy.encode_input(session_id, holder)
    order = {"from": accounts[9].address, "to": tickets.address, "value": price, "data": data}
    for _ in range(count):
        web3.eth.send_transaction(order | {"gas": 150_000, "gasPrice": 2 * 10**9})
    assert tickets.session(session_id)["sold"] == sold + count
    return [session_id << 32 | seq for seq in range(sold + 1, sold + count + 1)]


def sell_on(tickets, ticket_id, seller, buyer, price):
    """Offer a ticket and buy it at that price; returns the purchase."""
    tickets.offer(ticket_id, price, {"from": seller})
    return tickets.buyOffered(ticket_id, {"from": buyer, "value": price})


CHECK_IN = {
    "CheckIn": [
        {"name": "tickets", "type": "uint256[]"},
        {"name": "holder", "type": "address"},
        {"name": "deadline", "type": "uint64"},
    ]
}


def door_of(tickets):
    """The door that the ticket contract made."""
    return ConcertDoor.at(tickets.door())


def sign_pass(tickets, ticket_ids, holder, deadline=2**40, signer=None, **domain):
    """What the holder's wallet returns at the door; `signer` is another key that signs in the holder's name."""
    signed = Account.sign_typed_data(
        (signer or holder).private_key,
        {
            "name": "Partbook ConcertDoor",
            "version": "1",
            "chainId": chain.id,
            "verifyingContract": tickets.door(),
            **domain,
        },
        CHECK_IN,
        {"tickets": ticket_ids, "holder": str(holder), "deadline": deadline},
    )
    return signed.signature


def pass_of(tickets, ticket_ids, holder, deadline=2**40, **how):
    """What a holder shows at the door, for all her tickets of a session."""
    return str(holder), deadline, ticket_ids, sign_pass(tickets, ticket_ids, holder, deadline, **how)


def let_in(tickets, organiser, ticket_id, holder, deadline=2**40):
    """Check a holder in with a pass that she signed; returns the transaction."""
    return door_of(tickets).checkIn(pass_of(tickets, [ticket_id], holder, deadline), {"from": organiser})


def wait_until(moment):
    """Let the chain's clock reach this Unix time."""
    chain.mine(timestamp=moment)


def open_doors(tickets, session_id):
    """Let the session start."""
    wait_until(tickets.session(session_id)["starts"])


def end(tickets, session_id):
    """Let the session end."""
    wait_until(tickets.session(session_id)["ends"])


def play(tickets, organiser, session_id, came):
    """Play a session to its end; `came` maps tickets to the holders who were let in with them."""
    open_doors(tickets, session_id)
    for ticket_id, holder in came.items():
        let_in(tickets, organiser, ticket_id, holder)
    end(tickets, session_id)
