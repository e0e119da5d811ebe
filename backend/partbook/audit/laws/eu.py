"""EU: Article 50 of the AI Act, and the Code of Practice on transparency of AI-generated content below it.

Source: Regulation (EU) 2024/1689, Art. 50, applying since 2 August 2026 (Art. 111(4) as amended: systems that were on
the market before, from 2 December 2026); Code of Practice, final of 10 June 2026, measures 1.1.1, 1.1.2 and 1.2, as
quoted in public; the Code is voluntary.
"""

from partbook.audit.laws.evidence import Evidence
from partbook.audit.laws.rules import Rule, Ruling, failed, left_open, passed
from partbook.works.labels.aigc_label import MEANINGS
from partbook.works.labels.content_credentials import Parent, Trust
from partbook.works.labels.manifest import SOFT_BINDING

SIGNERS = {
    Trust.OWN: "a certificate of this installation's own making, on no trust list",
    Trust.LISTED: "a certificate that leads to the trust anchors of the settings",
    Trust.UNKNOWN: "a certificate that leads to no root known here",
}


def _machine_readable(found: Evidence) -> Ruling:
    ways = []
    if found.machine_types:
        ways.append(f"a manifest that holds says {', '.join(found.machine_types)}")
    if found.label and found.label.Label in MEANINGS:
        ways.append(f"the AIGC label says {found.label.Label} ({MEANINGS[found.label.Label]})")
    if ways:
        return passed("; ".join(ways))
    if found.payloads:
        return failed(
            f"a watermark is there ({found.payloads[0]}), but it names a work and does not say that it is AI's"
        )
    return failed("nothing in the file says that a machine made it")


def _signed(found: Evidence) -> Ruling:
    credentials = found.credentials
    if found.unreadable:
        return failed(found.unreadable)
    if credentials is None:
        reason = "" if found.can_carry else ": this kind can carry none; WAV below 4 GB, FLAC, MP3 and M4A can"
        return failed(f"no Content Credentials{reason}")
    if credentials.problem:
        return failed(f"the Content Credentials do not hold: {credentials.problem}")
    if not found.machine_types:
        return failed(f"the signed manifest says {', '.join(credentials.source_types) or 'nothing'} of how it was made")
    types = ", ".join(found.machine_types)
    return passed(f"signature and file agree; {types}; signed by {credentials.signer}, {SIGNERS[credentials.trust]}")


def _timed(found: Evidence) -> Ruling:
    credentials = found.sound_credentials
    if credentials is None:
        return failed("no Content Credentials that hold")
    if credentials.stamped_time:
        return passed(f"{credentials.stamped_time}, by a time-stamp authority")
    if credentials.stated_time:
        return passed(f"{credentials.stated_time}, stated by the signer and signed with the rest; by no authority")
    return failed("the signed manifest names no time")


def _watermarked(found: Evidence) -> Ruling:
    if found.payloads:
        return passed(f"read from the sound: {', '.join(found.payloads)}")
    if others := _bindings_of_others(found):
        return left_open(f"the signed manifest names a watermark of another maker, {others}; it cannot be read here")
    return failed("no watermark of ours was read; one of another maker cannot be read here")


def _layers_agree(found: Evidence) -> Ruling:
    credentials = found.sound_credentials
    bound = [value for name, value in credentials.bindings if name == SOFT_BINDING] if credentials else []
    if not bound and (others := _bindings_of_others(found)):
        return left_open(f"the signed manifest names {others}; only its maker's reader can compare")
    if not bound:
        return failed("no manifest that holds names a watermark of ours")
    if any(value in found.payloads for value in bound):
        return passed(f"the manifest names {bound[0]}, and the sound carries it")
    read = ", ".join(found.payloads) or "none was read"
    return failed(f"the manifest names {bound[0]}; in the sound: {read}")


def _bindings_of_others(found: Evidence) -> str:
    """Soft bindings of other makers in a manifest that holds."""
    credentials = found.sound_credentials
    return ", ".join(name for name, _ in credentials.bindings if name != SOFT_BINDING) if credentials else ""


def _earlier_kept(found: Evidence) -> Ruling:
    credentials = found.sound_credentials
    if credentials and credentials.parents:
        return passed("kept inside: the manifest of " + ", ".join(map(_parent, credentials.parents)))
    return left_open("no earlier manifest is inside; whether the source had one, this file cannot tell")


def _parent(parent: Parent) -> str:
    return f"{parent.name}, which {'held' if parent.problem is None else f'did not hold ({parent.problem})'} by then"


def _deep_fake(found: Evidence) -> Ruling:
    heard = f"The rhythm that says AI is heard at {found.cue:.1f} s. " if found.cue is not None else ""
    return left_open(
        f"{heard}Does it sound like a real person, place or event, and pass for real? Then say so aloud at its start; "
        "for evident art, in a way that does not spoil it."
    )


RULES = (
    Rule(
        "EU-1",
        "the sound is marked, readable by machines, as made or changed by AI",
        "AI Act, Art. 50(2)",
        _machine_readable,
    ),
    Rule("EU-2", "the marking is metadata under a digital signature", "Code of Practice, 1.1.1", _signed),
    Rule("EU-3", "the signed metadata bears a time", "Code of Practice, 1.1.1", _timed),
    Rule("EU-4", "an imperceptible watermark is a second layer", "Code of Practice, 1.1.2", _watermarked),
    Rule(
        "EU-5",
        "both layers name the same thing, so that either leads to the other",
        "AI Act, Art. 50(2), “reliable”; C2PA soft bindings; our own measure",
        _layers_agree,
    ),
    Rule("EU-6", "marks that the source bore are kept", "Code of Practice, 1.2", _earlier_kept),
    Rule("EU-7", "a deep fake is disclosed at first hearing", "AI Act, Art. 50(4)", _deep_fake),
)
