"""Random bars and headers for the composer's tests."""

from hypothesis import strategies as st

from partbook.music.model.tokens import (
    CHROMATIC,
    DISSONANT,
    HIGHEST,
    LENGTHS,
    LOWEST,
    METRES,
    MODES,
    STYLES,
    Event,
    Header,
    bar_steps,
)


@st.composite
def headers(draw: st.DrawFn) -> Header:
    return Header(
        style=draw(st.sampled_from(STYLES)),
        mode=draw(st.sampled_from(MODES)),
        metre=draw(st.sampled_from(METRES)),
        roles=draw(st.integers(1, 15)),
        chromatic=draw(st.integers(0, len(CHROMATIC))),
        dissonant=draw(st.integers(0, len(DISSONANT))),
        continued=draw(st.booleans()),
    )


@st.composite
def bars(draw: st.DrawFn, steps: int) -> dict[int, list[Event]]:
    """A bar of up to four roles; lengths are those that tokens have."""
    events = st.tuples(st.integers(0, steps - 1), st.sampled_from(LENGTHS), st.integers(LOWEST, HIGHEST))
    roles = draw(st.sets(st.integers(0, 3)))
    return {role: sorted(draw(st.sets(events, min_size=1, max_size=8))) for role in roles}


@st.composite
def pieces(draw: st.DrawFn) -> tuple[Header, list[dict[int, list[Event]]]]:
    """A header and one to six bars of its metre."""
    header = draw(headers())
    return header, draw(st.lists(bars(bar_steps(header.metre)), min_size=1, max_size=6))
