"""Credentials as the API gives them; token ids are strings, for they have 168 bits."""

from typing import Any

from partbook.works.schemas import Answer


class CredentialOut(Answer):
    """A credential with its evidence."""

    token_id: str
    kind: str
    holder: str
    holder_name: str
    count: int
    level: int
    evidence: list[dict[str, Any]]


class CredentialPage(Answer):
    """What somebody earned."""

    items: list[CredentialOut]
    next: str | None = None
