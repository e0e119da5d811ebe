"""The verdict on a file, from what its mark says, what the registry knows and what its sound resembles."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from partbook.core.ids import WorkId


class Verdict(StrEnum):
    """What mark, registry and fingerprint say together."""

    MATCH = "match"
    """The mark names a registered work, and the sound is that recording."""
    TRANSPLANTED = "transplanted"
    """The mark names a registered work, but the sound is another: the mark was lifted from one song onto another."""
    UNCONFIRMED = "unconfirmed"
    """The mark names a registered work, but its recording's fingerprint is not known here: a claim, not a proof."""
    CONFLICT = "conflict"
    """Two works are named, by two marks or by mark and sound; the earlier registration of this sound wins."""
    UNREGISTERED = "unregistered"
    """A mark was read that names no work in this registry."""
    CONTENT_ONLY = "content_only"
    """No mark, but the sound is a registered recording."""
    NONE = "none"
    """No mark and no known sound. That proves nothing about how it was made."""


@dataclass(frozen=True)
class NamedWork:
    """A registered work that a mark names.

    Args:
        work_id: in the registry; an earlier registration has the smaller number.
        title: as registered; empty where it is not known here.
        sounds_alike: whether the file's fingerprint agrees with the registered recording; None where no fingerprint of
            it is known here.
        registrant: who registered it.
    """

    work_id: WorkId
    title: str
    sounds_alike: bool | None
    registrant: str = ""

    def __str__(self) -> str:
        """As sentences name it."""
        return f"work {self.work_id}" + (f", “{self.title}”" if self.title else "")


@dataclass(frozen=True)
class Judgement:
    """A verdict, the work that it rests on, and each reason as a sentence."""

    verdict: Verdict
    work_id: WorkId | None
    reasons: tuple[str, ...]


def judge(
    marks_read: int, named: Sequence[NamedWork], alike: Sequence[NamedWork] = (), *, silent: bool = False
) -> Judgement:
    """Weigh the evidence on one file.

    Args:
        marks_read: how many different marks were read.
        named: the registered works that they name.
        alike: the registered works whose recording the sound is, best first.
        silent: the file has no sound in which anything could be read.

    Returns:
        The verdict of DESIGN §5 with its reasons.
    """
    if silent:
        return Judgement(Verdict.NONE, None, ("The file is silent: nothing can be read from it.",))
    if not marks_read:
        if alike:
            reason = f"No mark was found, but the sound is the registered recording of {alike[0]}."
            return Judgement(Verdict.CONTENT_ONLY, alike[0].work_id, (reason,))
        reason = "No mark was found, and that proves nothing about how it was made."
        return Judgement(Verdict.NONE, None, (reason,))
    if not named:
        reasons = ["A mark was read that names no work in this registry."]
        if alike:
            reasons.append(f"The sound is the registered recording of {alike[0]}.")
        return Judgement(Verdict.UNREGISTERED, alike[0].work_id if alike else None, tuple(reasons))
    return _of_several(named) if len(named) > 1 else _of_one(named[0], alike)


def _of_one(work: NamedWork, alike: Sequence[NamedWork]) -> Judgement:
    if work.sounds_alike:
        reasons = [f"The mark names {work}.", "The sound is the registered recording."]
        earlier = min((each for each in alike if each.work_id < work.work_id), key=_number, default=None)
        if earlier is None:
            return Judgement(Verdict.MATCH, work.work_id, tuple(reasons))
        reasons.append(f"The same sound was registered earlier, as {earlier}.")
        if earlier.registrant == work.registrant:
            return Judgement(Verdict.MATCH, work.work_id, tuple(reasons))
        reasons.append("A mark can be laid over another, so the earlier registration wins.")
        return Judgement(Verdict.CONFLICT, earlier.work_id, tuple(reasons))
    if alike:
        reasons = [
            f"The mark names {work}, but the sound is not known to be that recording.",
            f"The sound is the registered recording of {alike[0]}.",
        ]
        return Judgement(Verdict.TRANSPLANTED, alike[0].work_id, tuple(reasons))
    claim = "A mark can be lifted from one song and laid on another, so the mark alone proves nothing."
    if work.sounds_alike is None:
        reason = f"The mark names {work}. No fingerprint of it is known here, so the sound could not be compared."
        return Judgement(Verdict.UNCONFIRMED, work.work_id, (reason, claim))
    reason = f"The mark names {work}, but the sound is not that recording."
    return Judgement(Verdict.TRANSPLANTED, work.work_id, (reason, claim))


def _of_several(named: Sequence[NamedWork]) -> Judgement:
    """The earliest registration wins among those whose recording this is: laying a mark over a sound wins nothing."""
    heard = [work for work in named if work.sounds_alike]
    first = min(heard or named, key=_number)
    others = sorted(work.work_id for work in named if work is not first)
    listed = ", ".join(map(str, others))
    reasons = [f"Marks of several works were read: {first.work_id} and {listed}."]
    if len(heard) == 1:
        reasons.append(f"The sound is the recording of {first}, and of no other that is named.")
    else:
        reasons.append(f"Work {first.work_id} was registered before {listed}, so it wins.")
    if not heard and all(work.sounds_alike is False for work in named):
        reasons.append("But the sound is the recording of none of them.")
    return Judgement(Verdict.CONFLICT, first.work_id, tuple(reasons))


def _number(work: NamedWork) -> int:
    return work.work_id
