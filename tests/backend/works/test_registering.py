"""Opening and registering a work on a real chain, and everything that stops it."""

import json
from pathlib import Path

import jsonschema
import pytest
from domain_scenes import NAMES, SHARES, edit_json
from sqlalchemy import select

from partbook.core.canonical import read_json
from partbook.core.errors import ChainRefused, Mismatch, UnusableInput
from partbook.core.settings import ARTIFACTS
from partbook.ledger.events import ProjectionRow
from partbook.watermark import MarkKey
from partbook.watermark.files import read_file
from partbook.works import records
from partbook.works.contributions import side_shares
from partbook.works.desk import Desk, Rehearsed
from partbook.works.opening import open_work
from partbook.works.registration import read_registration
from partbook.works.service import WorkView, list_works, register_work, show_work, timeline
from partbook.works.sheets import Unsigned, new_sheet, sheet_state, sign_sheet

pytestmark = pytest.mark.chain


def test_opening_again_repeats_nothing(desk: Desk, song: Path) -> None:
    first = open_work(desk, song, "ana")
    head = desk.chain.head().number
    assert open_work(desk, song, "ana") == first
    assert desk.chain.head().number == head


def test_a_run_that_died_after_the_commitment_finds_its_work_again(desk: Desk, song: Path) -> None:
    first = open_work(desk, song, "ana")
    edit_json(song / "registration.json", work_id=None, payload=None)
    assert open_work(desk, song, "ana").work_id == first.work_id
    assert desk.contracts.registry.works() == 1


def test_the_released_file_carries_the_payload_that_the_registry_gave(desk: Desk, song: Path) -> None:
    opened = open_work(desk, song, "ana")
    readings = read_file(opened.release_file, [MarkKey.public()]).readings
    assert readings[0].payload.hex() == opened.payload


def test_a_work_is_registered_once_everybody_has_signed(desk: Desk, work: WorkView) -> None:
    assert work.version == 1
    assert [line.name for line in work.composition] == ["Ana Lind", "Ben Okafor", "Chen Wei", "Ana Lind"]
    assert sum(line.payout_bps for line in work.composition) == 10_000
    assert desk.contracts.registry.resolve(int(work.payload, 16)) == (work.work_id, 1)
    assert list_works(desk) == [work]
    assert [entry.kind for entry in timeline(desk, work.work_id)] == ["committed", "sealed"]


def test_the_chain_holds_the_share_that_the_files_give(work: WorkView, signed: Path) -> None:
    computed = side_shares(signed)
    assert {"master": work.master_ai_bps, "composition": work.composition_ai_bps} == computed
    assert 0 < computed["composition"] < 10_000


def test_registering_again_changes_nothing(desk: Desk, work: WorkView, signed: Path) -> None:
    head = desk.chain.head().number
    assert register_work(desk, signed) == work
    assert desk.chain.head().number == head


def test_a_sealed_sheet_is_not_touched_any_more(desk: Desk, work: WorkView, signed: Path) -> None:
    before = (signed / "sheet.json").read_bytes()
    with pytest.raises(Mismatch, match="Work 1 is registered: its sheet is sealed"):
        new_sheet(desk, signed, "ana", SHARES, NAMES)
    with pytest.raises(Mismatch, match="Work 1 is registered: its sheet is sealed"):
        sign_sheet(desk, signed, "ana")
    assert (signed / "sheet.json").read_bytes() == before


def test_an_unsigned_sheet_says_who_is_missing(desk: Desk, song: Path) -> None:
    open_work(desk, song, "ana")
    new_sheet(desk, song, "ana", SHARES, NAMES)
    sign_sheet(desk, song, "ana")
    sign_sheet(desk, song, "ben")
    with pytest.raises(
        Unsigned, match=r"2 of 3 have signed\. Waiting for: Chen Wei \(lyricist\)\. Nothing can be sold"
    ):
        register_work(desk, song)
    assert not desk.contracts.registry.is_sealed(1)  # type: ignore[arg-type]


def test_a_changed_sheet_voids_signatures_and_names_the_change(desk: Desk, signed: Path) -> None:
    changed = [*SHARES[:3], SHARES[3].__class__("composition", "ben", "composer", 3_500)]
    changed.append(SHARES[4].__class__("composition", "chen", "lyricist", 2_000))
    new_sheet(desk, signed, "ana", changed, NAMES)
    state = sheet_state(desk, signed)
    assert not state.signed
    assert "Ben Okafor (composer) 30.00 % -> 35.00 %; Chen Wei (lyricist) 25.00 % -> 20.00 %" in state.sentence
    with pytest.raises(Unsigned):
        register_work(desk, signed)


def test_a_forged_signature_does_not_count(desk: Desk, signed: Path) -> None:
    sheet = read_json(signed / "sheet.json")
    sheet["signatures"][2]["signature"] = sheet["signatures"][0]["signature"]
    (signed / "sheet.json").write_text(json.dumps(sheet))
    assert [line.name for line in sheet_state(desk, signed).missing] == [sheet["signatures"][2]["name"]]


def test_shares_of_104_percent_are_refused_with_the_difference(desk: Desk, song: Path) -> None:
    too_much = [*SHARES[:4], SHARES[4].__class__("composition", "chen", "lyricist", 2_900)]
    with pytest.raises(UnusableInput, match=r"104\.00 % \(must be 100\.00 %\): 4\.00 % too much\. Largest: Ana Lind"):
        new_sheet(desk, song, "ana", too_much, NAMES)


def test_a_sheet_cannot_state_another_ai_share_than_the_files(desk: Desk, song: Path) -> None:
    open_work(desk, song, "ana")
    sheet = read_json(song / "sheet.json")
    for line in sheet["composition"]:
        line["ai_pct"] = 0
    (song / "sheet.json").write_text(json.dumps(sheet))
    with pytest.raises(Mismatch, match=r"states 0\.00 % AI; the song's own files give"):
        sign_sheet(desk, song, "ana")


def test_a_stranger_cannot_sign(desk: Desk, song: Path) -> None:
    open_work(desk, song, "ana")
    with pytest.raises(UnusableInput, match=r"dee .* is not on this sheet"):
        sign_sheet(desk, song, "dee")


def test_a_song_is_opened_by_one_registrant(desk: Desk, song: Path) -> None:
    open_work(desk, song, "ana")
    with pytest.raises(Mismatch, match="was opened by Ana, not by ben"):
        open_work(desk, song, "ben")


def test_a_changed_mix_is_noticed_before_anybody_signs_for_it(desk: Desk, signed: Path) -> None:
    mix = bytearray((signed / "mix.wav").read_bytes())
    mix[5000] ^= 1
    (signed / "mix.wav").write_bytes(mix)
    with pytest.raises(Mismatch, match=r"mix\.wav changed since work 1 was opened"):
        register_work(desk, signed)


def test_a_sheet_before_opening_cannot_be_signed(desk: Desk, song: Path) -> None:
    (song / "registration.json").unlink()
    new_sheet(desk, song, "ana")
    with pytest.raises(UnusableInput, match="is not open yet"):
        sign_sheet(desk, song, "ana")


def test_the_default_sheet_pays_everybody_who_contributed(desk: Desk, song: Path) -> None:
    sheet = new_sheet(desk, song, "ana")
    paid = [(line.name, line.role, line.payout_bps) for line in sheet.composition if line.payout_bps]
    assert paid == [("Ana", "composer", 3_334), ("Ben", "composer", 3_333), ("Chen", "lyricist", 3_333)]


def test_a_dry_run_sends_nothing(desk: Desk, song: Path, signed: Path) -> None:
    head = desk.chain.head().number
    with pytest.raises(Rehearsed, match="would agree"):
        register_work(desk, signed, dry_run=True)
    assert desk.chain.head().number == head


def test_the_registry_itself_refuses_a_stranger_as_sealer(desk: Desk, signed: Path) -> None:
    with pytest.raises(Mismatch, match="was opened by Ana"):
        register_work(desk, signed, by="dee")
    with pytest.raises(ChainRefused):
        register_work(desk, signed, by="dee", dry_run=True)


def test_the_pinned_record_follows_its_schema_and_its_hash_is_on_the_chain(desk: Desk, work: WorkView) -> None:
    record = json.loads(b"".join(desk.store.open(work.cids["metadata"])))
    schema = read_json(ARTIFACTS / "schemas" / "work-metadata-1.json")
    jsonschema.validate(record, schema)
    on_chain = desk.contracts.registry.work(work.work_id).metadata_hash  # type: ignore[arg-type]
    assert "0x" + on_chain.hex() == work.metadata_hash
    assert record["ai"]["total_bps"] == work.ai_bps
    assert work.registrant.lower() not in json.dumps(record).lower()


def test_the_master_is_pinned_encrypted(desk: Desk, work: WorkView, signed: Path) -> None:
    pinned = b"".join(desk.store.open(work.cids["master"]))
    assert pinned.startswith(b"PBSEAL01")
    assert (signed / "mix.wav").read_bytes()[1000:1100] not in pinned


def test_a_payload_finds_its_work_and_another_registry_finds_none(desk: Desk, work: WorkView) -> None:
    payload = bytes.fromhex(work.payload)
    other = (int(work.payload, 16) ^ 1 << 40).to_bytes(8, "big")
    with desk.database.reading() as session:
        found = records.find_by_payload(session, payload)
        assert found is not None
        assert found.work_id == work.work_id
        assert records.find_by_payload(session, other) is None
        assert [number for number, _ in records.fingerprints(session)] == [work.work_id]
        assert [row.work_id for row in records.works_by_tag(session, work.work_id)] == [work.work_id]


def test_a_new_ledger_tells_the_same_story_from_the_chain(desk: Desk, work: WorkView, signed: Path) -> None:
    with desk.database.session() as session:
        before = [(row.kind, row.block, row.account) for row in session.scalars(select(records.TimelineRow))]
        for row in session.scalars(select(ProjectionRow)):
            row.version = 0
    desk.catch_up()
    with desk.database.reading() as session:
        assert [(row.kind, row.block, row.account) for row in session.scalars(select(records.TimelineRow))] == before
    assert show_work(desk, work.work_id) == work


def test_a_state_file_that_was_broken_is_named(song: Path) -> None:
    edit_json(song / "registration.json", salt="short")
    with pytest.raises(UnusableInput, match="salt"):
        read_registration(song)
