"""The public record of a concert, pinned in clear and named by the chain."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class ConcertMetadata(BaseModel):
    """`concert-metadata-1`: what is played, under which title."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    schema_: Annotated[Literal["partbook-concert-metadata-1"], Field(alias="schema")] = "partbook-concert-metadata-1"
    name: Annotated[str, Field(min_length=1, max_length=200)]
    works: Annotated[list[int], Field(min_length=1, max_length=16)]
