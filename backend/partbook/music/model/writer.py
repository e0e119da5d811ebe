"""Write bars with a network: token by token, within the grammar, each bar at the density it was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from partbook.music.chance import Chance
from partbook.music.model.choosing import CLOSE, Draw, draw
from partbook.music.model.context import Context, Listener
from partbook.music.model.grammar import RANGES, Grammar
from partbook.music.model.guard import Guard
from partbook.music.model.known_runs import KnownRuns
from partbook.music.model.network import Network
from partbook.music.model.tokens import (
    BAR,
    CONT,
    DENSITY,
    END,
    HEADER,
    LENGTH,
    LOWEST,
    NOTE,
    ROLE,
    VOCABULARY,
    Bar,
    DecodedBar,
    Event,
    Header,
    bars_left_class,
    decode,
    encode_bar,
    encode_role,
)
from partbook.music.model.weights import Matrix, Weights

LONGEST = 120
"""Tokens of one bar at most; then it is closed as soon as the grammar lets it."""


class Reader(Protocol):
    """A back-end: reads tokens, says how likely each next token is."""

    name: str
    read: int

    def forget(self) -> None:
        """Begin anew."""

    def feed(self, tokens: Sequence[int], contexts: Sequence[Context]) -> Matrix:
        """Read more tokens; logits of the token after each, shape (tokens, vocabulary)."""


@dataclass(frozen=True)
class Wish:
    """What a bar is to be like.

    Args:
        density: class of notes per quarter; None leaves it to the network.
        scales: for each role the pitch classes that it may sound, tonic at 0; every one where the role is missing.
        wanted: roles that may not stay silent, a bit for each.
        melody: what the first role sounds; only the others are written.
        given: a bar that stands already and is only read.
    """

    density: int | None = None
    scales: Mapping[int, frozenset[int]] = field(default_factory=dict)
    wanted: int = 0
    melody: Sequence[Event] | None = None
    given: Bar | None = None


@dataclass
class Writer:
    """Writes bars one after another.

    Args:
        weights: of the network.
        header: what the piece is to be.
        chance: where the draws come from.
        reader: the back-end; the reference where None.
        heat: temperature in hundredths.
        ranges: lowest and highest pitch by role.
        single: roles of one note at a time, a bit for each.
        known: runs of melody that are not written again; a melody that is given may have them. None guards nothing.

    Attributes:
        tokens: what was written, bar by bar.
        odds: bar, role, place in the bar and pitch of each note drawn, to the probability that it had.
        draws: how many tokens were drawn.
        unsure: for how many of them the reference was asked.
    """

    weights: Weights
    header: Header
    chance: Chance
    reader: Reader | None = None
    heat: int = 100
    ranges: tuple[tuple[int, int], ...] = RANGES
    single: int = 0b1001
    known: KnownRuns | None = None
    tokens: list[list[int]] = field(default_factory=list, init=False)
    odds: dict[tuple[int, int, int, int], float] = field(default_factory=dict, init=False)
    draws: int = field(default=0, init=False)
    unsure: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._reference = Network(self.weights)
        self._reader: Reader = self.reader or self._reference
        self._guard = Guard(self.known) if self.known is not None else None
        self._forget()

    def write(self, wishes: Sequence[Wish], bars_left: int | None = None) -> list[DecodedBar]:
        """Write one bar for each wish, after those written before.

        Args:
            wishes: in order.
            bars_left: bars to the end of the piece, the first of these counted; so many as wishes where None.
        """
        left = bars_left or len(wishes)
        first = len(self.tokens)
        for index, wish in enumerate(wishes):
            self.tokens.append(self._bar(wish, left - index))
        return decode(token for bar in self.tokens[first:] for token in bar)

    def all_tokens(self) -> list[int]:
        """Header, bars and END."""
        return [*self.header.tokens(), *(token for bar in self.tokens for token in bar), END]

    def _bar(self, wish: Wish, left: int) -> list[int]:
        if wish.given is not None:
            bar = encode_bar(wish.given, self.header.bar_steps, left)
            self._make_room(len(bar))
            self._go_on(bar)
            return bar
        self._make_room(LONGEST + 20)
        bar = [BAR + bars_left_class(left)]
        self._go_on(bar)
        bar.append(self._density(wish))
        self._go_on(bar[-1:])
        grammar = Grammar(self.header.bar_steps, self.header.roles, wish.scales, self.ranges, self.single, wish.wanted)
        sung = encode_role(0, wish.melody or ())
        if wish.melody is not None:
            grammar.skip(0)
        if sung:
            self._go_on(sung)
            bar += sung
        while True:
            if len(bar) > LONGEST:
                grammar.wanted = 0
            allowed = grammar.allowed()
            if len(bar) > LONGEST and allowed[CLOSE]:
                return bar
            drawn = self._draw(self._guard.left_of(allowed) if self._guard else allowed)
            if drawn.token == CLOSE:
                return bar
            if NOTE <= drawn.token < LENGTH:
                note = (grammar.role, grammar.place, drawn.token - NOTE + LOWEST)
                self.odds[len(self.tokens), *note] = drawn.chance
            grammar.take(drawn.token)
            bar.append(drawn.token)
            self._go_on([drawn.token])

    def _density(self, wish: Wish) -> int:
        if wish.density is not None:
            return DENSITY + wish.density
        allowed = np.zeros(VOCABULARY, bool)
        allowed[DENSITY:ROLE] = True
        return self._draw(allowed).token

    def _draw(self, allowed: NDArray[np.bool_]) -> Draw:
        """A token; where single precision leaves it open, the reference reads what it missed and decides."""
        self.draws += 1
        chance = self.chance.sub(self.draws)
        drawn = draw(self._logits, allowed, chance, self.heat)
        if self._reader is not self._reference and not drawn.sure:
            self.unsure += 1
            missed = slice(self._reference.read, None)
            logits = self._reference.feed(self._heard[missed], self._contexts[missed])[-1]
            drawn = draw(logits, allowed, self.chance.sub(self.draws), self.heat)
        return drawn

    def _go_on(self, tokens: Sequence[int]) -> None:
        """Take tokens over as the next of the piece."""
        self._read(tokens)
        if self._guard:
            self._guard.hear(tokens)

    def _read(self, tokens: Sequence[int]) -> None:
        contexts = [self._listener.hear(token) for token in tokens]
        self._heard += tokens
        self._contexts += contexts
        self._logits = self._reader.feed(tokens, contexts)[-1]

    def _forget(self) -> None:
        self._reader.forget()
        self._reference.forget()
        self._listener = Listener()
        self._heard: list[int] = []
        self._contexts: list[Context] = []

    def _make_room(self, needed: int) -> None:
        """Begin the reader anew with the last bars where the window would overflow, and at the very start."""
        if self._heard and self._reader.read + needed <= self.weights.shape.context:
            return
        kept: list[list[int]] = []
        room = self.weights.shape.context - HEADER - needed
        for bar in reversed(self.tokens):
            room -= len(bar)
            if room < self.weights.shape.context // 4:
                break
            kept.insert(0, bar)
        header = self.header.tokens()
        if len(kept) < len(self.tokens):
            header[0] = CONT
        self._forget()
        self._read([*header, *(token for bar in kept for token in bar)])
