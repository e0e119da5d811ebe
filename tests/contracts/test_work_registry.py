"""Commitments, seals and recordings: what the registry keeps, in which order, and what it refuses."""

from dataclasses import replace

import pytest
import sheets
from brownie import chain, web3
from emitted import emitted
from eth_abi import encode
from refusals import refused
from seconds import at
from sheets import COMPOSITION, MASTER, Sheet, edge, line, list_hash, split_id
from tellings import plain

SALT = b"\x05" * 32
EMPTY = b"\x00" * 32


def commitment_of(registrant, audio, salt=SALT):
    """What a registrant commits."""
    return bytes(web3.keccak(encode(["address", "bytes32", "bytes32"], [registrant.address, audio, salt])))


def solo(person, **changes):
    """A sheet of one person's new recording."""
    return replace(Sheet([line(person, 10_000)], [line(person, 10_000)], sheets.new_audio()), **changes)


def test_the_registry_makes_a_vault_and_a_dispute_module_that_know_it(registry, vault, disputes, authority):
    assert vault.registry() == disputes.registry() == registry.address
    assert vault.authority() == disputes.authority() == authority.address
    assert vault.address != disputes.address
    assert (registry.works(), disputes.disputes()) == (0, 0)


def test_a_commitment_takes_the_next_number_and_shows_nothing(registry, ada, ben):
    first = registry.commit(b"\x01" * 32, {"from": ada})
    assert first.return_value == 1
    emitted(first, "WorkCommitted", workId=1, registrant=ada, commitment=b"\x01" * 32)
    assert registry.commit(b"\x01" * 32, {"from": ben}).return_value == 2
    assert registry.works() == 2
    assert plain(registry.work(1)) == (ada.address, first.timestamp, 0, 0, 0, plain(EMPTY))
    assert registry.work(2).dict()["registrant"] == ben
    assert not registry.isSealed(1)


def test_an_empty_commitment_is_refused(registry, ada):
    with refused("WorkRegistry_EmptyCommitment", ada):
        registry.commit(EMPTY, {"from": ada})
    assert registry.works() == 0


def test_a_sealed_work_keeps_its_sheet(registry, song, ada):
    kept = registry.work(song.id).dict()
    assert registry.isSealed(song.id)
    assert kept["registrant"] == ada
    assert kept["version"] == 1
    assert (kept["masterAiBps"], kept["compositionAiBps"]) == (0, 3000)
    assert bytes(kept["metadataHash"]) == song.sheet.metadata
    assert chain.time() >= kept["committedAt"] > 0
    assert registry.workOfAudio(song.sheet.audio) == song.id
    assert registry.disputeOf(song.id) == 0


def test_the_seal_event_tells_the_whole_sheet(registry, ada, ben):
    sheet = Sheet([line(ada, 10_000, ai=7)], [line(ben, 10_000, ai=30)], sheets.new_audio(), uri="ipfs://somewhere")
    work_id = sheets.commit(registry, ada, sheet.audio)
    tx = sheets.seal(registry, ada, work_id, sheet, [ada, ben])
    emitted(
        tx,
        "SheetSealed",
        workId=work_id,
        version=1,
        registrant=ada,
        metadataHash=sheet.metadata,
        audioHash=sheet.audio,
        masterAiBps=700,
        compositionAiBps=3000,
        uri="ipfs://somewhere",
        master=sheet.master,
        composition=sheet.composition,
    )
    assert "AudioClaimMoved" not in tx.events


def test_split_ids_and_list_hashes_follow_their_formula(registry, vault, song):
    for side in (MASTER, COMPOSITION):
        for version in (1, 2, 2**32 - 1):
            assert bytes(registry.splitId(song.id, side, version)) == split_id(song.id, side, version)
        split = split_id(song.id, side, 1)
        assert split[-1] & 1 == side
        assert bytes(registry.currentSplit(song.id, side)) == split
        assert bytes(vault.listHash(split)) == list_hash(song.lines(side))
        assert bytes(vault.listHash(split_id(song.id, side, 2))) == EMPTY


def test_there_are_only_two_sides(registry, song):
    for side in (2, 255):
        with refused("WorkRegistry_UnknownSide", side):
            registry.splitId(song.id, side, 1)
        with refused("WorkRegistry_UnknownSide", side):
            registry.currentSplit(song.id, side)


def test_only_a_sealed_work_has_a_current_split(registry, ada):
    work_id = sheets.commit(registry, ada, sheets.new_audio())
    with refused("WorkRegistry_NotSealed", work_id):
        registry.currentSplit(work_id, MASTER)


def test_an_empty_metadata_hash_is_refused(registry, ada):
    sheet = solo(ada, metadata=EMPTY)
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_EmptyHash", work_id, EMPTY, sheet.audio):
        sheets.seal(registry, ada, work_id, sheet, [ada])


def test_an_empty_audio_hash_is_refused(registry, ada):
    sheet = solo(ada, audio=EMPTY)
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_EmptyHash", work_id, sheet.metadata, EMPTY):
        sheets.seal(registry, ada, work_id, sheet, [ada])


def test_only_the_recording_and_salt_that_were_committed_open_a_work(registry, ada):
    sheet = solo(ada)
    work_id = sheets.commit(registry, ada, sheet.audio)
    committed = commitment_of(ada, sheet.audio)
    other_salt, other_audio = b"\x06" * 32, sheets.new_audio()
    with refused("WorkRegistry_CommitmentDiffers", work_id, committed, commitment_of(ada, sheet.audio, other_salt)):
        sheets.seal(registry, ada, work_id, sheet, [ada], salt=other_salt)
    with refused("WorkRegistry_CommitmentDiffers", work_id, committed, commitment_of(ada, other_audio)):
        sheets.seal(registry, ada, work_id, replace(sheet, audio=other_audio), [ada])
    sheets.seal(registry, ada, work_id, sheet, [ada])
    assert registry.isSealed(work_id)


def test_a_copied_commitment_opens_nothing_for_the_copier(registry, ada, stranger):
    sheet = solo(stranger)
    seen = commitment_of(ada, sheet.audio)
    work_id = registry.commit(seen, {"from": stranger}).return_value
    with refused("WorkRegistry_CommitmentDiffers", work_id, seen, commitment_of(stranger, sheet.audio)):
        sheets.seal(registry, stranger, work_id, sheet, [stranger])


def test_a_copied_reveal_seals_nothing_for_the_copier(registry, ada, stranger):
    sheet = solo(ada)
    work_id = sheets.commit(registry, ada, sheet.audio)
    seen = registry.seal.encode_input(work_id, SALT, sheet.encoded(), sheets.consents([ada], registry, work_id, sheet))
    with refused("WorkRegistry_NotRegistrant", work_id, ada, stranger):
        stranger.transfer(registry, 0, data=seen)
    # a sheet of his own for the recording that he has just seen comes under a later number
    copy = solo(stranger, audio=sheet.audio)
    copy_id = sheets.commit(registry, stranger, copy.audio)
    sheets.seal(registry, stranger, copy_id, copy, [stranger])
    ada.transfer(registry, 0, data=seen)
    assert registry.isSealed(work_id)
    assert registry.workOfAudio(sheet.audio) == work_id


def test_only_the_registrant_seals_and_amends(registry, song, ada, stranger):
    sheet = solo(ada)
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_NotRegistrant", work_id, ada, stranger):
        sheets.seal(registry, stranger, work_id, sheet, [ada])
    with refused("WorkRegistry_NotRegistrant", song.id, ada, stranger):
        registry.amend(song.id, sheet.encoded(), *song_lists(song), [], {"from": stranger})


def song_lists(song):
    """The lists that an amendment repeats."""
    return song.sheet.master, song.sheet.composition


@pytest.mark.parametrize("next_number", [True, False], ids=["the next number", "0"])
def test_an_unknown_work_is_refused_everywhere(registry, song, ada, next_number):
    sheet = song.sheet.encoded()
    unknown = registry.works() + 1 if next_number else 0
    for call in (
        lambda: registry.work(unknown),
        lambda: registry.currentSplit(unknown, MASTER),
        lambda: registry.payloadOf(unknown, 0),
        lambda: registry.consent(unknown, sheet, {"from": ada}),
        lambda: registry.seal(unknown, SALT, sheet, [], {"from": ada}),
        lambda: registry.amend(unknown, sheet, *song_lists(song), [], {"from": ada}),
    ):
        with refused("WorkRegistry_UnknownWork", unknown, registry.works()):
            call()
    assert not registry.isSealed(unknown)


def test_a_work_is_sealed_once(registry, song, ada, ben, cleo):
    with refused("WorkRegistry_AlreadySealed", song.id, 1):
        sheets.seal(registry, ada, song.id, song.sheet, [ada, ben, cleo])


@pytest.mark.parametrize("version", [0, 2])
def test_a_first_sheet_has_version_one(registry, ada, version):
    sheet = solo(ada, version=version)
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_WrongVersion", work_id, version, 1):
        sheets.seal(registry, ada, work_id, sheet, [ada])


def test_signatures_end_with_their_deadline(registry, ada):
    deadline = chain.time() + 1000
    timely, late = (solo(ada, deadline=deadline) for _ in range(2))
    timely_id, late_id = (sheets.commit(registry, ada, one.audio) for one in (timely, late))
    given = sheets.consents([ada], registry, timely_id, timely)
    at(deadline, registry.seal, timely_id, SALT, timely.encoded(), given, {"from": ada})
    assert registry.isSealed(timely_id)
    given = sheets.consents([ada], registry, late_id, late)
    with refused("WorkRegistry_DeadlinePassed", deadline, deadline + 1):
        at(deadline + 1, registry.seal, late_id, SALT, late.encoded(), given, {"from": ada})
    assert not registry.isSealed(late_id)


def test_the_later_commit_of_the_same_recording_is_refused(registry, song, ben):
    copy = solo(ben, audio=song.sheet.audio)
    work_id = sheets.commit(registry, ben, copy.audio)
    with refused("WorkRegistry_AudioTaken", song.sheet.audio, song.id):
        sheets.seal(registry, ben, work_id, copy, [ben])
    assert registry.workOfAudio(song.sheet.audio) == song.id


def test_the_earlier_commit_wins_even_when_it_is_sealed_later(registry, ada, ben):
    audio = sheets.new_audio()
    early, late = (solo(one, audio=audio) for one in (ada, ben))
    early_id = sheets.commit(registry, ada, audio)
    late_id = sheets.commit(registry, ben, audio)
    sheets.seal(registry, ben, late_id, late, [ben])
    assert registry.workOfAudio(audio) == late_id
    tx = sheets.seal(registry, ada, early_id, early, [ada])
    emitted(tx, "AudioClaimMoved", audioHash=audio, fromWork=late_id, toWork=early_id)
    assert registry.workOfAudio(audio) == early_id
    assert registry.isSealed(late_id)  # its payees keep what came under it


def test_an_edge_needs_an_earlier_sealed_parent(registry, song, ada):
    open_id = sheets.commit(registry, ada, sheets.new_audio())
    with refused("WorkRegistry_NotSealed", open_id):
        sheets.seal_work(registry, ada, [edge(open_id, 1000), line(ada, 9000, 10_000)], [line(ada, 10_000)])
    for ahead in (0, 1):  # itself, and one that does not exist
        itself = registry.works() + 1
        with refused("WorkRegistry_ParentNotEarlier", itself, itself + ahead):
            sheets.seal_work(registry, ada, [edge(itself + ahead, 1000), line(ada, 9000, 10_000)], [line(ada, 10_000)])
    with refused("WorkRegistry_UnknownWork", 0, registry.works() + 1):
        sheets.seal_work(registry, ada, [edge(0, 1000), line(ada, 9000, 10_000)], [line(ada, 10_000)])
