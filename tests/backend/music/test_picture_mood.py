"""A picture sets the mood by a stated rule; a hostile one is refused before it unfolds."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from partbook.core.errors import UnusableInput
from partbook.music.picture_mood import MOST_PIXELS, PictureMood, mood_of_picture
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest


def _saved(picture: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def _plain(colour: tuple[int, int, int], size: tuple[int, int] = (64, 64)) -> bytes:
    return _saved(Image.new("RGB", size, colour))


def _checked(light: tuple[int, int, int], dark: tuple[int, int, int]) -> bytes:
    picture = Image.new("RGB", (64, 64), dark)
    for x in range(64):
        for y in range(64):
            if (x // 4 + y // 4) % 2:
                picture.putpixel((x, y), light)
    return _saved(picture)


@pytest.mark.parametrize(
    ("data", "pleasant", "stirred"),
    [
        (_plain((170, 210, 240)), True, False),
        (_plain((12, 14, 30)), False, False),
        (_checked((255, 220, 40), (240, 40, 60)), True, True),
        (_checked((200, 20, 10), (5, 0, 0)), False, True),
    ],
    ids=["pale sky", "night", "bright carnival", "red on black"],
)
def test_pictures_fall_into_all_four_quarters(data: bytes, pleasant: bool, stirred: bool) -> None:
    mood = mood_of_picture(data)
    assert (mood.valence > 0) is pleasant
    assert (mood.arousal > 0) is stirred
    assert len(mood.reasons) == 5


@settings(max_examples=30, deadline=None)
@given(colour=st.tuples(*[st.integers(0, 235)] * 3), lift=st.integers(1, 20))
def test_a_brighter_picture_is_never_less_pleasant(colour: tuple[int, int, int], lift: int) -> None:
    darker, brighter = colour, tuple(value + lift for value in colour)
    first, second = mood_of_picture(_plain(darker)), mood_of_picture(_plain((brighter[0], brighter[1], brighter[2])))
    assert first.valence <= second.valence


def test_edges_and_contrast_stir() -> None:
    plain, checked = mood_of_picture(_plain((130, 130, 130))), mood_of_picture(_checked((230, 230, 230), (30, 30, 30)))
    assert checked.arousal > plain.arousal + 50


def test_the_same_picture_in_other_wrappings_feels_alike_and_hashes_apart() -> None:
    picture = Image.new("RGB", (96, 64), (200, 120, 60))
    png, jpeg, webp = (mood_of_picture(_saved(picture, kind)) for kind in ("PNG", "JPEG", "WEBP"))
    for other in (jpeg, webp):
        assert abs(other.valence - png.valence) <= 2
        assert abs(other.arousal - png.arousal) <= 2
    assert len({png.sha256, jpeg.sha256, webp.sha256}) == 3


def test_what_is_transparent_is_white() -> None:
    clear = _saved(Image.new("RGBA", (32, 32), (0, 0, 0, 0)))
    assert mood_of_picture(clear).valence == mood_of_picture(_plain((255, 255, 255))).valence


def _bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large and holds one row."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no image of a known kind"),
        (b"GIF89a" + bytes(40), "no image of a known kind"),
        (_plain((1, 2, 3), (7, 64)), "7 × 64 pixels"),
        (_bomb(20_000, 20_000), str(MOST_PIXELS)),
        (_bomb(100_000, 100_000), str(MOST_PIXELS)),
        (_bomb(64, 64), "damaged"),
        (_plain((1, 2, 3))[:60], "damaged"),
    ],
    ids=["empty", "gif", "narrow", "large", "huge", "torn", "cut"],
)
def test_what_is_no_usable_picture_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UnusableInput, match=said):
        mood_of_picture(data, "sunset.png")


def test_a_picture_sets_the_plan_and_numbers_win_over_it() -> None:
    mood = mood_of_picture(_checked((200, 20, 10), (5, 0, 0)))
    assert PictureMood.from_json(mood.as_json()) == mood
    plan = make_plan(ComposeRequest("", 30, 1, image=mood))
    assert (plan.valence, plan.arousal) == (mood.valence, mood.arousal)
    (choice,) = [choice for choice in plan.choices if choice.what == "image"]
    assert "contrast" in choice.reason
    assert make_plan(ComposeRequest("", 30, 1, image=mood, valence=80, arousal=-80)).valence == 80
    with pytest.raises(UnusableInput, match="Give one of them"):
        make_plan(ComposeRequest("joy", 30, 1, image=mood))
