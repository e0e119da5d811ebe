"""The scenes that the tests here start from."""

from domain_scenes import desk, signed, song, template, work

__all__ = ["desk", "signed", "song", "template", "work"]
