import pytest
from hypothesis import given
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.watermark import CopyPayload, WorkPayload, from_hex, unpack

NIBBLE = st.integers(0, 15)


@given(NIBBLE, st.integers(0, 2**16 - 1), st.integers(0, 2**40 - 1))
def test_a_work_payload_comes_back_and_packs_as_the_contract_does(key_id: int, registry: int, work: int) -> None:
    payload = WorkPayload(key_id, registry, work)
    assert unpack(payload.pack()) == payload
    assert int.from_bytes(payload.pack(), "big") == 1 << 60 | key_id << 56 | registry << 40 | work


@given(NIBBLE, st.integers(0, 2**24 - 1), st.integers(0, 2**32 - 1))
def test_a_copy_payload_comes_back(key_id: int, work_tag: int, copy: int) -> None:
    payload = CopyPayload(key_id, work_tag, copy)
    assert unpack(payload.pack()) == payload
    assert int.from_bytes(payload.pack(), "big") == 2 << 60 | key_id << 56 | work_tag << 32 | copy


def test_hexadecimal_is_sixteen_digits_both_ways() -> None:
    payload = WorkPayload(key_id=1, registry=0x4242, work=7)
    assert payload.hex() == "1142420000000007"
    assert from_hex("0x1142420000000007") == payload.pack()


@pytest.mark.parametrize("text", ["", "11", "1142420000000007ff", "zz42420000000007", "114242000000000٧"])
def test_other_text_is_not_a_payload(text: str) -> None:
    with pytest.raises(UnusableInput, match="16 hexadecimal digits"):
        from_hex(text)


@pytest.mark.parametrize(
    "payload",
    [
        WorkPayload(16, 0, 1),
        WorkPayload(1, 1 << 16, 1),
        WorkPayload(1, 0, 1 << 40),
        CopyPayload(1, 1 << 24, 1),
        CopyPayload(1, 0, -1),
    ],
)
def test_a_field_too_wide_is_refused(payload: WorkPayload | CopyPayload) -> None:
    with pytest.raises(UnusableInput, match="between 0 and"):
        payload.pack()


def test_an_unknown_version_or_length_is_refused() -> None:
    with pytest.raises(UnusableInput, match="version 3"):
        unpack(bytes.fromhex("3100000000000001"))
    with pytest.raises(UnusableInput, match="8 bytes long, not 7"):
        unpack(bytes(7))
