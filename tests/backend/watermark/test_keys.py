import stat
from pathlib import Path

import pytest

from partbook.core.errors import UnusableInput
from partbook.watermark import MarkKey


def test_a_key_file_keeps_the_key_for_its_owner_alone(tmp_path: Path) -> None:
    key = MarkKey.generate(key_id=3)
    path = tmp_path / "keys" / "mark.json"
    key.write(path)
    assert MarkKey.read(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mark.json"
    MarkKey.generate().write(path)
    before = path.read_bytes()
    with pytest.raises(UnusableInput, match="exists"):
        MarkKey.generate().write(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"format": "other", "key_id": 1, "secret": "00"}'])
def test_another_file_is_not_a_key(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mark.json"
    path.write_text(text)
    with pytest.raises(UnusableInput):
        MarkKey.read(path)


def test_the_public_key_rotates_by_its_id_and_stays_the_same_on_every_machine() -> None:
    assert MarkKey.public(1) == MarkKey.public(1)
    assert MarkKey.public(1).secret != MarkKey.public(2).secret
    assert MarkKey.public().secret.hex().startswith("dee7491fd5aa203c")


def test_a_secret_is_not_shown() -> None:
    assert b"k" * 32 not in repr(MarkKey.from_secret(b"k" * 32)).encode()


def test_short_secrets_and_wide_ids_are_refused() -> None:
    with pytest.raises(UnusableInput, match="16 secret bytes"):
        MarkKey.from_secret(b"short")
    with pytest.raises(UnusableInput, match="between 0 and 15"):
        MarkKey.public(16)
