"""Tags and covers on their way from one kind of file to another, read back by ffmpeg and libsndfile."""

import struct
import zlib
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from chords import chord

from partbook.sound.audio_file import blocks, probe
from partbook.sound.audio_writer import open_writer, write
from partbook.sound.tags import ogg, xiph

KINDS = (".wav", ".aiff", ".flac", ".ogg", ".opus", ".mp3", ".m4a")
USUAL = {
    "title": "Regen – Хор 歌",
    "artist": "Ada",
    "album": "Wetter",
    "album_artist": "Everybody",
    "date": "2026",
    "genre": "Choir",
    "track": "3/9",
    "comment": "first line\nsecond line",
    "copyright": "2026 Ada",
    "composer": "Ada; Ben",
}
UNUSUAL = {"catalogue": "RC-7", "musicbrainz_trackid": "7f1d"}


def png(side: int = 8) -> bytes:
    """A whole little picture."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    noise = np.random.default_rng(side).integers(0, 255, (side, side * 3), dtype=np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in noise)
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


COVER = png(200)  # 120 kB: more than an OGG page, more than one segment table


def said(path: Path) -> dict[str, str]:
    """What ffmpeg reads, by names in lower case."""
    with av.open(str(path)) as opened:
        names = {**opened.streams.audio[0].metadata, **opened.metadata}
    return {name.lower(): text for name, text in names.items()}


def covers(path: Path) -> list[bytes]:
    """The pictures that ffmpeg finds."""
    with av.open(str(path)) as opened:
        seen = [each for each in opened.streams.video if each.disposition & each.disposition.attached_pic]
        found: dict[int, bytes] = {}
        for packet in opened.demux(*seen) if seen else ():
            if packet.size:
                found.setdefault(packet.stream.index, bytes(packet))
        return [found[index] for index in sorted(found)]


def tagged_flac(path: Path, cover: bytes = COVER, extra: tuple[bytes, ...] = ()) -> Path:
    """A FLAC whose metadata blocks are laid by hand."""
    write(path, chord(48_000, 2, 2.0), 48_000, "PCM_24")
    whole = path.read_bytes()
    names = {"track": "TRACKNUMBER", "album_artist": "ALBUMARTIST"}
    entries = [f"{names.get(name, name.upper())}={text}".encode() for name, text in {**USUAL, **UNUSUAL}.items()]
    entries += extra
    comment = struct.pack("<I", 5) + b"maker" + struct.pack("<I", len(entries))
    comment += b"".join(struct.pack("<I", len(entry)) + entry for entry in entries)
    picture = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">I", 5) + b"front"
    picture += struct.pack(">IIIII", 200, 200, 24, 0, len(cover)) + cover
    laid = b"fLaC\0" + whole[5:42]
    for number, body in ((4, comment), (2, b"progsomething"), (6 | 0x80, picture)):
        laid += bytes([number]) + len(body).to_bytes(3, "big") + body
    at, last = 4, False
    while not last:
        last = bool(whole[at] & 0x80)
        at += 4 + int.from_bytes(whole[at + 1 : at + 4], "big")
    path.write_bytes(laid + whole[at:])
    return path


def carried(source: Path, target: Path) -> list[str]:
    """Write the sound of a file into another, with all its tags; give the notes."""
    with open_writer(target, probe(source), carry_tags=True) as writer:
        for block in blocks(source):
            writer.write(block)
    return writer.notes


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file of each kind with every tag and the cover."""
    folder = tmp_path_factory.mktemp("tagged")
    flac = tagged_flac(folder / "a.flac")
    made = {".flac": flac}
    for ending in KINDS:
        if ending != ".flac":
            made[ending] = folder / f"a{ending}"
            carried(flac, made[ending])
    return made


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_tags_and_cover_go_from_every_kind_to_every_kind(
    tagged: dict[str, Path], tmp_path: Path, source: str, target: str
) -> None:
    notes = carried(tagged[source], tmp_path / f"b{target}")
    found = said(tmp_path / f"b{target}")
    assert {name: found.get(name) for name in USUAL} == USUAL
    assert {name: found.get(name) for name in UNUSUAL} == UNUSUAL
    assert covers(tmp_path / f"b{target}") == [COVER]
    assert [note for note in notes if "tags" in note or "picture" in note] == []


@pytest.mark.parametrize("ending", KINDS)
def test_the_sound_is_the_same_with_and_without_tags(tagged: dict[str, Path], tmp_path: Path, ending: str) -> None:
    source = tagged[".flac"]
    carried(source, tmp_path / f"with{ending}")
    sound = np.concatenate(list(blocks(source)))
    write(tmp_path / f"without{ending}", sound, 48_000, "PCM_24")
    heard = [np.concatenate(list(blocks(tmp_path / f"{name}{ending}"))) for name in ("with", "without")]
    assert np.array_equal(*heard)
    if ending in (".wav", ".aiff", ".flac"):
        assert np.array_equal(heard[0], sound)


@pytest.mark.parametrize("ending", [".wav", ".flac", ".ogg"])
def test_libsndfile_reads_the_usual_tags_too(tagged: dict[str, Path], tmp_path: Path, ending: str) -> None:
    carried(tagged[ending], tmp_path / f"b{ending}")
    with soundfile.SoundFile(tmp_path / f"b{ending}") as opened:
        kept = opened.copy_metadata()
    assert {name: kept.get(name) for name in ("title", "artist", "album")} == {
        name: USUAL[name] for name in ("title", "artist", "album")
    }


def test_what_a_flac_says_comes_back_entry_by_entry(tmp_path: Path) -> None:
    source = tagged_flac(tmp_path / "a.flac", extra=(b"ARTIST=Ben", b"ARTIST=", b"Odd Name=a=b", b"LATIN=caf\xe9"))
    assert carried(source, tmp_path / "b.flac") == []
    before, after = xiph.read_flac(source), xiph.read_flac(tmp_path / "b.flac")
    assert after == before
    assert before.blocks == ((2, b"progsomething"),)
    assert carried(source, tmp_path / "b.ogg") == []
    assert ogg.read_ogg(tmp_path / "b.ogg").entries == before.entries
    assert ogg.read_ogg(tmp_path / "b.ogg").pictures == before.pictures


def test_an_mp3_keeps_its_tag_byte_for_byte(tmp_path: Path) -> None:
    def frame(name: bytes, body: bytes) -> bytes:
        size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
        return name + size + b"\0\0" + body

    body = frame(b"TIT2", b"\x03Rain") + frame(b"TPE1", b"\x03Ada\0Ben") + frame(b"UFID", b"shop\0\x01\x02")
    body += frame(b"PRIV", b"player\0\xff\xfe") + frame(b"APIC", b"\x03image/png\0\x03\0" + COVER) + bytes(300)
    tag = b"ID3\x04\0\0" + bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0)) + body
    write(tmp_path / "plain.mp3", chord(44_100), 44_100)
    plain = (tmp_path / "plain.mp3").read_bytes()
    (tmp_path / "a.mp3").write_bytes(tag + plain[plain.index(b"\xff\xfb") :])
    assert carried(tmp_path / "a.mp3", tmp_path / "b.mp3") == []
    assert (tmp_path / "b.mp3").read_bytes().startswith(tag + b"\xff\xfb")
    assert covers(tmp_path / "b.mp3") == [COVER]


def test_a_wav_keeps_its_broadcast_chunk_its_markers_and_both_kinds_of_tag(tmp_path: Path) -> None:
    write(tmp_path / "plain.wav", chord(44_100), 44_100, "PCM_16")
    plain = (tmp_path / "plain.wav").read_bytes()
    bext = b"A take".ljust(256, b"\0") + b"studio".ljust(346, b"\0")
    info = b"INFO" + b"INAM" + struct.pack("<I", 5) + b"Rain\0\0" + b"IXXX" + struct.pack("<I", 4) + b"odd\0"
    chunks = [(b"bext", bext), (b"cue ", struct.pack("<I6I", 1, 1, 0, 0, 0, 0, 0)), (b"LIST", info), (b"iXML", b"<a/>")]
    laid = b"".join(name + struct.pack("<I", len(body)) + body + bytes(len(body) & 1) for name, body in chunks)
    whole = plain[8:36] + laid + plain[36:]  # before the sound, as studios write them
    (tmp_path / "a.wav").write_bytes(b"RIFF" + struct.pack("<I", len(whole)) + whole)
    assert carried(tmp_path / "a.wav", tmp_path / "b.wav") == []
    made = (tmp_path / "b.wav").read_bytes()
    assert struct.unpack("<I", made[4:8])[0] == len(made) - 8
    for name, body in chunks:
        assert name + struct.pack("<I", len(body)) + body in made
    assert said(tmp_path / "b.wav")["title"] == "Rain"
    assert probe(tmp_path / "b.wav").frames == probe(tmp_path / "a.wav").frames


def test_a_file_without_tags_gets_none(tmp_path: Path) -> None:
    for ending in KINDS:
        write(tmp_path / f"a{ending}", chord(48_000, 2, 1.0), 48_000)
        carried(tmp_path / f"a{ending}", tmp_path / f"b{ending}")
        assert set(said(tmp_path / f"b{ending}")) <= {
            "encoder", "major_brand", "minor_version", "compatible_brands", "language", "handler_name", "vendor_id",
        }, ending  # fmt: skip
        assert covers(tmp_path / f"b{ending}") == []


@pytest.mark.parametrize("pages", [1, 255, 256, 600])
def test_ogg_headers_of_any_length_are_laid_out_on_pages_that_libogg_accepts(tmp_path: Path, pages: int) -> None:
    for ending in (".ogg", ".opus"):
        write(tmp_path / f"a{ending}", chord(48_000, 2, 2.0), 48_000)
        before = np.concatenate(list(blocks(tmp_path / f"a{ending}")))
        for spare in (0, 1, 254):
            comments = xiph.Comments((b"A=" + b"x" * (255 * pages - 40 + spare),))
            ogg.write_ogg(tmp_path / f"a{ending}", comments)
            assert ogg.read_ogg(tmp_path / f"a{ending}") == comments
            assert np.array_equal(np.concatenate(list(blocks(tmp_path / f"a{ending}"))), before)
            assert probe(tmp_path / f"a{ending}").frames


def test_tags_that_are_not_in_order_cost_no_sound(tmp_path: Path) -> None:
    write(tmp_path / "plain.wav", chord(44_100), 44_100)
    plain = (tmp_path / "plain.wav").read_bytes()
    for name, body in (
        (b"id3 ", b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(range(90))),
        (b"LIST", b"INFOINAM\xff\xff\xff\x7fx"),
    ):
        chunk = name + struct.pack("<I", len(body)) + body
        (tmp_path / "torn.wav").write_bytes(
            plain[:4] + struct.pack("<I", len(plain) + len(chunk) - 8) + plain[8:] + chunk
        )
        for ending in KINDS:
            carried(tmp_path / "torn.wav", tmp_path / f"b{ending}")
            assert len(np.concatenate(list(blocks(tmp_path / f"b{ending}")))) > 160_000
    write(tmp_path / "plain.mp3", chord(44_100), 44_100)
    plain = (tmp_path / "plain.mp3").read_bytes()
    for number in range(8):
        noise = np.random.default_rng(number).bytes(500)
        tag = b"ID3\x03\0\xff\0\0\x03\x74" + noise
        (tmp_path / "torn.mp3").write_bytes(tag + plain[plain.index(b"\xff\xfb") :])
        for ending in (".mp3", ".flac", ".m4a"):
            carried(tmp_path / "torn.mp3", tmp_path / f"c{ending}")
            assert len(np.concatenate(list(blocks(tmp_path / f"c{ending}")))) > 160_000
