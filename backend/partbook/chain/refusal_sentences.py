"""What each error of the contracts says to a person: amounts in ether, times by the clock, shares in percent."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from string import Formatter
from typing import Any

from partbook.chain.split_lines import Side, short
from partbook.core.money import ether, percent

NOBODY = "0x" + "0" * 40
_STATES = ("on sale", "cancelled", "settled")
_LATEST = 253_402_300_799
"""The last second of the year 9999; a larger number is not a time."""

SENTENCES = {
    "WorkRegistry_AlreadySealed": "work {workId} is sealed already, in version {version}",
    "WorkRegistry_AudioDiffers": "work {workId} was opened with another sound",
    "WorkRegistry_AudioTaken": "this very sound is work {byWork} already",
    "WorkRegistry_CommitmentDiffers": "work {workId} was opened for another sound or by somebody else",
    "WorkRegistry_ConsentInvalid": "the signature of {signer} is not under this sheet of work {workId}",
    "WorkRegistry_ConsentMissing": "{payee} has not signed this sheet of work {workId}",
    "WorkRegistry_ConsentNotNeeded": "{signer} signed, but has no share in work {workId}",
    "WorkRegistry_CreditsDoNotAddUp": "credits of the {side:side} add up to {sum:percent}, must be {expected:percent}",
    "WorkRegistry_DeadlinePassed": "the signatures held until {deadline:time}; it is {time:time}",
    "WorkRegistry_FormerSignersDiffer": "work {workId} changes its sheet only with those who signed the one before",
    "WorkRegistry_LineCount": "the {side:side} has {lines} lines; there may be 1 to {limit}",
    "WorkRegistry_LineMalformed": "line {index} of the {side:side} is not of the sheet's form",
    "WorkRegistry_NotRegistrant": "work {workId} belongs to {registrant:who}, not to {caller}",
    "WorkRegistry_NotSealed": "work {workId} is not sealed yet",
    "WorkRegistry_SharesDoNotAddUp": "shares of the {side:side} add up to {sum:percent}, must be {expected:percent}",
    "WorkRegistry_UnknownWork": "there is no work {workId}; {works} are registered",
    "WorkRegistry_WrongVersion": "work {workId} takes version {expected} next, not {given}",
    "RoyaltyVault_NotPayee": "this line belongs to {payee:who}, not to {caller}",
    "RoyaltyVault_NothingDue": "nothing is due on this line",
    "RoyaltyVault_NothingPaid": "a payment of nothing was sent",
    "RoyaltyVault_TokenNotAllowed": "royalties are not taken in the token {token}",
    "RoyaltyVault_ValueDiffers": "{sent:ether} came with a payment of {expected:ether}",
    "MusicEditions_CapOutOfRange": "an edition has 1 to {limit} copies, not {cap}",
    "MusicEditions_Closed": "the sale of edition {editionId} ended on {closes:time}; it is {time:time}",
    "MusicEditions_NoCopy": "{account} has no copy of edition {editionId}",
    "MusicEditions_NoOffer": "{seller} offers no copy of edition {editionId}",
    "MusicEditions_NotOpenYet": "the sale of edition {editionId} begins on {opens:time}; it is {time:time}",
    "MusicEditions_NotRegistrant": "work {workId} belongs to {registrant:who}, not to {caller}",
    "MusicEditions_PriceIsZero": "edition {editionId} cannot be offered for nothing",
    "MusicEditions_ShareTooHigh": "a royalty of {bps:percent} is above the limit of {limit:percent}",
    "MusicEditions_SoldOut": "edition {editionId} has {left} copies left; {wanted} were asked for",
    "MusicEditions_TooManyEditions": "work {workId} has {limit} editions already, the most there can be",
    "MusicEditions_UnknownEdition": "there is no edition {editionId}",
    "MusicEditions_WorkNotSealed": "work {workId} is not sealed yet, so nothing of it can be sold",
    "MusicEditions_WrongPayment": "{sent:ether} was sent; the price is {price:ether}",
    "ConcertTickets_BelowThreshold": (
        "of {sold} tickets of session {sessionId} {checkedIn} came in; {minCheckInBps:percent} have to, before the "
        "money is released"
    ),
    "ConcertTickets_CheckedIn": "ticket {ticketId} has been used at the door",
    "ConcertTickets_Closed": "the sale of session {sessionId} ended on {saleCloses:time}; it is {time:time}",
    "ConcertTickets_DeadlinePassed": "the pass of ticket {ticketId} held until {deadline:time}; it is {time:time}",
    "ConcertTickets_DoorsClosed": "the doors of session {sessionId} open on {doorsOpen:time}; it is {time:time}",
    "ConcertTickets_NoOffer": "ticket {ticketId} is not offered",
    "ConcertTickets_NotHolder": "ticket {ticketId} belongs to {holder:who}, not to {caller}",
    "ConcertTickets_NotOpenYet": "the sale of session {sessionId} begins on {saleOpens:time}; it is {time:time}",
    "ConcertTickets_NotOrganiser": "concert {concertId} belongs to {organiser:who}, not to {caller}",
    "ConcertTickets_NotScheduled": "session {sessionId} is {status:state}",
    "ConcertTickets_NothingSold": "session {sessionId} has no ticket left to settle",
    "ConcertTickets_OnlyByResale": "ticket {ticketId} changes hands only by an offer that somebody takes",
    "ConcertTickets_PriceIsZero": "ticket {ticketId} cannot be offered for nothing",
    "ConcertTickets_RefundNotOpen": (
        "ticket {ticketId} can be given back from {opens:time} on, or once the session is cancelled; it is {time:time}"
    ),
    "ConcertTickets_ResaleAboveCap": "ticket {ticketId} may be resold for at most {cap:ether}, not for {price:ether}",
    "ConcertTickets_SessionNotOver": "session {sessionId} ends on {ends:time}; it is {time:time}",
    "ConcertTickets_SessionOver": "session {sessionId} ended on {ends:time}; it is {time:time}",
    "ConcertTickets_ShareOutOfRange": "a share of {bps:percent} is not within {lowest:percent} to {highest:percent}",
    "ConcertTickets_SignatureInvalid": "the pass of ticket {ticketId} is not signed by its holder {holder}",
    "ConcertTickets_SoldOut": "all {capacity} tickets of session {sessionId} are sold",
    "ConcertTickets_TimesOutOfOrder": (
        "a sale from {saleOpens:time} to {saleCloses:time} and a session from {starts:time} to {ends:time} are not in "
        "order, or lie in the past"
    ),
    "ConcertTickets_TooFarAhead": "the session would end on {ends:time}; the latest possible is {latest:time}",
    "ConcertTickets_UnknownConcert": "there is no concert {concertId}",
    "ConcertTickets_UnknownSession": "there is no session {sessionId}",
    "ConcertTickets_WeightsDoNotAddUp": "the parts of the works add up to {sum:percent}, must be {expected:percent}",
    "ConcertTickets_WorkNotSealed": "work {workId} is not sealed yet, so no concert can pay it",
    "ConcertTickets_WrongPayment": "{sent:ether} was sent; the price is {price:ether}",
    "OwedMoney_NothingOwed": "nothing is owed to {account}",
    "OwedMoney_PaymentRefused": "{to} did not take {amount:ether}",
    "MusicCredentials_Bound": "a credential belongs to whom it was given and never changes hands",
    "MusicCredentials_FactUsed": "this counts in the credential already, and counts once",
    "MusicCredentials_NoCopy": "{caller} has no copy of edition {editionId}",
    "MusicCredentials_NotAttendee": "with ticket {ticketId} the door let in {attendee:who}, not {caller}",
    "MusicCredentials_NotHolder": "the credential belongs to {holder:who}, not to {caller}",
    "MusicCredentials_NotPayee": "that line of work {workId} belongs to {payee:who}, not to {caller}",
    "ERC721NonexistentToken": "there is no number {tokenId}",
    "ERC1155InsufficientBalance": "{sender} has {balance} copies of edition {tokenId}; {needed} are needed",
    "EnforcedPause": "sales are paused; claims and refunds are not",
}
"""Where an error's own name and values do not make a good sentence. `{name:way}` is the argument of that name."""


def shown(value: Any) -> str:
    """A value as people read it where nothing says what it is: accounts and hashes in short, numbers plain."""
    if isinstance(value, bytes):
        return f"0x{value.hex()[:8]}…"
    if isinstance(value, str) and value.startswith("0x") and len(value) == len(NOBODY):
        return short(value)
    return str(value)


def sentence(name: str, arguments: Mapping[str, Any]) -> str | None:
    """The sentence for an error, None where there is none or its values are not the expected ones."""
    known = SENTENCES.get(name)
    if known is None:
        return None
    try:
        return _Teller().vformat(known, (), arguments)
    except (KeyError, ValueError, TypeError):
        return None


class _Teller(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        """A value in the way that the sentence asks for."""
        return _WAYS[format_spec](value)


def _time(seconds: int) -> str:
    if seconds > _LATEST:
        return "no day"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _state(status: int) -> str:
    return _STATES[status] if status < len(_STATES) else str(status)


_WAYS: dict[str, Callable[[Any], str]] = {
    "": shown,
    "ether": lambda wei: f"{ether(wei)} ether",
    "percent": percent,
    "side": lambda side: Side(side).name.lower(),
    "state": _state,
    "time": _time,
    "who": lambda account: "nobody yet" if account == NOBODY else shown(account),
}
