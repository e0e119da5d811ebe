"""What tests of labels start from: small sounds, how songs were made, and certificates that a person brings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import c2pa
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from partbook.core.settings import Settings
from partbook.sound.audio_writer import write
from partbook.works.labels.making import IPTC, Making

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
PAYLOAD = "1100010000000001"
MEDIA = {".wav": "audio/wav", ".flac": "audio/flac", ".mp3": "audio/mpeg", ".m4a": "audio/mp4"}
SIGNED_KINDS = tuple(MEDIA)


def settings_at(home: Path) -> Settings:
    """Nothing set but the home folder."""
    return Settings.from_environment({}, home=home)


def a_sound(path: Path, seconds: float = 3.0, seed: int = 1) -> Path:
    """Noise that comes and goes, with a title."""
    time = np.arange(round(44_100 * seconds)) / 44_100
    noise = np.random.default_rng(seed).standard_normal((len(time), 2)) * 0.1
    sound = (noise * (1 + np.sin(2 * np.pi * 3 * time))[:, None]).astype(np.float32)
    write(path, sound, 44_100, tags={"title": "Regen–Chor"})
    return path


def made(bps: int = 4150, trained: bool = False) -> Making:
    """A song of which a machine made so much."""
    layer = {"ai_bps": bps, "events": 100, "human": 100 - bps // 100, "undeclared": 0}
    share = {"policy": "partbook/ai-share/1", "says": "a measure", "total_bps": bps, "layers": {"melody": layer}}
    return Making("Rain Choir", "transformer" if trained else "rules", "1", trained, share)


def bring_certificate(
    folder: Path, begins: datetime | None = None, days: int = 30, another_key: bool = False
) -> tuple[Settings, bytes]:
    """Settings that name a certificate made here, and the root that it leads to."""
    folder.mkdir(parents=True, exist_ok=True)
    root_key, key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
    begins = begins or datetime.now(UTC) - timedelta(days=1)
    root_name, own_name = _name("Test root"), _name("Label & Sons")

    def unsigned(subject: x509.Name, public: Any) -> x509.CertificateBuilder:
        number, ends = x509.random_serial_number(), begins + timedelta(days=days)
        return x509.CertificateBuilder(root_name, subject, public, number, begins, ends)

    def usage(root: bool) -> x509.KeyUsage:
        return x509.KeyUsage(not root, False, False, False, False, root, root, False, False)

    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    root = (
        unsigned(root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(True, 0), True)
        .add_extension(usage(True), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), False)
        .sign(root_key, hashes.SHA256())
    )
    own = (
        unsigned(own_name, key.public_key())
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(usage(False), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        .add_extension(authority, False)
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    written = ec.generate_private_key(ec.SECP384R1()) if another_key else key
    secret = written.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "own.pem").write_bytes(own.public_bytes(pem))
    (folder / "own.key").write_bytes(secret)
    settings = settings_at(folder / "home")
    named = replace(settings, signing_certificate=folder / "own.pem", signing_key=folder / "own.key")
    return named, root.public_bytes(pem)


def foreign(path: Path, scratch: Path, unsigned: Path | None = None) -> Path:
    """A sound file that another program signed, with the library itself and a certificate of its own."""
    settings, _ = bring_certificate(scratch)
    assert settings.signing_certificate is not None
    assert settings.signing_key is not None
    chain, key = settings.signing_certificate.read_bytes(), settings.signing_key.read_bytes()
    action = {"action": "c2pa.created", "digitalSourceType": IPTC + "trainedAlgorithmicMedia"}
    manifest = {
        "claim_generator_info": [{"name": "Another studio", "version": "9"}],
        "title": "Theirs",
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }
    unsigned = unsigned or a_sound(path.with_name(f"unsigned{path.suffix}"))
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es384", chain, key, None))
    with c2pa.Builder(manifest) as builder, unsigned.open("rb") as source, path.open("w+b") as target:
        builder.sign(signer, MEDIA[path.suffix], source, target)
    return path


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sons")]
    )
