"""The versions of the engine `rules`: which one writes now, and which earlier ones it still writes byte for byte."""

ENGINE_NAME = "rules"
ENGINE_VERSION = "2"
"""Raised by any change after which the same words and seed give another draft."""
KNOWN_VERSIONS = ("1", ENGINE_VERSION)
"""Versions whose drafts can be written again.

1: AABA only; parallels avoided among the lower voices only; a slow theme may have three notes; strong moods in phrygian
   and lydian too; major wanders to its mediants; a scene moves no parts.
2: AABA or verse and chorus; bass and inner voices keep clear of the melody; a theme has a least number of notes; strong
   moods in plain major and minor; major keeps near its tonic; a scene moves parts, and its hour everything.
"""
