"""Motif packs: signed, refused when changed, stated in the song as their owner's, and paid."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from eth_account import Account
from typer.testing import CliRunner

from partbook.chain.signers import AccountSigner
from partbook.core.canonical import sha256_hex
from partbook.core.clock import FixedClock
from partbook.core.errors import Mismatch, NotFound, UnusableInput
from partbook.core.ids import Address
from partbook.core.settings import Settings
from partbook.music.given_motif import read_motif
from partbook.music.midi_file import write_midi
from partbook.music.request import ComposeRequest
from partbook.music.score import TICKS, Note, Part, Score, Tempo
from partbook.works import motif_commands, song_commands
from partbook.works.contributions import contributions
from partbook.works.licensed_shares import check_terms, licence_terms, with_terms
from partbook.works.motif_packs import PACK_FILE, LicensedMotif, motif_of_pack, parse_pack, sign_pack
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_share import share_of
from partbook.works.song_verifying import verify_song
from partbook.works.split_sheet import Share

CLOCK = FixedClock(datetime(2026, 11, 26, 9, 30, tzinfo=UTC))
OWNER = AccountSigner(Account.from_key("0x" + "11" * 32))
OTHER = AccountSigner(Account.from_key("0x" + "22" * 32))
REGISTRANT = Address("0x" + "ab" * 20)
LICENCE = "Use in songs, for five per cent of the composition."


def _melody(pitches: list[int], step: int = TICKS) -> bytes:
    notes = tuple(Note(i * step, pitch, step, 80) for i, pitch in enumerate(pitches))
    part = Part("tune", "", 0, 73, 64, 40, notes)
    return write_midi(Score("", (4, 4), 0, False, 2, (Tempo(0, 500_000),), (part,)))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "call.mid").write_bytes(_melody([67, 69, 72, 69, 67, 64, 62, 60]))
    (folder / "rain.mid").write_bytes(_melody([60, 62, 64, 67, 64, 62, 60, 60], TICKS))
    sign_pack(folder, OWNER, 1337, "Morning calls", "Ana Lind", LICENCE, 500)
    return folder


def _song(tmp_path: Path, pack: Path, mood: str = "joy", seconds: int = 40) -> SongFolder:
    licensed = motif_of_pack(pack, 7, "call")
    return compose_song(tmp_path / "song", ComposeRequest(mood, seconds, 7), None, CLOCK, licensed=licensed)


def test_the_learned_engine_refuses_a_motif_before_anything_is_written(tmp_path: Path, pack: Path) -> None:
    request = ComposeRequest("joy", 40, 7, engine="transformer")
    with pytest.raises(UnusableInput, match=r"'call'\). Use --engine rules\.$"):
        compose_song(tmp_path / "song", request, None, CLOCK, licensed=motif_of_pack(pack, 7, "call"))
    assert not (tmp_path / "song").exists()


def test_a_signed_pack_reads_back_and_the_seed_draws_a_motif(pack: Path) -> None:
    read = parse_pack(pack / PACK_FILE)
    assert read.owner == OWNER.address
    assert [motif.title for motif in read.motifs] == ["call", "rain"]
    assert {motif_of_pack(pack, seed).motif.title for seed in range(12)} == {"call", "rain"}
    with pytest.raises(NotFound, match="call, rain"):
        motif_of_pack(pack, 1, "storm")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Evening calls"),
        ("owner", str(OTHER.address)),
        ("name", "Ben"),
        ("licence", "Use for nothing."),
        ("composition_bps", 1),
        ("chain_id", 1),
        ("licence_uri", "https://example.org"),
    ],
)
def test_a_pack_with_any_changed_term_is_refused(pack: Path, field: str, value: object) -> None:
    path = pack / PACK_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    with pytest.raises(Mismatch, match=r"Morning calls|Evening calls"):
        parse_pack(path)


def test_a_pack_signed_by_another_is_refused(pack: Path) -> None:
    path = pack / PACK_FILE
    signature = OTHER.sign_typed_data(parse_pack(path).message()).hex()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"signature": "0x" + signature}))
    with pytest.raises(Mismatch, match=str(OTHER.address)):
        parse_pack(path)


def test_unsigned_unlicensed_and_changed_packs_are_refused(pack: Path) -> None:
    path = pack / PACK_FILE
    signed = path.read_text()
    path.write_text(json.dumps(json.loads(signed) | {"signature": "0x"}))
    with pytest.raises(Mismatch, match="not signed"):
        parse_pack(path)
    with pytest.raises(UnusableInput, match="no licence"):
        sign_pack(pack, OWNER, 1337, "Bare", "Ana", "  ", 500)
    path.write_text(signed)
    (pack / "call.mid").write_bytes(_melody([60, 61, 62, 63]))
    with pytest.raises(Mismatch, match="was changed after Ana Lind signed it"):
        motif_of_pack(pack, 1, "call")


def test_the_song_states_the_motif_and_it_is_the_owners(tmp_path: Path, pack: Path) -> None:
    song = _song(tmp_path, pack)
    assert verify_song(song) == []
    (take,) = [entry for entry in song.log() if entry.what == "taken"]
    assert take.by == OWNER.address
    assert take.bars is not None
    melody = song.score().part("melody")
    assert melody is not None
    bar = song.score().bar_ticks
    first, last = (take.bars[0] - 1) * bar, take.bars[1] * bar
    stated = [note for note in melody.notes if first <= note.start < last]
    motif = read_motif((pack / "call.mid").read_bytes(), "call")
    assert [note.start - first for note in stated] == [note.start for note in motif.notes]
    shape = [note.pitch - stated[0].pitch for note in stated]
    assert shape == [note.pitch - motif.notes[0].pitch for note in motif.notes], "major stays major"
    share = share_of(song)
    assert share.layers["melody"].human == len(stated)
    assert 0 < share.layers["melody"].ai_bps < 10_000
    draft_melody = [note for note in song.score().in_layer("melody") if not first <= note.start < last]
    rhythm = [note.start % (2 * bar) for note in draft_melody if note.start < last + 2 * bar]
    assert set(rhythm) <= {note.start for note in motif.notes} | {note.start + TICKS for note in motif.notes}


@pytest.mark.parametrize("mood", ["grief", "rage", "calm", "joy, then fear"])
@pytest.mark.parametrize("seconds", [8, 30])
def test_a_motif_fits_every_mood_and_length(tmp_path: Path, pack: Path, mood: str, seconds: int) -> None:
    song = _song(tmp_path, pack, mood, seconds)
    assert verify_song(song) == []
    assert compose_song(song.path, song.request, None, CLOCK, force=True, licensed=motif_of_pack(pack, 7, "call"))


def test_verify_names_a_changed_motif_and_a_changed_licence(tmp_path: Path, pack: Path) -> None:
    song = _song(tmp_path, pack)
    song.paths.motif.write_bytes((pack / "rain.mid").read_bytes())
    assert "motif.mid" in {finding.thing for finding in verify_song(song)}
    song.paths.motif.write_bytes((pack / "call.mid").read_bytes())
    text = song.paths.motif_pack.read_text().replace('"composition_bps": 500', '"composition_bps": 5')
    song.paths.motif_pack.write_text(text)
    assert {finding.thing for finding in verify_song(song)} == {"motif-pack.json"}


def test_the_sheet_pays_the_owner_what_her_licence_says(tmp_path: Path, pack: Path) -> None:
    song = _song(tmp_path, pack)
    owed = licence_terms(song.path)
    assert owed == {str(OWNER.address).lower(): 500}
    made = contributions(song.path, "composition", REGISTRANT)
    assert [who for who, _ in made] == [str(REGISTRANT), str(OWNER.address)]
    assert with_terms(made, owed) == [9_500, 500]
    assert sum(with_terms([*made, ("0xBen", "lyricist")], owed)) == 10_000
    fair = [Share("composition", Address(str(OWNER.address)), "Ana Lind", "composer", 500)]
    check_terms(fair, owed)
    with pytest.raises(UnusableInput, match=r"5.00 %.*pays\s+4.00 %"):
        check_terms([Share("composition", Address(str(OWNER.address)), "Ana Lind", "composer", 400)], owed)


def test_a_pack_is_made_checked_and_composed_with_on_the_command_line(tmp_path: Path, pack: Path) -> None:
    (pack / PACK_FILE).unlink()
    (tmp_path / "licence.txt").write_text(LICENCE)
    app = typer.Typer(callback=lambda: None)
    motif_commands.attach(app)
    song_commands.attach(app)

    def run(*words: object) -> str:
        settings = Settings.from_environment({}, home=tmp_path / "home")
        outcome = CliRunner().invoke(app, [str(word) for word in words], obj=settings)
        assert outcome.exit_code == 0, outcome.output
        return outcome.stdout

    terms = ("--title", "Calls", "--licence", tmp_path / "licence.txt", "--share", "5")
    assert "5.00 %" in run("motif", "sign", pack, "--by", "ana", *terms)
    assert "every file as it was signed" in run("motif", "show", pack)
    out = ("--out", tmp_path / "song", "--no-render", "--json")
    made = json.loads(run("compose", "--mood", "joy", "--seconds", 20, "--motifs", pack, "--motif", "rain", *out))
    assert ("motif", "rain") in {(choice["what"], choice["value"]) for choice in made["plan"]["choices"]}
    assert SongFolder.open(tmp_path / "song").song["motif"]["composition_bps"] == 500


@pytest.mark.parametrize(
    ("data", "said"),
    [(_melody([60, 62]), "2 notes"), (_melody(list(range(40, 72)), TICKS // 4), "notes in two bars"), (b"x", "MIDI")],
)
def test_what_is_no_motif_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UnusableInput, match=said):
        read_motif(data, "odd")


def test_a_motif_goes_with_no_given_melody_and_no_declared_scale(pack: Path, tmp_path: Path) -> None:
    licensed: LicensedMotif = motif_of_pack(pack, 1)
    assert sha256_hex(licensed.data) == licensed.motif.sha256
    with pytest.raises(UnusableInput, match="--scale away"):
        compose_song(tmp_path / "s", ComposeRequest("joy", 20, 1, scale="rast"), None, CLOCK, licensed=licensed)
