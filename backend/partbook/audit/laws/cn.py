"""China: the Measures for Labelling AI-Generated Synthetic Content, and the standard GB 45438-2025 below them.

Source: Measures of 14 March 2025, in force since 1 September 2025, Art. 4, 5, 9 and 10; GB 45438-2025, 5.3 (rhythm) and
annex E (form), and its practice guide for sound, TC260-PG-202510A, as public descriptions and code quote them.
"""

from partbook.audit.laws.evidence import Evidence
from partbook.audit.laws.rules import Rule, Ruling, failed, left_open, passed
from partbook.core.errors import UnusableInput
from partbook.works.labels.aigc_label import MEANINGS, AigcLabel


def _there(found: Evidence) -> Ruling:
    if found.aigc:
        return passed(f"an AIGC label stands where files of this kind have it ({found.path.suffix or 'no ending'})")
    return failed("no AIGC label in the file's metadata")


def _formed(found: Evidence) -> Ruling:
    if not found.aigc:
        return failed("there is no label")
    try:
        label = AigcLabel.parse(found.aigc[0])
    except UnusableInput as broken:
        return failed(str(broken))
    if label.Label not in MEANINGS:
        return failed(f"Label is “{label.Label}”; known are {', '.join(MEANINGS)}")
    return passed(f"seven fields of text; Label {label.Label}: {MEANINGS[label.Label]}")


def _complete(found: Evidence) -> Ruling:
    if found.label is None:
        return failed("there is no label of the right form")
    elements = {name: getattr(found.label, name) for name in ("Label", "ContentProducer", "ProduceID")}
    if empty := [name for name, text in elements.items() if not text.strip()]:
        return failed(f"empty: {', '.join(empty)}")
    return passed(f"made by {found.label.ContentProducer}, number {found.label.ProduceID}")


def _single(found: Evidence) -> Ruling:
    if len(found.aigc) == 1:
        return passed("one label")
    return failed(f"{len(found.aigc)} labels" if found.aigc else "there is no label")


def _audible(found: Evidence) -> Ruling:
    if found.cue is not None:
        return passed(f"the rhythm short-long, short-short (AI in Morse code) begins at {found.cue:.1f} s")
    return failed(
        "no rhythm that says AI is heard at the start; a spoken notice, or a rhythm of another pitch, cannot be heard "
        "here. Art. 9 lets a user have a file without it who asked for it and took the duty over"
    )


def _watermarked(found: Evidence) -> Ruling:
    if found.payloads:
        return passed(f"a watermark was read: {', '.join(found.payloads)}")
    return left_open("no watermark of ours was read; the Measures encourage one and do not demand it")


RULES = (
    Rule("CN-1", "an implicit label stands in the file's metadata", "Measures, Art. 5; TC260-PG-202510A", _there),
    Rule("CN-2", "the label is JSON of the seven fields", "GB 45438-2025, annex E, as described", _formed),
    Rule("CN-3", "it names kind, provider and number", "Measures, Art. 5", _complete),
    Rule("CN-4", "there is one such label and no second", "GB 45438-2025, as described", _single),
    Rule("CN-5", "an explicit label is heard: words or rhythm", "Measures, Art. 4; GB 45438-2025, 5.3", _audible),
    Rule("CN-6", "a watermark is a further implicit label (advice)", "Measures, Art. 5", _watermarked),
)
