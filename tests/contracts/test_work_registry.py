"""What the registry keeps, in which order, and what it refuses about a sheet's form."""

from dataclasses import replace

import pytest
import sheets
from brownie import chain, web3
from eth_abi import encode
from refusals import refused
from sheets import COMPOSITION, MASTER, Sheet, edge, line

SALT = b"\x05" * 32


def test_a_commitment_takes_the_next_number_and_shows_nothing(registry, ada, ben):
    first = registry.commit(b"\x01" * 32, {"from": ada})
    assert first.return_value == 1
    assert dict(first.events["WorkCommitted"]) == {
        "workId": 1,
        "registrant": ada.address,
        "commitment": "0x" + "01" * 32,
    }
    assert registry.commit(b"\x01" * 32, {"from": ben}).return_value == 2
    assert registry.works() == 2
    kept = registry.work(1).dict()
    assert (kept["registrant"], kept["sealedAt"], kept["version"]) == (ada.address, 0, 0)
    assert kept["committedAt"] == chain[first.block_number].timestamp
    assert int(str(kept["audioHash"]), 16) == 0
    assert not registry.isSealed(1)


def test_an_empty_commitment_is_refused(registry, ada):
    with refused("WorkRegistry_EmptyCommitment", ada):
        registry.commit(b"\x00" * 32, {"from": ada})


def test_a_sealed_work_keeps_its_sheet(registry, song, ada, ben, cleo):
    kept = registry.work(song.id).dict()
    assert registry.isSealed(song.id)
    assert kept["registrant"] == ada
    assert kept["version"] == 1
    assert bytes(kept["audioHash"]) == song.sheet.audio
    assert bytes(kept["metadataHash"]) == song.sheet.metadata
    assert kept["sealedAt"] >= kept["committedAt"] > 0
    assert registry.workOfAudio(song.sheet.audio) == song.id
    signers = sorted((one.address for one in (ada, ben, cleo)), key=lambda address: int(address, 16))
    padded = b"".join(encode(["address"], [signer]) for signer in signers)
    assert bytes(kept["signersHash"]) == bytes(web3.keccak(padded))


def test_the_seal_event_rebuilds_the_whole_sheet(registry, ada, ben):
    sheet = Sheet([line(ada, 10_000)], [line(ben, 10_000, ai=30)], sheets.new_audio(), uri="ipfs://somewhere")
    work_id = sheets.commit(registry, ada, sheet.audio)
    event = sheets.seal(registry, ada, work_id, sheet, [ada, ben]).events["SheetSealed"]
    assert (event["workId"], event["version"], event["registrant"]) == (work_id, 1, ada)
    assert (event["masterAiBps"], event["compositionAiBps"]) == (0, 3000)
    assert event["uri"] == "ipfs://somewhere"
    assert list(event["master"]) == sheet.master
    assert list(event["composition"]) == sheet.composition
    assert sorted(event["signers"]) == sorted([ada.address, ben.address])


def test_split_ids_and_list_hashes_follow_their_formula(registry, song):
    for side in (MASTER, COMPOSITION):
        split = registry.splitId(song.id, side, 1)
        assert bytes(split) == bytes(web3.keccak(encode(["uint256", "uint8", "uint32"], [song.id, side, 1])))
        assert registry.currentSplit(song.id, side) == split
        packed = b"".join(word.to_bytes(32, "big") for word in song.lines(side))
        assert bytes(registry.listHash(split)) == bytes(web3.keccak(packed))
    assert int(str(registry.listHash(registry.splitId(song.id, MASTER, 2))), 16) == 0


def test_there_are_only_two_sides(registry, song):
    with refused("WorkRegistry_UnknownSide", 2):
        registry.splitId(song.id, 2, 1)
    with refused("WorkRegistry_UnknownSide", 2):
        registry.currentSplit(song.id, 2)


def test_the_ai_share_is_the_credit_weighted_sum_rounded_down_once(registry, ada):
    master = [line(ada, 3334, 3333, ai=1), line(ada, 3333, 3333, ai=1), line(ada, 3333, 3334, ai=1)]
    work = sheets.seal_work(registry, ada, master, [line(ada, 10_000, ai=100)])
    kept = registry.work(work.id).dict()
    assert kept["masterAiBps"] == 100  # three roundings would give 99
    assert kept["compositionAiBps"] == 10_000


def test_payout_and_credit_are_independent(registry, ada, ben):
    lists = [line(ada, 0, 10_000, ai=40), line(ben, 10_000, 0)]
    work = sheets.seal_work(registry, ada, lists, signers=[ada, ben])
    assert registry.work(work.id).dict()["masterAiBps"] == 4000


def test_a_list_of_one_hundred_lines_is_sealed_and_one_more_is_refused(registry, ada):
    hundred = [line(ada, 100)] * 100
    assert sheets.seal_work(registry, ada, hundred).id
    with refused("WorkRegistry_LineCount", MASTER, 101, 100):
        sheets.seal_work(registry, ada, [*hundred, line(ada, 0)], [line(ada, 10_000)])


def seal_lists(registry, ada, master, composition):
    """Try to seal a new work of Ada's with these lists."""
    return sheets.seal_work(registry, ada, master, composition)


@pytest.mark.parametrize("side", [MASTER, COMPOSITION])
def test_shares_that_do_not_add_up_are_refused(registry, ada, side):
    whole = [line(ada, 10_000)]
    for payouts in ((6000, 4400), (6000, 3999), (0, 0)):
        wrong = [line(ada, payouts[0], 5000), line(ada, payouts[1], 5000)]
        with refused("WorkRegistry_SharesDoNotAddUp", side, sum(payouts), 10_000):
            seal_lists(registry, ada, *((wrong, whole) if side == MASTER else (whole, wrong)))
    wrong = [line(ada, 10_000, 10_400)]
    with refused("WorkRegistry_CreditsDoNotAddUp", side, 10_400, 10_000):
        seal_lists(registry, ada, *((wrong, whole) if side == MASTER else (whole, wrong)))


def test_an_empty_list_is_refused(registry, ada):
    sheet = Sheet([line(ada, 10_000)], [], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_LineCount", COMPOSITION, 0, 100):
        sheets.seal(registry, ada, work_id, sheet, [ada])


@pytest.mark.parametrize(
    "malform",
    [
        lambda word: word & ~(2**160 - 1),  # nobody named
        lambda word: word & ~(0xFFFF << 192),  # no role
        lambda word: word | 101 << 208,  # 101 % by a machine
        lambda word: word | 2 << 216,  # a flag that means nothing
        lambda word: word | 1 << 224,  # reserved bits
        lambda word: word | 1 << 255,
    ],
    ids=["no payee", "no role", "101 percent", "unknown flag", "reserved bit", "highest bit"],
)
def test_a_malformed_line_is_refused(registry, ada, malform):
    good = line(ada, 5000)
    bad = malform(good)
    with refused("WorkRegistry_LineMalformed", MASTER, 1, bad):
        seal_lists(registry, ada, [good, bad], [line(ada, 10_000)])


def test_an_empty_metadata_hash_is_refused(registry, ada):
    sheet = Sheet([line(ada, 10_000)], [line(ada, 10_000)], sheets.new_audio(), metadata=b"\x00" * 32)
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_EmptyHash", work_id, sheet.metadata, sheet.audio):
        sheets.seal(registry, ada, work_id, sheet, [ada])


def test_an_empty_audio_hash_is_refused(registry, ada):
    sheet = Sheet([line(ada, 10_000)], [line(ada, 10_000)], b"\x00" * 32)
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_EmptyHash", work_id, sheet.metadata, sheet.audio):
        sheets.seal(registry, ada, work_id, sheet, [ada])


def test_only_the_recording_and_salt_that_were_committed_open_a_work(registry, ada):
    sheet = Sheet([line(ada, 10_000)], [line(ada, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_CommitmentDiffers"):
        sheets.seal(registry, ada, work_id, sheet, [ada], salt=b"\x06" * 32)
    with refused("WorkRegistry_CommitmentDiffers"):
        sheets.seal(registry, ada, work_id, replace(sheet, audio=sheets.new_audio()), [ada])


def test_a_copied_commitment_opens_nothing_for_the_copier(registry, ada, stranger):
    sheet = Sheet([line(stranger, 10_000)], [line(stranger, 10_000)], sheets.new_audio())
    seen = web3.keccak(encode(["address", "bytes32", "bytes32"], [ada.address, sheet.audio, SALT]))
    work_id = registry.commit(seen, {"from": stranger}).return_value
    with refused("WorkRegistry_CommitmentDiffers"):
        sheets.seal(registry, stranger, work_id, sheet, [stranger])


def test_only_the_registrant_seals_and_amends(registry, song, ada, stranger):
    sheet = Sheet([line(ada, 10_000)], [line(ada, 10_000)], sheets.new_audio())
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_NotRegistrant", work_id, ada, stranger):
        sheets.seal(registry, stranger, work_id, sheet, [ada])
    with refused("WorkRegistry_NotRegistrant", song.id, ada, stranger):
        registry.amend(song.id, sheet.encoded(), [], [], {"from": stranger})


def test_an_unknown_work_is_refused_everywhere(registry, song, ada):
    sheet = song.sheet.encoded()
    for call in (
        lambda: registry.work(99),
        lambda: registry.currentSplit(99, MASTER),
        lambda: registry.payloadOf(99, 0),
        lambda: registry.seal(99, SALT, sheet, [], {"from": ada}),
        lambda: registry.amend(99, sheet, [], [], {"from": ada}),
    ):
        with refused("WorkRegistry_UnknownWork", 99, registry.works()):
            call()
    assert not registry.isSealed(99)


def test_a_work_is_sealed_once(registry, song, ada, ben, cleo):
    with refused("WorkRegistry_AlreadySealed", song.id, 1):
        sheets.seal(registry, ada, song.id, song.sheet, [ada, ben, cleo])


def test_a_first_sheet_has_version_one(registry, ada):
    sheet = Sheet([line(ada, 10_000)], [line(ada, 10_000)], sheets.new_audio(), version=2)
    work_id = sheets.commit(registry, ada, sheet.audio)
    with refused("WorkRegistry_WrongVersion", work_id, 2, 1):
        sheets.seal(registry, ada, work_id, sheet, [ada])


def test_the_later_commit_of_the_same_recording_is_refused(registry, song, ben):
    copy = Sheet([line(ben, 10_000)], [line(ben, 10_000)], song.sheet.audio)
    work_id = sheets.commit(registry, ben, copy.audio)
    with refused("WorkRegistry_AudioTaken", song.sheet.audio, song.id):
        sheets.seal(registry, ben, work_id, copy, [ben])


def test_the_earlier_commit_wins_even_when_it_is_sealed_later(registry, ada, ben):
    audio = sheets.new_audio()
    early, late = (Sheet([line(one, 10_000)], [line(one, 10_000)], audio) for one in (ada, ben))
    early_id = sheets.commit(registry, ada, audio)
    late_id = sheets.commit(registry, ben, audio)
    sheets.seal(registry, ben, late_id, late, [ben])
    assert registry.workOfAudio(audio) == late_id
    moved = sheets.seal(registry, ada, early_id, early, [ada]).events["AudioClaimMoved"]
    assert (moved["fromWork"], moved["toWork"]) == (late_id, early_id)
    assert registry.workOfAudio(audio) == early_id


def test_an_edge_needs_an_earlier_sealed_parent(registry, song, ada):
    open_id = sheets.commit(registry, ada, sheets.new_audio())
    with refused("WorkRegistry_NotSealed", open_id):
        sheets.seal_work(registry, ada, [edge(open_id, 1000), line(ada, 9000, 10_000)], [line(ada, 10_000)])
    itself = registry.works() + 1
    with refused("WorkRegistry_ParentNotEarlier", itself, itself):
        sheets.seal_work(registry, ada, [edge(itself, 1000), line(ada, 9000, 10_000)], [line(ada, 10_000)])


def test_an_edge_leads_to_the_parents_current_split_of_the_same_side(registry, song, ada, ben):
    lists = [edge(song.id, 1000), line(ben, 9000, 10_000)]
    remix = sheets.seal_work(registry, ben, lists, signers=[ada, ben])
    for side in (MASTER, COMPOSITION):
        assert registry.parentSplit(remix.split(side), song.id) == song.split(side)
    sheets.amend_work(song, song.signers, metadata=b"\x22" * 32)
    for side in (MASTER, COMPOSITION):
        assert registry.parentSplit(remix.split(side), song.id) == registry.splitId(song.id, side, 2)
