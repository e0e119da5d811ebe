"""Agreeing to a sheet on the chain itself, for wallets that sign no messages."""

from dataclasses import replace
from pathlib import Path

import pytest
from domain_scenes import NAMES, SHARES

from partbook.core.errors import ChainRefused, Mismatch, UnusableInput
from partbook.works.desk import Desk, Rehearsed
from partbook.works.opening import open_work
from partbook.works.service import register_work
from partbook.works.sheets import Unsigned, consent_to_sheet, new_sheet, sheet_state, sign_sheet

pytestmark = pytest.mark.chain


def test_a_payee_can_agree_on_the_chain_instead_of_signing(desk: Desk, song: Path) -> None:
    open_work(desk, song, "ana")
    new_sheet(desk, song, "ana", SHARES, NAMES)
    sign_sheet(desk, song, "ana")
    sign_sheet(desk, song, "ben")
    with pytest.raises(Rehearsed):
        consent_to_sheet(desk, song, "chen", dry_run=True)
    with pytest.raises(UnusableInput, match="is not on this sheet"):
        consent_to_sheet(desk, song, "dee")
    state = consent_to_sheet(desk, song, "chen")
    assert (state.complete, state.as_json()["on_chain"]) == (True, ["Chen Wei"])
    taken_back = consent_to_sheet(desk, song, "chen", withdraw=True)
    assert [line.name for line in taken_back.missing] == ["Chen Wei"]
    with pytest.raises(ChainRefused, match="has not agreed to that sheet of work 1 on the chain"):
        consent_to_sheet(desk, song, "chen", withdraw=True)
    with pytest.raises(Unsigned, match="Waiting for: Chen Wei"):
        register_work(desk, song)
    consent_to_sheet(desk, song, "chen")
    assert register_work(desk, song).version == 1
    with pytest.raises(Mismatch, match="its sheet is sealed"):
        consent_to_sheet(desk, song, "chen")


def test_a_consent_on_the_chain_is_to_this_very_sheet(desk: Desk, song: Path) -> None:
    open_work(desk, song, "ana")
    new_sheet(desk, song, "ana", SHARES, NAMES)
    assert [line.name for line in consent_to_sheet(desk, song, "chen").signed] == ["Chen Wei"]
    ana, ben, *rest = SHARES
    changed = replace(ana, payout_bps=ana.payout_bps + 100), replace(ben, payout_bps=ben.payout_bps - 100)
    new_sheet(desk, song, "ana", [*changed, *rest], NAMES)
    assert sheet_state(desk, song).signed == ()
