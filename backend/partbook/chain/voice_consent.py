"""A singer's consent to a replica of her voice: who may use it, for what, in which songs and lands, until when."""

from dataclasses import dataclass

from eth_utils.address import to_checksum_address

from partbook.chain.typed_data import TypedMessage
from partbook.core.ids import Address

CONSENT_TYPES = {
    "VoiceConsent": [
        {"name": "voice", "type": "address"},
        {"name": "licensees", "type": "address[]"},
        {"name": "purposes", "type": "string[]"},
        {"name": "songs", "type": "bytes32[]"},
        {"name": "territories", "type": "string[]"},
        {"name": "starts", "type": "uint64"},
        {"name": "expires", "type": "uint64"},
    ],
}


@dataclass(frozen=True)
class VoiceConsent:
    """What a singer agrees to.

    Args:
        chain_id: the chain on which her account lives; on a local chain anybody can sign for anybody.
        voice: her account; it signs.
        licensees: accounts that may use the replica.
        purposes: such as `recording` or `release`.
        songs: SHA-256 of each song's `song.json` in hexadecimal; none means every song of the licensees.
        territories: ISO 3166 codes of the lands in which it may be heard; none means the whole world.
        starts: Unix seconds from which it holds.
        expires: Unix seconds at which it ends.
    """

    chain_id: int
    voice: Address
    licensees: tuple[Address, ...]
    purposes: tuple[str, ...]
    songs: tuple[str, ...]
    territories: tuple[str, ...]
    starts: int
    expires: int

    def message(self) -> TypedMessage:
        """What the singer signs; no contract reads it, so its domain names none."""
        return TypedMessage(
            domain={"name": "Partbook VoiceConsent", "version": "1", "chainId": self.chain_id},
            types=CONSENT_TYPES,
            primary_type="VoiceConsent",
            message={
                "voice": to_checksum_address(self.voice),
                "licensees": [to_checksum_address(each) for each in self.licensees],
                "purposes": list(self.purposes),
                "songs": [bytes.fromhex(song) for song in self.songs],
                "territories": list(self.territories),
                "starts": self.starts,
                "expires": self.expires,
            },
        )
