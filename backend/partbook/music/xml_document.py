"""Parse an XML document that a stranger brings: no entities, no look outside, bounded in size, depth and count."""

import io
import zipfile
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from partbook.core.errors import UnusableInput

LARGEST_DOCUMENT = 24_000_000
MOST_ELEMENTS = 1_500_000
DEEPEST = 60
MOST_MEMBERS = 200
CONTAINER = "META-INF/container.xml"


def parse_xml(data: bytes, name: str) -> Element:
    """The root of a document.

    A DOCTYPE may name a DTD, which is not read; a declared entity is refused, so nothing can grow in the reading.

    Raises:
        UnusableInput: not well formed, too large, too deep, or with entities.
    """
    if len(data) > LARGEST_DOCUMENT:
        raise UnusableInput(f"{name} has {len(data)} bytes of XML; {LARGEST_DOCUMENT} are the most.")
    builder, parser = TreeBuilder(), expat.ParserCreate()
    depth = count = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise UnusableInput(
                f"{name} has over {MOST_ELEMENTS} elements or is nested over {DEEPEST} deep; no score is."
            )
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: object) -> NoReturn:
        raise UnusableInput(f"{name} declares or includes XML entities, which a score does not need. Export it again.")

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as broken:
        raise UnusableInput(f"{name} is not well-formed XML: {broken}. Export it again.") from None
    return builder.close()


def unpack_score(data: bytes, name: str) -> bytes:
    """The score inside a compressed file (`.mxl`).

    Raises:
        UnusableInput: damaged, no score inside, or one that is larger than any score.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [entry.filename for entry in archive.infolist()]
            if len(members) > MOST_MEMBERS:
                raise UnusableInput(
                    f"{name} holds {len(members)} files; a compressed score has at most {MOST_MEMBERS}."
                )
            return _member(archive, _score_name(archive, members, name), name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as broken:
        raise UnusableInput(f"{name} is a damaged compressed score: {broken}. Export it again.") from None


def _score_name(archive: zipfile.ZipFile, members: list[str], name: str) -> str:
    named: list[str] = []
    if CONTAINER in members:
        root = parse_xml(_member(archive, CONTAINER, name), name)
        named = [path for entry in root.iter() if (path := entry.get("full-path"))]
    loose = [member for member in members if member.endswith((".musicxml", ".xml")) and "META-INF" not in member]
    for path in [*named, *loose]:
        if path in members and not path.endswith((".pdf", ".png")):
            return path
    raise UnusableInput(f"{name} is a ZIP file without a MusicXML score. Export it as MusicXML.")


def _member(archive: zipfile.ZipFile, path: str, name: str) -> bytes:
    """One file of an archive, read only as far as the limit, whatever its header says."""
    with archive.open(path) as stream:
        data = stream.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        raise UnusableInput(f"{name} unpacks to more than {LARGEST_DOCUMENT} bytes; no score is that long.")
    return data
