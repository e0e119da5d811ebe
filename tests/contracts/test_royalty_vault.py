"""The vault."""

import sheets
from sheets import COIN, MASTER


def test_paid_money_is_due_by_share(vault, song, stranger):
    split = song.split(MASTER)
    vault.pay(split, COIN, 1000, {"from": stranger, "value": 1000})
    assert [vault.due(split, COIN, song.lines(MASTER), i) for i in range(3)] == [500, 300, 200]
