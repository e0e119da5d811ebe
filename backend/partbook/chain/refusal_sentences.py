"""What each error of the contracts says to a person: amounts in ether, times by the clock, shares in percent."""

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from partbook.chain.split_lines import Side, short
from partbook.core.clock import to_the_minute
from partbook.core.money import ether, percent

NOBODY = "0x" + "0" * 40
_STATES = ("on sale", "cancelled", "settled")
_POLICIES = (
    "changes hands only by an offer that somebody takes",
    "stays with its holder",
    "was given away once already",
    "may change hands",
)
_LATEST = 253_402_300_799
"""The last second of the year 9999; a larger number is not a time."""

SENTENCES = {
    "WorkRegistry_AlreadySealed": "work {workId} is sealed already, in version {version}",
    "WorkRegistry_AudioNotHeld": "this sound is not that of work {workId}, or an earlier work has taken it over",
    "WorkRegistry_AudioTaken": "this very sound is work {byWork} already",
    "WorkRegistry_CommitmentDiffers": "work {workId} was opened for another sound or by somebody else",
    "WorkRegistry_ConsentInvalid": "the signature of {signer} is not under this sheet of work {workId}",
    "WorkRegistry_ConsentMissing": "{payee} has not signed this sheet of work {workId}",
    "WorkRegistry_ConsentNotNeeded": "{signer} signed, but has no share in work {workId}",
    "WorkRegistry_CreditsDoNotAddUp": "credits of the {side:side} add up to {sum:percent}, must be {expected:percent}",
    "WorkRegistry_DeadlinePassed": "the signatures held until {deadline:time}; it is {time:time}",
    "WorkRegistry_Disputed": "dispute {disputeId} about work {workId} is open; its sheet stays until that ends",
    "WorkRegistry_LineCount": "the {side:side} has {lines} lines; there may be 1 to {limit}",
    "WorkRegistry_CannotSetAside": "line {index} pays no person, or less than {share:percent}",
    "WorkRegistry_ListDiffers": "these lines are not those of the current sheet",
    "WorkRegistry_NoConsent": "{signer} has not agreed to that sheet of work {workId} on the chain",
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
    "RoyaltyVault_LineIsNoPayee": "line {index} pays a parent work or a dispute, not a person",
    "RoyaltyVault_PaymentRefused": "{to} did not take {amount:ether}; it stays due",
    "DisputeModule_Answered": "dispute {disputeId} has its answer already",
    "DisputeModule_BondOutOfRange": "a bond is {lowest:ether} to {highest:ether}, not {bond:ether}",
    "DisputeModule_Ended": "dispute {disputeId} has ended",
    "DisputeModule_ListTooLong": "a list of {lines} lines grows by rulings alone; amend the sheet instead",
    "DisputeModule_NoBeneficiary": "{payee} has the share already, or nobody was named who should get it",
    "DisputeModule_NoEvidence": "a dispute about work {workId} needs evidence",
    "DisputeModule_NotClaimant": "dispute {disputeId} was opened by {claimant}, not by {caller}",
    "DisputeModule_NotExpired": "dispute {disputeId} can be ruled on until {from:time}; it is {time:time}",
    "DisputeModule_NotParty": "the disputed line is {payee:who}, not {caller}",
    "DisputeModule_TooEarlyToRule": "dispute {disputeId} can be answered until {from:time}; it is {time:time}",
    "DisputeModule_TooLateToAnswer": "dispute {disputeId} could be answered until {until:time}; it is {time:time}",
    "DisputeModule_TooLateToRule": "dispute {disputeId} could be ruled on until {until:time}; it is {time:time}",
    "DisputeModule_UnknownDispute": "there is no dispute {disputeId}; {disputes} were opened",
    "DisputeModule_WrongBond": "{sent:ether} was sent; a dispute about this work needs a bond of {bond:ether}",
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
    "ConcertTickets_CapacityOutOfRange": "a session has 1 to {limit} tickets, not {capacity}",
    "ConcertTickets_Closed": "the sale of session {sessionId} ended on {saleCloses:time}; it is {time:time}",
    "ConcertTickets_DoorsClosed": "the doors of session {sessionId} open on {doorsOpen:time}; it is {time:time}",
    "ConcertTickets_NoOffer": "ticket {ticketId} is not offered",
    "ConcertTickets_NotHolder": "ticket {ticketId} belongs to {holder:who}, not to {caller}",
    "ConcertTickets_NotOpenYet": "the sale of session {sessionId} begins on {saleOpens:time}; it is {time:time}",
    "ConcertTickets_NotOrganiser": "concert {concertId} belongs to {organiser:who}, not to {caller}",
    "ConcertTickets_NotScheduled": "session {sessionId} is {status:state}",
    "ConcertTickets_NothingSold": "session {sessionId} has no ticket left to settle",
    "ConcertTickets_NotDoor": "only the door lets people in, and {caller} is not it",
    "ConcertTickets_NotTransferable": "ticket {ticketId} {policy:policy}",
    "ConcertTickets_OnlyByHolder": "nobody but its holder moves a ticket, so nobody needs leave to do it",
    "ConcertTickets_OtherSession": "ticket {ticketId} is not for session {sessionId}, as others of the pass are",
    "ConcertTickets_PriceIsZero": "ticket {ticketId} cannot be offered for nothing",
    "ConcertTickets_RefundNotOpen": (
        "ticket {ticketId} can be given back from {opens:time} on, or once the session is cancelled; it is {time:time}"
    ),
    "ConcertTickets_ResaleAboveCap": "ticket {ticketId} may be resold for at most {cap:ether}, not for {price:ether}",
    "ConcertTickets_SessionNotOver": "session {sessionId} ends on {ends:time}; it is {time:time}",
    "ConcertTickets_SessionOver": "session {sessionId} ended on {ends:time}; it is {time:time}",
    "ConcertTickets_ShareOutOfRange": "a share of {bps:percent} is not within {lowest:percent} to {highest:percent}",
    "ConcertTickets_SoldOut": "all {capacity} tickets of session {sessionId} are sold",
    "ConcertTickets_StaffedEntrance": "session {sessionId} has staff at its door; show them a pass",
    "ConcertTickets_TimesOutOfOrder": (
        "a sale from {saleOpens:time} to {saleCloses:time} and a session from {starts:time} to {ends:time} are not in "
        "order, or lie in the past"
    ),
    "ConcertTickets_TooFarAhead": "the session would end on {ends:time}; the latest possible is {latest:time}",
    "ConcertTickets_UnknownConcert": "there is no concert {concertId}",
    "ConcertTickets_UnknownSession": "there is no session {sessionId}",
    "ConcertTickets_WeightsDoNotAddUp": "the parts of the works add up to {sum:percent}, must be {expected:percent}",
    "ConcertTickets_WorkCount": "a concert plays 1 to {limit} works, each with a part; not {works} with {weights}",
    "ConcertTickets_WorkNotSealed": "work {workId} is not sealed yet, so no concert can pay it",
    "ConcertTickets_WrongPayment": "{sent:ether} was sent; the price is {price:ether}",
    "ConcertTickets_ZoneOutOfRange": "no place on earth is {zoneOffsetMinutes} minutes away from UTC",
    "ConcertDoor_DeadlinePassed": "the pass of {holder} held until {deadline:time}; it is {time:time}",
    "ConcertDoor_NoTickets": "the pass of {holder} names no ticket",
    "ConcertDoor_NobodyAdmitted": "not one of {passes} passes let anybody in",
    "ConcertDoor_NotOrganiser": "concert {concertId} belongs to {organiser:who}, not to {caller}",
    "ConcertDoor_NotStaff": "{caller} neither organises concert {concertId} nor was appointed to its doors",
    "ConcertDoor_SignatureInvalid": "the pass of ticket {firstTicket} is not signed by {holder} for these tickets",
    "ConcertProgrammes_HasVoted": "the vote of ticket {ticketId} was given already, and each ticket has one",
    "ConcertProgrammes_NoSuchPlace": "concert {concertId} plays {works} works; there is no place {place}",
    "ConcertProgrammes_NotVoter": "only its holder votes with ticket {ticketId}, before the start; {caller} cannot",
    "ConcertProgrammes_WorkTwice": "work {workId} stands in the programme twice",
    "HeldRoyalties_NothingHeld": "nothing is held for this split",
    "OwedMoney_CannotSendThere": "money sent to {to} would be lost",
    "OwedMoney_NothingOwed": "nothing is owed to {account}",
    "OwedMoney_PaymentRefused": "{to} did not take {amount:ether}",
    "MusicCredentials_Bound": "a credential belongs to whom it was given and never changes hands",
    "MusicCredentials_FactUsed": "this counts in the credential already, and counts once",
    "MusicCredentials_NoCopy": "{caller} has no copy of edition {editionId}",
    "MusicCredentials_NotAttendee": "with ticket {ticketId} the door let in {attendee:who}, not {caller}",
    "MusicCredentials_NotHolder": "the credential belongs to {holder:who}, not to {caller}",
    "MusicCredentials_NotPayee": "that line of work {workId} belongs to {payee:who}, not to {caller}",
    "AccessManagedUnauthorized": "{caller} does not have the role that this needs",
    "AccessManagedRequiredDelay": "{caller} has to schedule this first, {delay} seconds ahead",
    "ERC721IncorrectOwner": "number {tokenId} belongs to {owner:who}, not to {sender}",
    "ERC721InsufficientApproval": "number {tokenId} is not {operator}'s to move",
    "ERC721NonexistentToken": "there is no number {tokenId}",
    "ERC1155InsufficientBalance": "{sender} has {balance} copies of edition {tokenId}; {needed} are needed",
    "EnforcedPause": "this is paused; claims, refunds and withdrawals are not",
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
    return to_the_minute(seconds)


def _state(status: int) -> str:
    return _STATES[status] if status < len(_STATES) else str(status)


def _policy(policy: int) -> str:
    return _POLICIES[policy] if policy < len(_POLICIES) else f"does not change hands this way (policy {policy})"


_WAYS: dict[str, Callable[[Any], str]] = {
    "": shown,
    "ether": lambda wei: f"{ether(wei)} ether",
    "percent": percent,
    "policy": _policy,
    "side": lambda side: Side(side).name.lower(),
    "state": _state,
    "time": _time,
    "who": lambda account: "nobody yet" if account == NOBODY else shown(account),
}
