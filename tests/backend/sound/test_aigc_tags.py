"""The AIGC label in each kind of sound file: where the guides put it, once, and beside everything else."""

import struct
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile
from chords import chord

from partbook.sound.audio_file import probe, read
from partbook.sound.audio_writer import open_writer, write
from partbook.sound.containers import recognise
from partbook.sound.tags import id3, riff
from partbook.sound.tags.aigc import read_aigc, write_aigc

LABEL = '{"Label":"1","ContentProducer":"Partbook","ProduceID":"1100010000000001"}'
OTHER = '{"Label":"2","ContentProducer":"雨"}'
KINDS = (".wav", ".flac", ".aiff", ".ogg", ".opus", ".mp3", ".m4a")


@pytest.mark.parametrize("kind", KINDS)
def test_a_label_is_written_read_and_replaced_and_nothing_else_changes(song: Callable[..., Path], kind: str) -> None:
    path = song(f"song{kind}")
    before, _ = read(path, 0.0, 60.0)
    assert read_aigc(path) == []
    write_aigc(path, LABEL)
    assert read_aigc(path) == [LABEL]
    write_aigc(path, OTHER)
    assert read_aigc(path) == [OTHER]
    after, _ = read(path, 0.0, 60.0)
    assert np.array_equal(before, after)
    assert probe(path).tags["title"] == "Regen–Chor"


def test_a_wav_has_it_in_a_chunk_of_its_own(song: Callable[..., Path]) -> None:
    path = song("song.wav")
    write_aigc(path, LABEL)
    data = path.read_bytes()
    at = data.index(b"AIGC")
    assert struct.unpack_from("<I", data, at + 4)[0] == len(LABEL)
    assert data[at + 8 : at + 8 + len(LABEL)] == LABEL.encode()
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    assert soundfile.info(path).frames == 4 * 44_100


def test_an_mp3_has_it_in_a_txxx_frame(song: Callable[..., Path]) -> None:
    path = song("song.mp3")
    write_aigc(path, LABEL)
    assert ("AIGC", LABEL) in id3.free_texts(id3.read_mp3(path))
    assert b"TXXX" in path.read_bytes()[:4096]


def test_an_aiff_has_it_in_xmp_that_a_reader_of_xml_understands(song: Callable[..., Path]) -> None:
    path = song("song.aiff")
    label = '{"Label":"1","ContentProducer":"Rain & <Sun>"}'
    write_aigc(path, label)
    assert read_aigc(path) == [label]
    (body,) = (body for _, body in riff.chunks_named(path, b"APPL"))
    root = ElementTree.fromstring(body[4:].decode().partition("?>")[2].rpartition("<?")[0])
    assert root.findtext(".//{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC") == label
    assert soundfile.info(path).frames == 4 * 44_100


def test_an_aiff_keeps_the_chunks_of_other_applications(song: Callable[..., Path]) -> None:
    path = song("song.aiff")
    riff.add_chunks(path, [(b"APPL", b"XMP <x>other</x>"), (b"APPL", b"stocdata")])
    write_aigc(path, LABEL)
    write_aigc(path, OTHER)
    bodies = [body for _, body in riff.chunks_named(path, b"APPL")]
    assert bodies[:2] == [b"XMP <x>other</x>", b"stocdata"]
    assert read_aigc(path) == [OTHER]


def test_a_tag_of_version_2_3_keeps_its_frames_and_its_version(tmp_path: Path) -> None:
    path = tmp_path / "old.mp3"
    write(path, chord(44_100, 1, 2.0), 44_100)
    long = b"\1" + "Regen".encode("utf-16") + b"\0\0" + ("x" * 200).encode("utf-16")
    frames = b"".join(
        name + struct.pack(">I", len(body)) + b"\0\0" + body
        for name, body in ((b"TIT2", b"\0Rain"), (b"TXXX", long), (b"TXXX", b"\0aigc\0old"))
    )
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    id3.write_mp3(path, b"ID3\3\0\0" + size + frames)
    write_aigc(path, LABEL)
    tag = id3.read_mp3(path)
    assert tag[3] == 3
    assert read_aigc(path) == [LABEL]
    assert id3.free_texts(tag)[1:] == [("Regen", "x" * 200)]
    assert probe(path).tags["title"] == "Rain"


def test_two_labels_are_both_seen(song: Callable[..., Path]) -> None:
    path = song("song.wav")
    write_aigc(path, LABEL)
    riff.add_chunks(path, [(b"AIGC", OTHER.encode())])
    assert read_aigc(path) == [LABEL, OTHER]
    write_aigc(path, LABEL)
    assert read_aigc(path) == [LABEL]


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", [".wav", ".flac", ".mp3"])
def test_a_label_goes_along_from_kind_to_kind(
    song: Callable[..., Path], tmp_path: Path, source: str, target: str
) -> None:
    path = song(f"song{source}")
    write_aigc(path, OTHER)
    info = probe(path)
    with open_writer(tmp_path / f"made{target}", info, carry_tags=True) as writer:
        writer.write(chord(info.rate, info.channels, 2.0))
    assert read_aigc(tmp_path / f"made{target}") == [OTHER]


def test_a_signed_manifest_in_an_mp3s_tag_is_not_carried_to_another_file(song: Callable[..., Path]) -> None:
    path = song("song.mp3")
    tag = id3.with_free_text(id3.read_mp3(path), "keep", "this")
    body = b"\0application/c2pa\0c2pa\0manifest store\0" + b"\1" * 5000
    manifest = b"GEOB" + bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0)) + b"\0\0" + body
    length = len(tag) - 10 + len(manifest)
    id3.write_mp3(path, tag[:6] + bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0)) + tag[10:] + manifest)
    assert b"GEOB" in path.read_bytes()
    kept = id3.read_mp3(path)
    assert b"GEOB" not in kept
    assert ("keep", "this") in id3.free_texts(kept)


def test_a_long_tag_before_a_flac_does_not_hide_what_it_is(song: Callable[..., Path]) -> None:
    path = song("song.flac")
    padding = 200_000
    size = bytes(padding >> shift & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\4\0\0" + size + bytes(padding) + path.read_bytes())
    assert recognise(path).name == "FLAC"
    assert probe(path).frames == 4 * 44_100
    write_aigc(path, LABEL)
    assert read_aigc(path) == [LABEL]
