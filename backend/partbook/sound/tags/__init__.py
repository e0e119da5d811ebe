"""Tags and cover art of sound files, carried from a source to what was made of it."""

from partbook.sound.tags.carrying import carry

__all__ = ["carry"]
