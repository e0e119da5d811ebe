"""Expect a transaction to have told exactly this, field by field."""

from tellings import plain, told


def emitted(tx, event, *facts, **fields):
    """The transaction emitted exactly one such event with exactly these fields, or one for each of these facts.

    Args:
        tx: a transaction's receipt.
        event: its name, such as `RoyaltyPaid`.
        facts: dicts of all fields, where several such events are expected, in order.
        fields: all fields of the only one; an account stands for its address.
    """
    expected = [{name: plain(getattr(value, "address", value)) for name, value in one.items()} for one in facts]
    if fields:
        expected.append({name: plain(getattr(value, "address", value)) for name, value in fields.items()})
    assert told(tx, event) == expected
