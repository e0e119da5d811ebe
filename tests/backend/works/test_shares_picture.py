"""The picture of the shares shows each line of the sheet."""

import xml.etree.ElementTree as ElementTree

from partbook.works.shares_picture import ShareLine, shares_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_every_line_is_named_with_its_role_share_and_machine_part() -> None:
    lines = [ShareLine("Ana", "composer", 4500, 60), ShareLine("Ben", "performer", 5500, 0)]
    root = ElementTree.fromstring(shares_svg("Rain Choir", [("Recording", lines), ("Composition", lines[:1])]))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    for expected in ("Ana", "composer", "45.00 %", "60 % AI", "Ben", "performer", "55.00 %", "0 % AI"):
        assert expected in texts
