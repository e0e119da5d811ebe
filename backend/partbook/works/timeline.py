"""What happened to a work, as a sentence that people read."""

from partbook.chain.split_lines import Side
from partbook.core.money import ether
from partbook.works.records import TimelineRow

_SIDES = {int(Side.MASTER): "recording", int(Side.COMPOSITION): "composition"}


def timeline_sentence(row: TimelineRow, who: str) -> str:
    """One line of a timeline.

    Args:
        row: of the ledger.
        who: what to call the row's account; empty if it has none.
    """
    facts = row.detail
    amount = f"{ether(row.amount)} ether" if row.amount is not None else ""
    side = _SIDES.get(facts.get("side", -1), "work")
    sentences = {
        "committed": f"{who} committed to the recording",
        "sealed": f"Sealed with version {facts.get('version')} of its sheet, signed by {len(facts.get('signers', []))}",
        "claim lost": f"The earlier work {facts.get('to_work')} took over the claim to this recording",
        "claim won": f"Took over the claim to the recording from work {facts.get('from_work')}, which came later",
        "edition released": f"Edition {facts.get('edition')} released: {facts.get('cap')} copies at {amount}",
        "copy sold": f"{who} bought copy {facts.get('serial')} of edition {facts.get('edition')} for {amount}",
        "copy resold": f"{who} bought a copy of edition {facts.get('edition')} from its holder for {amount}",
        "paid": f"{amount} came in for the {side} ({who})",
        "paid by a child": f"{amount} came in from work {facts.get('work')}, which builds on this one",
        "set aside": f"{amount} of the {side} went to wait for the end of dispute {facts.get('dispute')}",
        "disputed": f"Dispute {facts.get('dispute')} about a share of the {side} opened; its new money waits",
        "dispute ended": f"Dispute {facts.get('dispute')} about a share of the {side} ended; it belongs to {who}",
        "claimed": f"{who} was paid {amount} from the {side}",
        "concert announced": f"{who} announced concert {facts.get('concert')} with this work",
    }
    return sentences.get(row.kind, row.kind)
