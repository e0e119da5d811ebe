"""Read Humdrum **kern: one column of text for each staff, time running down the page.

Source: Huron, The Humdrum Toolkit: Reference Manual, 1994 (kern, spine paths).
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from composer_training.pieces import KEYBOARD, OTHER, STRING, VOICE, Piece, Staff, Unreadable
from partbook.music.model.tokens import GRID

FINE = 7_207_200
"""Parts of a quarter in which time is counted while reading: 2^5·3^2·5^2·7·11·13, so that tuplets come out even."""
STEP = FINE // GRID
_LENGTH = re.compile(r"(\d+)(?:%(\d+))?(\.*)")
_PITCH = re.compile(r"([a-gA-G])\1*")
_SEMITONES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_METRE = re.compile(r"\*M(\d+)/(\d+)")
_SIGNATURE = re.compile(r"\*k\[([a-g#-]*)\]")
_KEYBOARDS = ("piano", "forte", "cemba", "organ", "clavi", "klav")
_STRINGS = ("violn", "viola", "cello", "cbass", "vlne", "violo")
_VOICES = ("vox", "soprn", "alto", "calto", "tenor", "canto", "mezzo", "baritn")


class Sound(NamedTuple):
    """What one cell of the page says.

    Args:
        length: parts of FINE; 0 for grace notes.
        pitches: MIDI pitches; none for a rest.
        ties: for each pitch, "[" it begins a tie, "_" it goes on, "]" it ends, "" none.
    """

    length: int
    pitches: tuple[int, ...]
    ties: tuple[str, ...]


@dataclass
class _Column:
    """One column as it stands now.

    Args:
        staff: number of the staff it writes, None for a column of text or dynamics.
        until: when its present note or rest ends.
    """

    staff: int | None
    until: int = 0


@dataclass
class _Page:
    """What has been read so far, in parts of FINE."""

    staves: list[Staff] = field(default_factory=list)
    columns: list[_Column] = field(default_factory=list)
    now: int = 0
    last: int = 0
    barlines: list[int] = field(default_factory=lambda: [0])
    metres: list[tuple[int, int, int]] = field(default_factory=list)
    signatures: list[tuple[int, int]] = field(default_factory=list)
    tied: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    notes: list[list[list[int]]] = field(default_factory=list)


@lru_cache(maxsize=200_000)
def read_cell(cell: str) -> Sound:
    """The notes of one cell, such as `4.cc#` or `8F\\L 8A`."""
    length, pitches, ties = 0, [], []
    for part in cell.split():
        if "q" in part or "Q" in part:
            continue
        found = _LENGTH.search(part)
        if found:
            length = _length(found)
        note = _PITCH.search(part)
        if note is None or "r" in part or "yy" in part:
            continue
        letters = note.group(0)
        octave = 4 + len(letters) if letters.islower() else 5 - len(letters)
        rest = part[note.end() :]
        signs = rest[: len(rest) - len(rest.lstrip("#-"))]
        pitch = 12 * octave + _SEMITONES[letters[0].lower()] + signs.count("#") - signs.count("-")
        pitches.append(pitch)
        ties.append("_" if "_" in part else "[" if "[" in part else "]" if "]" in part else "")
    return Sound(length, tuple(pitches), tuple(ties))


def _length(found: re.Match[str]) -> int:
    recip, over, dots = found.groups()
    whole = 4 * FINE
    breve = set(recip) == {"0"}
    length = whole << len(recip) if breve else whole * int(over or 1) // int(recip)
    return length * ((2 << len(dots)) - 1) >> len(dots)


def read_kern(text: str) -> Piece:
    """A piece from the text of a .krn file.

    Args:
        text: the whole file.

    Returns:
        The piece, staves from the top of the page downward; repeats are not played out.

    Raises:
        Unreadable: no **kern column, or columns that do not add up.
    """
    page = _Page()
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("!!"):
            continue
        cells = line.split("\t")
        if line.startswith("**"):
            _begin(page, cells)
        elif len(cells) != len(page.columns):
            raise Unreadable(f"line {number} has {len(cells)} columns where {len(page.columns)} are open")
        elif line.startswith("*"):
            _interpret(page, cells)
        elif line.startswith("="):
            _barline(page)
        elif not line.startswith("!"):
            _sound(page, cells)
    if not page.staves or page.now == 0:
        raise Unreadable("no notes")
    page.now = page.last
    _barline(page)
    for staff, notes in zip(page.staves, page.notes, strict=True):
        on_grid = {
            (_step(start), max(1, _step(start + length) - _step(start)), pitch) for start, length, pitch in notes
        }
        staff.notes = sorted(on_grid)
    lines = [_step(line) for line in page.barlines]
    bars = [(start, end - start) for start, end in pairwise(lines) if end > start]
    metres = [(_step(at), beats, unit) for at, beats, unit in page.metres]
    signatures = [(_step(at), sharps) for at, sharps in page.signatures]
    return Piece(page.staves[::-1], bars, metres, signatures)


def _step(time: int) -> int:
    return (2 * time + STEP) // (2 * STEP)


def _begin(page: _Page, cells: list[str]) -> None:
    for cell in cells:
        staff = None
        if cell == "**kern":
            staff = len(page.staves)
            page.staves.append(Staff("", OTHER))
            page.notes.append([])
        page.columns.append(_Column(staff))


def _interpret(page: _Page, cells: list[str]) -> None:
    if any(cell in ("*^", "*v", "*+", "*-", "*x") for cell in cells):
        _rearrange(page, cells)
        return
    for column, cell in zip(page.columns, cells, strict=True):
        if column.staff is None or cell == "*":
            continue
        staff = page.staves[column.staff]
        metre, signature = _METRE.fullmatch(cell), _SIGNATURE.fullmatch(cell)
        if metre and (not page.metres or page.metres[-1][1:] != (int(metre[1]), int(metre[2]))):
            page.metres.append((page.now, int(metre[1]), int(metre[2])))
        elif signature:
            sharps = signature[1].count("#") - signature[1].count("-")
            if column.staff == 0 and (not page.signatures or page.signatures[-1][1] != sharps):
                page.signatures.append((page.now, sharps))
        elif cell.startswith('*I"'):
            staff.name = cell[3:]
        elif cell.startswith("*IC") or cell.startswith("*I"):
            staff.kind = _kind(cell) or staff.kind


def _kind(cell: str) -> str:
    code = cell.removeprefix("*IC").removeprefix("*I")
    for kind, codes in ((KEYBOARD, _KEYBOARDS), (STRING, _STRINGS), (VOICE, _VOICES)):
        if code.startswith(codes):
            return kind
    return OTHER


def _rearrange(page: _Page, cells: list[str]) -> None:
    """Columns that split, join, end, change places or begin."""
    columns: list[_Column] = []
    joining = False
    exchanged: _Column | None = None
    for column, cell in zip(page.columns, cells, strict=True):
        if cell == "*v":
            if joining and columns[-1].staff == column.staff:
                columns[-1].until = max(columns[-1].until, column.until)
                continue
            joining = True
            columns.append(column)
            continue
        joining = False
        if cell == "*^":
            columns += [column, _Column(column.staff, column.until)]
        elif cell == "*+":
            columns += [column, _Column(None)]
        elif cell == "*x" and exchanged is None:
            exchanged = column
            columns.append(column)
        elif cell == "*x" and exchanged is not None:
            columns[columns.index(exchanged)] = column
            columns.append(exchanged)
            exchanged = None
        elif cell != "*-":
            columns.append(column)
    page.columns = columns


def _barline(page: _Page) -> None:
    """A bar ends now; notes and rests of old editions may last beyond it."""
    if page.now > page.barlines[-1]:
        page.barlines.append(page.now)


def _sound(page: _Page, cells: list[str]) -> None:
    now, sounded = page.now, False
    for column, cell in zip(page.columns, cells, strict=True):
        if cell == "." or column.staff is None:
            continue
        sound = read_cell(cell)
        if sound.length == 0:
            continue
        column.until, sounded = now + sound.length, True
        for pitch, tie in zip(sound.pitches, sound.ties, strict=True):
            key = (column.staff, pitch)
            begun = page.tied.get(key) if tie in ("_", "]") else None
            if begun is not None:
                begun[1] = now + sound.length - begun[0]
            else:
                begun = [now, sound.length, pitch]
                page.notes[column.staff].append(begun)
            if tie in ("[", "_"):
                page.tied[key] = begun
            else:
                page.tied.pop(key, None)
    if sounded:
        page.last = max(page.last, *(column.until for column in page.columns))
        page.now = min(column.until for column in page.columns if column.until > now)
