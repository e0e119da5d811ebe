"""CIDs: read what others write, print one form, say no to everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partbook.content.cid import DAG_PB, RAW, BlockId, block_id, decode_cid, parse_cid
from partbook.content.varint import decode_varint, encode_varint
from partbook.core.errors import UnusableInput

HELLO = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"

ids = st.builds(BlockId, st.sampled_from([RAW, DAG_PB]), st.binary(min_size=32, max_size=32))


def test_the_cid_of_hello_world_is_the_one_that_the_world_knows() -> None:
    assert block_id(RAW, b"hello world").cid == HELLO


@pytest.mark.parametrize(
    "text",
    [
        HELLO,
        f"ipfs://{HELLO}",
        f" {HELLO}\n",
        HELLO.upper(),
        "f01551220b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
        "zb2rhj7crUKTQYRGCRATFaQ6YFLTde2YzdqbbhAASkL9uRDXn",
    ],
)
def test_the_same_cid_in_another_alphabet_is_the_same_block(text: str) -> None:
    assert parse_cid(text) == block_id(RAW, b"hello world")


def test_a_version_0_cid_and_its_version_1_form_name_the_same_node() -> None:
    old = parse_cid("QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH")
    new = parse_cid("bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y")
    assert (old.version, new.version) == (0, 1)
    assert old.node == new.node
    assert old.cid == new.cid
    assert len(bytes(old)) == 34


@given(ids)
def test_every_cid_reads_back_from_its_text_and_from_its_bytes(id_: BlockId) -> None:
    assert parse_cid(id_.cid) == id_
    assert decode_cid(b"!" + bytes(id_) + b"rest", 1) == (id_, 1 + len(bytes(id_)))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "starts with none"),
        ("hello", "starts with none"),
        (HELLO[:-1], "a letter is missing"),
        (HELLO + "aaaaaaaa", "5 bytes follow"),
        (HELLO.replace("e", "1", 1), "a letter is missing or is none"),
        ("Qm" + "0" * 44, "'0' is not a letter"),
        ("z" + "1" * 60, "version 0"),
        ("b" * 5000, "letters"),
        ("bafkqaaa", "only SHA-256"),
        ("ipfs://" + HELLO + "/../../etc/passwd", "not a CID"),
        ("bafé", "not a CID"),
    ],
)
def test_a_wrong_cid_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(UnusableInput, match=reason):
        parse_cid(text)


@given(st.text(max_size=80))
def test_any_text_is_a_cid_or_is_refused_in_words(text: str) -> None:
    try:
        found = parse_cid(text)
    except UnusableInput as refused:
        reason = str(refused)
    else:
        reason = "" if parse_cid(found.cid).node == found.node else "it reads back as another"
    assert reason == "" or "not a CID" in reason


@given(st.integers(0, 2**63 - 1))
def test_varints_round_trip(value: int) -> None:
    assert decode_varint(encode_varint(value)) == (value, len(encode_varint(value)))


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x80\x00", b"\xff" * 9 + b"\x01"])
def test_a_varint_that_is_cut_padded_or_endless_is_refused(data: bytes) -> None:
    with pytest.raises(UnusableInput, match="varint"):
        decode_varint(data)
