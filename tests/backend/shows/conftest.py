"""The scenes that the tests here start from."""

from domain_scenes import desk, second_work, signed, song, template, work

__all__ = ["desk", "second_work", "signed", "song", "template", "work"]
