"""A fan's and an auditor's way through the page: open a work, play it, buy a copy, check a leaked file."""

import gzip
from pathlib import Path

import pytest
from conftest import OUT, ROOT
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SCREENS = OUT / "screens"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def _shoot(page: Page, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENS / f"{name}.png"), full_page=True)


def _nothing_for_axe(page: Page) -> None:
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("async () => (await axe.run()).violations.map(v => `${v.id}: ${v.nodes[0].html}`)")
    assert found == []


def test_a_fan_plays_a_work_buys_a_copy_and_an_auditor_checks_a_leak(served_demo: str, page: Page) -> None:
    page.goto(served_demo)
    expect(page.get_by_role("link", name="Rain Choir")).to_be_visible()
    _nothing_for_axe(page)
    _shoot(page, "1-catalogue")

    page.get_by_role("link", name="Rain Choir").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rain Choir")
    expect(page.locator("svg.wave rect").first).to_be_visible()
    expect(page.get_by_text("Ana Lind").first).to_be_visible()
    player = page.locator("audio")
    player.evaluate("async (audio) => { audio.muted = true; await audio.play(); }")
    page.wait_for_function("document.querySelector('audio').currentTime > 0.3")
    player.evaluate("(audio) => audio.pause()")
    assert 55 < player.evaluate("(audio) => audio.duration") < 75
    _nothing_for_axe(page)
    _shoot(page, "2-work")

    page.get_by_role("button", name="Buy Edition 1", exact=True).click()
    expect(page.get_by_text("You pay")).to_be_visible()
    _shoot(page, "3-summary")
    page.get_by_role("button", name="Sign and pay").click()
    expect(page.get_by_text("of Edition 1 is yours")).to_be_visible(timeout=60_000)
    _nothing_for_axe(page)
    _shoot(page, "4-bought")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download your copy").click()
    assert Path(download.value.path()).stat().st_size > 1_000_000

    page.get_by_role("link", name="Check a file").click()
    page.get_by_label("or choose one").set_input_files(OUT / "leak.mp3")
    verdict = page.locator("[data-verdict]")
    expect(verdict).to_be_visible(timeout=60_000)
    assert verdict.get_attribute("data-verdict") == "match"
    expect(verdict.get_by_role("link", name="Rain Choir")).to_be_visible()
    expect(page.get_by_role("table", name="").first).to_contain_text("Ana Lind")
    _nothing_for_axe(page)
    _shoot(page, "5-verdict")


def test_a_file_that_is_no_sound_gets_a_sentence(served_demo: str, page: Page, tmp_path: Path) -> None:
    words = tmp_path / "song.mp3"
    words.write_text("this is a text, not a song\n" * 100)
    page.goto(f"{served_demo}/check")
    with page.expect_response("**/api/identifications") as answer:
        page.get_by_label("or choose one").set_input_files(words)
    assert answer.value.status == 422
    expect(page.get_by_text("song.mp3").first).to_be_visible()
    assert "partbook-" not in page.locator("main").inner_text()


def test_the_page_works_on_a_phone_and_in_the_dark(served_demo: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{served_demo}/works/1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rain Choir")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _nothing_for_axe(page)
    _shoot(page, "6-phone-dark")
    page.goto(f"{served_demo}/concerts")
    expect(page.get_by_text("Rain Choir, live in Berlin").first).to_be_visible()
    _nothing_for_axe(page)
    _shoot(page, "7-concerts")


def test_the_whole_page_stays_under_250_kb(served_demo: str) -> None:
    built = ROOT / "backend" / "partbook" / "web"
    assert sum(len(gzip.compress(file.read_bytes())) for file in built.rglob("*") if file.is_file()) < 250_000
