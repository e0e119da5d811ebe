"""A derived song's sheet has a line for its parent, and money flows up that line to the parent's own people."""

from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from domain_scenes import NAMES, RATE, some_music

from partbook.core.clock import SystemClock
from partbook.core.errors import Mismatch, UnusableInput
from partbook.core.money import Wei
from partbook.music.derivation import RESTYLE
from partbook.music.request import ComposeRequest
from partbook.royalties.claims import claim, claim_all, due, pay
from partbook.works.desk import Desk
from partbook.works.parent_shares import ParentShare
from partbook.works.service import WorkView, open_work, register_work
from partbook.works.sheets import Agreed, new_sheet, sheet_state, sign_sheet
from partbook.works.song_deriving import derive_song, from_parent
from partbook.works.song_folder import SongFolder
from partbook.works.song_parent import read_parent
from partbook.works.split_sheet import SplitSheetDraft

pytestmark = pytest.mark.chain


@pytest.fixture
def child(desk: Desk, song: Path, work: WorkView, tmp_path: Path) -> Path:
    """A waltz over the contour of the registered work, by Dee, with a sound of its own."""
    parent = read_parent(SongFolder.open(song))
    assert parent.facts["work_id"] == work.work_id
    wish = ComposeRequest("", seed=5, style="waltz", title="Tiny Waltz", by=desk.address("dee"))
    made = derive_song(tmp_path / "child", parent, from_parent(parent, RESTYLE, wish), None, SystemClock())
    soundfile.write(made.paths.mix, some_music()[::-1], RATE, subtype="PCM_16")
    return made.path


def test_the_parents_part_flows_up_to_the_parents_payees(desk: Desk, child: Path, work: WorkView) -> None:
    open_work(desk, child, "dee")
    shares = [Agreed("composition", "dee", "arranger", 7_000), Agreed("master", "dee", "producer", 10_000)]
    draft = new_sheet(desk, child, "dee", shares, {}, ParentShare(payout_bps={"composition": 3_000}))
    edge = next(line for line in draft.composition if line.parent_work)
    assert (edge.parent_work, edge.payout_bps, edge.name) == (work.work_id, 3_000, "Tiny Rain")
    sign_sheet(desk, child, "dee")
    assert [line.name for line in sheet_state(desk, child).missing] == ["Tiny Rain"]
    sign_sheet(desk, child, "ana")
    found = register_work(desk, child)
    assert found.version == 1

    pay(desk, found.work_id, "composition", "fan", Wei(1_000_000))
    forwarded = {one.name: one.amount for one in claim_all(desk, found.work_id)}
    assert forwarded == {"Dee": 700_000, "Tiny Rain": 300_000}
    waiting = {line.name: line.due for line in due(desk, work.work_id) if line.side == "composition"}
    assert waiting == {"Ana Lind": 135_000, "Ben Okafor": 90_000, "Chen Wei": 75_000}
    assert [one.amount for one in claim(desk, work.work_id, "ben")] == [90_000]


def test_the_parents_line_is_drafted_without_asking(desk: Desk, child: Path) -> None:
    draft = new_sheet(desk, child, "dee")
    rows = [(line.role, line.payout_bps) for line in draft.composition if line.payout_bps]
    assert rows == [("composer", 5_000), ("parent work", 5_000)]
    assert all(line.parent_work is None for line in draft.master)
    assert not {NAMES["ben"], "Ben"} & {line.name for line in draft.composition}, (
        "his notes are paid through the parent"
    )


def test_a_parent_cannot_be_left_out_or_exchanged(desk: Desk, child: Path, song: Path) -> None:
    shares = [Agreed("composition", "dee", "arranger", 10_000)]
    with pytest.raises(UnusableInput, match="has a parent, work"):
        new_sheet(desk, child, "dee", shares)
    with pytest.raises(Mismatch, match="was derived from work"):
        new_sheet(desk, child, "dee", (), {}, ParentShare(work_id=99))


def test_a_sheet_from_which_the_parents_line_was_taken_is_not_signed(desk: Desk, child: Path) -> None:
    open_work(desk, child, "dee")
    draft = SplitSheetDraft.read(child)
    alone = [line.model_copy(update={"payout_bps": 10_000}) for line in draft.composition if line.role == "composer"]
    rest = [alone[0].model_copy(update={"credit_bps": 0}), *draft.composition[2:]]
    rest[0] = rest[0].model_copy(update={"credit_bps": 10_000 - sum(line.credit_bps for line in rest)})
    draft.model_copy(update={"composition": rest}).write(child)
    with pytest.raises(Mismatch, match="has no line for it"):
        sign_sheet(desk, child, "dee")


def test_a_parent_that_is_not_registered_is_no_payee(desk: Desk, template: object, song: Path) -> None:
    with pytest.raises(UnusableInput, match="no registered parent"):
        new_sheet(desk, song, "ana", (), {}, ParentShare(payout_bps={"composition": 2_000}))
    opened = open_work(desk, song, "ana")
    with pytest.raises(UnusableInput, match="not registered yet"):
        new_sheet(desk, song, "ana", (), {}, replace(ParentShare(), work_id=opened.work_id))
