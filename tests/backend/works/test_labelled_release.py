"""What a registration releases is labelled: the file itself, and the preview that everybody hears."""

from pathlib import Path

from partbook.sound.tags.aigc import read_aigc
from partbook.watermark import MarkKey
from partbook.watermark.files import read_file
from partbook.works.desk import Desk
from partbook.works.labels.aigc_label import AigcLabel
from partbook.works.labels.content_credentials import ContentCredentials, Trust, read_credentials
from partbook.works.labels.labelling import check_anchors
from partbook.works.registration import read_registration
from partbook.works.service import open_work
from partbook.works.song_folder import SongFolder
from partbook.works.song_share import share_of


def credentials(desk: Desk, path: Path) -> ContentCredentials:
    found = read_credentials(path, *check_anchors(desk.settings))
    assert found is not None
    assert found.problem is None
    assert found.trust is Trust.OWN
    return found


def test_the_release_and_its_preview_are_labelled_with_the_registered_share(desk: Desk, song: Path) -> None:
    (song / "registration.json").unlink()  # so that this test does the marking itself
    opened = open_work(desk, song, "ana")
    found = credentials(desk, opened.release_file)
    share = share_of(SongFolder.open(song)).as_json()
    assert found.ai_share is not None
    assert {name: found.ai_share[name] for name in share} == share
    assert 0 < share["total_bps"] < 10_000
    assert found.source_types == ("compositeSynthetic",)
    assert found.bindings == (("partbook.mark.1", opened.payload),)
    assert [each.payload.hex() for each in read_file(opened.release_file, [MarkKey.public()]).readings] == [
        opened.payload
    ]
    assert AigcLabel.parse(read_aigc(opened.release_file)[0]).ProduceID == opened.payload
    preview = credentials(desk, opened.release_file.with_name("preview.mp3"))
    assert [parent.name for parent in preview.parents] == [opened.release_file.name]
    assert preview.ai_share == found.ai_share


def test_labels_name_nobody(desk: Desk, song: Path) -> None:
    (song / "registration.json").unlink()
    opened = open_work(desk, song, "ana")
    data = opened.release_file.read_bytes()
    for who in ("ana", "ben", "chen"):
        address = desk.address(who)
        assert who.encode() not in data.lower()[data.find(b"C2PA") :]
        assert address[2:].lower().encode() not in data.lower()


def test_opening_again_signs_nothing_anew(desk: Desk, song: Path) -> None:
    first = open_work(desk, song, "ana").release_file.read_bytes()
    state = read_registration(song)
    again = open_work(desk, song, "ana")
    assert again.release_file.read_bytes() == first
    assert read_registration(song) == state
