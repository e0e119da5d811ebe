"""The versions of the engine `rules`: which one writes now, and which earlier ones it still writes byte for byte."""

ENGINE_NAME = "rules"
ENGINE_VERSION = "2"
"""Raised by any change after which the same words and seed give another draft."""
KNOWN_VERSIONS = ("1", ENGINE_VERSION)
"""Versions whose drafts can be written again.

1: AABA only; parallels avoided among the lower voices only; a slow theme may have three notes.
2: AABA or verse and chorus; bass and inner voices keep clear of the melody; a theme has a least number of notes.
"""
