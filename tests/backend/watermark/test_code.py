import hashlib

import numpy as np

from partbook.watermark import MarkKey
from partbook.watermark.check import MESSAGE_BITS
from partbook.watermark.codeword import FALSE_NAME_PER_DECODE, code_bits, decode
from partbook.watermark.pattern import pattern_of
from partbook.watermark.polar import CODE_BITS, encode, message_positions

KEY = MarkKey.public()
PAYLOAD = bytes.fromhex("1142420000000007")


def noisy(bits: np.ndarray, noise: float, seed: int) -> np.ndarray:
    """Log-likelihoods of code bits sent as ±1 through Gaussian noise."""
    heard = 1 - 2.0 * bits + noise * np.random.default_rng(seed).standard_normal(len(bits))
    return (2 * heard / noise**2).astype(np.float32)


def test_the_code_and_the_public_pattern_are_the_same_on_every_machine() -> None:
    pattern = pattern_of(KEY)
    digest = hashlib.sha256(message_positions(MESSAGE_BITS).astype("<i4").tobytes())
    digest.update(pattern.chips.astype("<i1").tobytes() + pattern.code_index.astype("<i2").tobytes())
    digest.update(code_bits(PAYLOAD, KEY).tobytes())
    assert digest.hexdigest() == "adce51ad853c4e96b448d86e22675adbd3df7ae6d6b04835bf061c1b4c02f933"


def test_one_input_at_a_time_spreads_over_the_code_word() -> None:
    first = np.zeros(MESSAGE_BITS, np.uint8)
    first[-1] = 1
    assert message_positions(MESSAGE_BITS)[-1] == CODE_BITS - 1
    assert encode(first).all()


def test_a_payload_survives_a_quarter_of_the_bits_wrong() -> None:
    bits = code_bits(PAYLOAD, KEY)
    for seed in range(5):
        received = noisy(bits, 1.5, seed)
        assert np.mean((received < 0) != bits) > 0.22
        assert decode(received, KEY) == PAYLOAD


def test_a_longer_list_finds_payloads_that_a_shorter_one_misses() -> None:
    received = [noisy(code_bits(PAYLOAD, KEY), 2.5, seed) for seed in range(60)]
    short, long = ([decode(one, KEY, size) for one in received] for size in (32, 256))
    assert {found for found in long if found} == {PAYLOAD}
    assert all(found == PAYLOAD for found, before in zip(long, short, strict=True) if before)
    assert sum(map(bool, short)) < sum(map(bool, long)) < len(received)


def test_noise_never_passes_the_check() -> None:
    silence = np.zeros(CODE_BITS, np.uint8)
    assert [decode(noisy(silence, 50.0, seed), KEY) for seed in range(100)] == [None] * 100


def test_the_code_word_of_another_key_never_passes() -> None:
    other = MarkKey.from_secret(b"another key, 24 bytes ok", 1)
    assert decode(noisy(code_bits(PAYLOAD, other), 0.1, 1), KEY) is None


def test_the_chance_of_a_false_name_is_the_list_times_the_check() -> None:
    assert FALSE_NAME_PER_DECODE == 32 / 2**40


def test_every_fifth_tile_is_a_pilot_and_the_rest_serve_all_bits_alike() -> None:
    index = pattern_of(KEY).code_index
    assert abs(np.mean(index < 0) - 0.2) < 0.001
    share = np.bincount(index[index >= 0], minlength=CODE_BITS)
    assert share.max() - share.min() <= 1
    assert abs(float(pattern_of(KEY).chips.mean())) < 0.01
