"""Partbook: rights and royalties for music that people and AI make together."""

__version__ = "0.1.0"
