"""Tell an MP3 that begins in the middle of a frame, as recordings of radio streams do, from other bytes."""

KBPS_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KBPS_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""Bit rates of layer III in MPEG 1, and in MPEG 2 and 2.5."""
RATES = (44_100, 48_000, 32_000)
IN_A_ROW = 4
"""So many frames, each ending where the next begins, do not come about by chance."""
LONGEST_FRAME = 1441


def is_cut_mp3(head: bytes) -> bool:
    """Whether frames follow one another from somewhere within the first frame's length."""
    return any(_in_a_row(head, at) for at in range(min(LONGEST_FRAME, len(head))))


def _in_a_row(head: bytes, at: int) -> bool:
    for _ in range(IN_A_ROW):
        length = _frame_length(head[at : at + 4])
        if not length:
            return False
        at += length
    return True


def _frame_length(header: bytes) -> int:
    """Bytes of a layer III frame with this header; 0 where it is none.

    Source: ISO/IEC 11172-3, section 2.4.2.3; ISO/IEC 13818-3.
    """
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    kbps, rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if layer != 1 or version == 1 or kbps in (0, 15) or rate == 3:
        return 0
    if version == 3:
        return 144_000 * KBPS_1[kbps - 1] // RATES[rate] + padding
    return 72_000 * KBPS_2[kbps - 1] // (RATES[rate] // (2 if version == 2 else 4)) + padding
