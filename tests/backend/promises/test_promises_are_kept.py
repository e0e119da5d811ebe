"""What the documents say of tests, invariants and lines of the contracts is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CONTRACT_TESTS = ROOT / "tests" / "contracts"
INVARIANTS = CONTRACT_TESTS / "invariants.md"
PROMISES = ROOT / "docs" / "explanation" / "promises.md"
ROW = re.compile(r"^\| (?P<promise>[^|]+?) \| (?P<numbers>[^|]*) \| (?P<tests>[^|]*) \| (?P<lines>.*) \|$")
LINE = re.compile(r"\[`(?P<shown>[^`]+)`\]\((?P<path>[^)#]+)\)[^`]*`(?P<code>[^`]+)`")
CASE = re.compile(r"`((?:test|testFuzz|invariant|check)_\w+)`")


def names_of_tests() -> set[str]:
    """Every test of the contracts, of the models and of the backend."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        found |= set(re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    for path in [*(CONTRACT_TESTS / "foundry").glob("*.sol"), *(CONTRACT_TESTS / "foundry" / "proofs").glob("*.sol")]:
        found |= set(re.findall(r"function ((?:test|testFuzz|invariant|check)_\w+)", path.read_text(encoding="utf-8")))
    return found


def numbered_invariants() -> dict[int, str]:
    """The rows of the table, by number."""
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", INVARIANTS.read_text(encoding="utf-8"), re.MULTILINE)
    return {int(number): text for number, text in rows}


def promises() -> list[re.Match[str]]:
    """The rows of the table of promises."""
    lines = PROMISES.read_text(encoding="utf-8").splitlines()
    rows = [found for line in lines if (found := ROW.match(line))]
    return [row for row in rows if row["promise"] not in ("Promise", "---")]


def test_every_test_that_an_invariant_names_exists() -> None:
    named = set(CASE.findall(INVARIANTS.read_text(encoding="utf-8")))
    assert len(named) >= 60
    assert named - names_of_tests() == set()


def test_invariants_are_numbered_without_a_gap_and_each_has_traces_or_fuzz() -> None:
    found = numbered_invariants()
    assert sorted(found) == list(range(1, len(found) + 1))
    assert len(found) >= 21
    without = [number for number, text in found.items() if not re.search(r"`(invariant|testFuzz|check)_", text)]
    assert without == []


def test_every_stateful_invariant_is_in_the_table() -> None:
    written = {name for name in names_of_tests() if name.startswith("invariant_")}
    assert len(written) >= 20
    assert written - set(CASE.findall(INVARIANTS.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("row", promises(), ids=lambda row: row["promise"][:40])
def test_a_promise_names_invariants_tests_and_lines_that_exist(row: re.Match[str]) -> None:
    numbers = [int(number) for number in re.findall(r"\d+", row["numbers"])]
    assert numbers or row["numbers"].strip() == "–"
    assert set(numbers) <= set(numbered_invariants())
    cases = CASE.findall(row["tests"])
    assert cases
    assert set(cases) <= names_of_tests()
    lines = list(LINE.finditer(row["lines"]))
    assert lines
    for line in lines:
        source = (PROMISES.parent / line["path"]).resolve()
        assert source.is_relative_to(ROOT)
        assert line["code"] in source.read_text(encoding="utf-8"), f"{line['code']} is not in {line['path']}"


def test_every_promise_of_the_readme_has_its_row() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## What it proves, and what it does not")[2].partition("\n## ")[0]
    listed = re.findall(r"^- (.+?)(?=\n- |\n\n)", section, re.MULTILINE | re.DOTALL)
    assert len(listed) >= 5
    kept = {re.sub(r"\W+", " ", row["promise"]).strip().lower() for row in promises()}
    for promise in listed:
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", promise)
        words = re.sub(r"\W+", " ", plain).strip().lower()
        assert any(words.startswith(start) for start in kept), f"No row of promises.md begins as: {promise}"
