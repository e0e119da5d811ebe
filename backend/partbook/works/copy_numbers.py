"""Numbers in a copy mark: the end of the work's number, and which copy of which edition."""

WORK_TAG_BITS = 24
SERIAL_BITS = 24


def work_tag(work_id: int) -> int:
    """The 24 bits of a copy mark that name the work among those of one registrant."""
    return work_id & (1 << WORK_TAG_BITS) - 1


def split_copy_number(number: int) -> tuple[int, int]:
    """Edition index and serial of a copy number."""
    return number >> SERIAL_BITS, number & (1 << SERIAL_BITS) - 1
