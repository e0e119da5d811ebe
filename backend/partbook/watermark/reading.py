"""What a reader reports."""

from dataclasses import dataclass

from partbook.watermark.codeword import FALSE_NAME_PER_DECODE


@dataclass(frozen=True)
class Reading:
    """One payload read from the sound.

    Args:
        payload: eight bytes.
        confidence: 0 to 1: share of the 1024 code bits read with the right sign, scaled so that 0 is chance.
        start: second at which the sound that says so begins.
        tempo: how much faster this sound plays than the marked original; 1.02 is 2 % faster.
        pitch: how much higher it sounds, in semitones.
        pilot_score: standard deviations by which the key's pilots stand out.
        end: second at which the sound that says so ends.
    """

    payload: bytes
    confidence: float
    start: float
    tempo: float
    pitch: float
    pilot_score: float
    end: float


@dataclass(frozen=True)
class Detection:
    """The result of reading a whole recording with one key.

    Args:
        readings: best first; empty where no mark was found, which proves nothing about how the sound was made.
        pilot_score: the best of all stretches; about 4 to 6 without a mark.
        decodes: how often the error-control code was tried with a list of 32 messages; a longer list counts as more.
        per_decode: greatest probability that one such try gives a payload by chance.
    """

    readings: list[Reading]
    pilot_score: float
    decodes: int
    per_decode: float = FALSE_NAME_PER_DECODE

    @property
    def false_name_bound(self) -> float:
        """Greatest probability that sound without a mark gave a payload in this reading.

        A decode shows 32 messages to a 40-bit check, so one passes by chance with at most 32 · 2⁻⁴⁰ = 2.9 × 10⁻¹¹;
        `decodes` of them with at most `decodes` times that. A reader never tries more than 32: at most 9.4 × 10⁻¹⁰.
        """
        return self.decodes * self.per_decode
