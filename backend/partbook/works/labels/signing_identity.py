"""Who signs labels: a certificate that was brought, or one that this installation made for itself."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from partbook.core.errors import NotConfigured
from partbook.core.files import write_whole
from partbook.core.settings import Settings

FOLDER = Path("keys") / "signing"
CERTIFICATE_FILE, KEY_FILE, ROOT_FILE = "certificate.pem", "key.pem", "root.pem"
YEARS = 10
"""Without a time-stamp authority a signature holds no longer than its certificate; so a self-made one lasts long."""
_CURVES = {"secp256r1": b"es256", "secp384r1": b"es384", "secp521r1": b"es512"}


class CertificateUnusable(NotConfigured):
    """The certificate that should sign labels cannot: it is missing, expired, or belongs to another key."""


@dataclass(frozen=True)
class SigningIdentity:
    """What signs a manifest.

    Args:
        chain: PEM certificates, own one first.
        key: PEM private key.
        algorithm: C2PA's name of it, such as `es256`.
        name: common name of the certificate.
        expires: when it does.
        self_made: whether this installation made it, so that no trust list knows it.
    """

    chain: bytes
    key: bytes
    algorithm: bytes
    name: str
    expires: datetime
    self_made: bool


def signing_identity(settings: Settings, now: datetime) -> SigningIdentity:
    """The identity that the settings name, or this installation's own, made the first time it is asked for.

    Raises:
        CertificateUnusable: it cannot sign; the sentence says why and what to do.
    """
    certificate, key = settings.signing_certificate, settings.signing_key
    if (certificate is None) != (key is None):
        raise CertificateUnusable(
            "A certificate of one's own needs two settings, PARTBOOK_SIGNING_CERTIFICATE and PARTBOOK_SIGNING_KEY; "
            "only one of them is set."
        )
    if certificate and key:
        return _identity(_bytes(certificate), _bytes(key), certificate, now, self_made=False)
    folder = settings.home / FOLDER
    if not (folder / CERTIFICATE_FILE).is_file():
        _make(folder, now)
    return _identity(_bytes(folder / CERTIFICATE_FILE), _bytes(folder / KEY_FILE), folder, now, self_made=True)


def describe_identity(settings: Settings, now: datetime) -> str:
    """Who signs labels here, in words; makes nothing.

    Raises:
        CertificateUnusable: as for `signing_identity`.
    """
    made = (settings.home / FOLDER / CERTIFICATE_FILE).is_file()
    if not made and not settings.signing_certificate and not settings.signing_key:
        return "a certificate of this installation's own is made when the first file is labelled"
    found = signing_identity(settings, now)
    kind = "self-made, on no trust list" if found.self_made else "brought"
    return f"“{found.name}” signs, {kind}, until {found.expires:%Y-%m-%d}"


def own_root(settings: Settings) -> bytes | None:
    """PEM of this installation's root certificate; None before it signed anything."""
    root = settings.home / FOLDER / ROOT_FILE
    return root.read_bytes() if root.is_file() else None


def _identity(chain: bytes, key: bytes, where: Path, now: datetime, self_made: bool) -> SigningIdentity:
    remedy = f"Move {where} away and a new one is made." if self_made else "Bring one that is valid."
    try:
        certificate = x509.load_pem_x509_certificates(chain)[0]
        private = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError) as broken:
        raise CertificateUnusable(f"{where} holds no PEM certificate with an open private key: {broken}.") from None
    if certificate.public_key() != private.public_key():
        raise CertificateUnusable(f"The certificate in {where} belongs to another private key. {remedy}")
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else certificate.subject.rfc4514_string()
    begins, expires = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= now <= expires:
        when = f"expired on {expires:%Y-%m-%d}" if now > expires else f"is valid only from {begins:%Y-%m-%d} on"
        raise CertificateUnusable(f"The signing certificate “{name}” {when}; today is {now:%Y-%m-%d}. {remedy}")
    return SigningIdentity(chain, key, _algorithm(private, where), name, expires, self_made)


def _algorithm(key: PrivateKeyTypes, where: Path) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return b"ed25519"
    if isinstance(key, rsa.RSAPrivateKey):
        return b"ps256"
    raise CertificateUnusable(f"The key of {where} is of a kind that C2PA does not sign with; use P-256 (ES256).")


def _make(folder: Path, now: datetime) -> None:
    """Write root, certificate and key. The root's own key is thrown away: nobody can issue a second certificate."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    mark = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    number = mark.digest.hex()[:8]
    root_name, own_name = _name(f"Partbook installation {number}, root"), _name(f"Partbook installation {number}")
    root = (
        _unsigned(root_name, root_name, root_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    certificate = (
        _unsigned(own_name, root_name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(mark, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_secret(
        folder / KEY_FILE,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    write_whole(folder / ROOT_FILE, root.public_bytes(serialization.Encoding.PEM))
    write_whole(folder / CERTIFICATE_FILE, certificate.public_bytes(serialization.Encoding.PEM))


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    begins = now.astimezone(UTC) - timedelta(minutes=5)
    return x509.CertificateBuilder(
        issuer, subject, key, x509.random_serial_number(), begins, begins + timedelta(days=365 * YEARS)
    )


def _usage(certificates: bool) -> x509.KeyUsage:
    """A root signs certificates and nothing else, the other one everything else."""
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    """C2PA asks for an organisation beside the name; no person is named."""
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Partbook")]
    )


def _write_secret(path: Path, data: bytes) -> None:
    """A new file that only its owner may read."""
    path.unlink(missing_ok=True)  # left by a run that was stopped before it wrote the certificate
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(data)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as refused:
        raise CertificateUnusable(f"{path} cannot be read: {refused.strerror}.") from None
