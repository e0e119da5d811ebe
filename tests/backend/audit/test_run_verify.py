"""`partbook audit verify`: whatever is changed in a folder of reports, the first difference is named."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from catalogue_scene import Auditor

from partbook.core.canonical import canonical_json

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def signed(auditor: Auditor, songs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed report on two files."""
    out = tmp_path_factory.mktemp("signed") / "out"
    auditor("run", songs["match"], songs["none"], "--out", out, "--by", "ana")
    return out


@pytest.fixture
def folder(signed: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(signed, tmp_path / "copy"))


def test_an_untouched_report_is_as_it_was_written(auditor: Auditor, signed: Path) -> None:
    answer = auditor("verify", signed, "--json").json
    assert (answer["ok"], answer["signed"], answer["difference"]) == (True, True, None)
    assert answer["report_sha256"] == hashlib.sha256((signed / "report.json").read_bytes()).hexdigest()
    assert "one that everybody has" in auditor("verify", signed).out, "a key of a local chain proves little"


def test_the_report_is_canonical_json(signed: Path) -> None:
    text = (signed / "report.json").read_bytes()
    assert canonical_json(json.loads(text)) == text


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("report.json", b'"match"', b'"none!"', "report.json has SHA-256"),
        ("report.csv", b"marked,match", b"marked,none", "report.csv, line 2"),
        ("report.csv", b"none.wav", b"gone.wav", "report.csv, line 3"),
        ("report.html", b"<td>match</td>", b"<td>none!</td>", "report.html, line"),
        ("report.html", b"</html>\n", b"</html>\n<script>", "something follows"),
        ("report.csv", b"\n", b"", "report.csv, line 1"),
        ("signature.json", b'"signature": "0x', b'"signature": "0y', "no signature that can be checked"),
        ("signature.json", b'"chain_id": 1337', b'"chain_id": 1', "signed by"),
        ("signature.json", b"{", b"[", "not valid JSON"),
    ],
)
def test_each_change_is_named(auditor: Auditor, folder: Path, name: str, old: bytes, new: bytes, says: str) -> None:
    content = (folder / name).read_bytes()
    assert old in content
    (folder / name).write_bytes(content.replace(old, new, 1))
    answer = auditor("verify", folder, "--json", code=1)
    assert says in answer.json["difference"]
    assert says in answer.said


@pytest.mark.parametrize("name", ["report.json", "report.csv", "report.html", "signature.json"])
def test_each_missing_file_is_named(auditor: Auditor, folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert name in auditor("verify", folder, "--json", code=1).json["difference"]


def _count_less(report: dict[str, Any]) -> None:
    report["counts"]["marked"] -= 1


def _drop_one(report: dict[str, Any]) -> None:
    del report["results"][0]


def _hide_a_verdict(report: dict[str, Any]) -> None:
    report["results"][0]["state"] = "skipped"


@pytest.mark.parametrize("change", [_count_less, _drop_one, _hide_a_verdict])
def test_a_forger_who_also_mends_the_hash_is_found_by_counts_or_signature(
    auditor: Auditor, folder: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    report = json.loads((folder / "report.json").read_text())
    change(report)
    _put(folder, canonical_json(report))
    assert "counts" in auditor("verify", folder, "--json", code=1).json["difference"]


def test_a_consistent_forgery_fails_at_the_signature(auditor: Auditor, folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text())
    report["results"][0]["sha256"] = "0" * 64
    _put(folder, canonical_json(report))
    assert "signed by" in auditor("verify", folder, "--json", code=1).json["difference"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "no results"),
        (b"{}", "no results"),
        (b"\xff", "UTF-8"),
        (b'{"format":"another","results":[]}', "format another"),
        (b'{"format":"partbook-audit-1", "results":[]}', "not canonical"),
        (b'{"format":"partbook-audit-1","results":[]}', "lacks"),
    ],
)
def test_what_is_no_report_is_said_to_be_none(auditor: Auditor, folder: Path, text: bytes, says: str) -> None:
    _put(folder, text)
    assert says in auditor("verify", folder, "--json", code=1).json["difference"]


def _put(folder: Path, text: bytes) -> None:
    """Write a report, and its hash where the signature is."""
    (folder / "report.json").write_bytes(text)
    signature = json.loads((folder / "signature.json").read_text())
    signature["report_sha256"] = hashlib.sha256(text).hexdigest()
    (folder / "signature.json").write_text(json.dumps(signature))
