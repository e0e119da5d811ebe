"""The public records and their schemas."""

import subprocess
import sys
from pathlib import Path

import pytest

from partbook.core.errors import UnusableInput
from partbook.works.mark_keys import copy_payload, mark_key_of, own_mark_key, split_copy_number, work_tag
from partbook.works.metadata import EditionMetadata, checked, credits_of
from partbook.works.routes import byte_range
from partbook.works.split_sheet import SheetLine

ROOT = Path(__file__).resolve().parents[3]


def test_the_schema_files_are_those_of_the_models() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "write_schemas.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_field_too_many_is_named() -> None:
    record = {
        "schema": "partbook-edition-metadata-1",
        "name": "Tiny",
        "description": "",
        "animation_url": "ipfs://b",
        "work_metadata": "ipfs://c",
        "ai_bps": 1,
    }
    assert checked(EditionMetadata, record, "record") is record
    with pytest.raises(UnusableInput, match="The record is not valid: e_mail: Extra inputs"):
        checked(EditionMetadata, record | {"e_mail": "a@b.c"}, "record")
    with pytest.raises(UnusableInput, match="animation_url"):
        checked(EditionMetadata, record | {"animation_url": "https://elsewhere"}, "record")


def test_credits_name_each_person_once_with_every_role() -> None:
    def line(name: str, role: str) -> SheetLine:
        return SheetLine(payee="0x" + "11" * 20, name=name, role=role, payout_bps=0, credit_bps=0)

    found = credits_of(
        [line("Ana", "composer"), line("Ben", "performer"), line("Ana", "producer"), line("Ana", "composer")]
    )
    assert found == [{"name": "Ana", "roles": ["composer", "producer"]}, {"name": "Ben", "roles": ["performer"]}]


def test_a_copy_mark_names_edition_serial_and_the_end_of_the_work_number() -> None:
    payload = copy_payload((1 << 30) + 5, 3 << 24 | 77)
    assert payload.work_tag == work_tag(5) == 5
    assert split_copy_number(payload.copy) == (3, 77)


def test_a_registrant_keeps_one_mark_key(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="is not on this machine"):
        own_mark_key(tmp_path, "0xAb")  # type: ignore[arg-type]
    made = mark_key_of(tmp_path, "0xAb")
    assert mark_key_of(tmp_path, "0xaB") == made == own_mark_key(tmp_path, "0xab")  # type: ignore[arg-type]
    assert mark_key_of(tmp_path, "0xcd") != made


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-9", (0, 9)),
        ("bytes=90-", (90, 99)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-5", (95, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=100-", None),
        ("bytes=9-3", None),
        ("bytes=-0", None),
        ("bytes=0-1,5-6", None),
        ("items=0-9", None),
        ("bytes=", None),
        (None, None),
    ],
)
def test_ranges_are_read_as_the_standard_says(header: str | None, found: tuple[int, int] | None) -> None:
    assert byte_range(header, 100) == found
