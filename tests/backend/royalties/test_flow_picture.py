"""The picture of the money shows every amount and loses none."""

import xml.etree.ElementTree as ElementTree

from partbook.royalties.flow_picture import Flow, money_flow_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_ribbons_into_and_out_of_a_place_are_as_wide_as_its_money() -> None:
    flows = [
        Flow("Edition", "Recording", 600),
        Flow("Ticket", "Composition", 400),
        Flow("Recording", "Ana <A&R>", 450),
        Flow("Recording", "Ben", 150),
        Flow("Composition", "Ana <A&R>", 400),
    ]
    root = ElementTree.fromstring(money_flow_svg("Rain & Choir", flows))
    widths = [float(path.get("stroke-width", "0")) for path in root.iter(f"{SVG}path")]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert len(widths) == 5
    assert abs(sum(widths[:]) - 2 * 380) < 0.1  # the column of 1,000 wei is 380 pixels tall, and the money passes twice
    assert "Ana <A&R>" in texts


def test_nothing_paid_draws_an_empty_picture() -> None:
    root = ElementTree.fromstring(money_flow_svg("Nothing yet", []))
    assert not list(root.iter(f"{SVG}path"))
