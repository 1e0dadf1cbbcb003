"""The keys themselves: making, reading and writing them, and which of other towns are taken.

Loads cryptography, which a place that talks to nobody does without: it is itself loaded late.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_public_key,
)

from federation import base58
from federation.errors import Malformed

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
PublicKey = RSAPublicKey | Ed25519PublicKey

_OUR_BITS: Final = 2048
_RSA_BITS: Final = range(2048, 4096 + 1)
_USUAL_EXPONENT: Final = 65537
_LARGEST_EXPONENT: Final = 2**32
"""A longer one would make each verification dear."""
_LONGEST_PEM: Final = 4096
_ED25519_CODE: Final = b"\xed\x01"  # "ed25519-pub" of the multicodec table
_PADDING: Final = PKCS1v15()
_SHA256: Final = SHA256()
_SHA512: Final = SHA512()


class Hashing(StrEnum):
    """What an RSA signature was made over; Ed25519 brings its own."""

    SHA256 = "sha256"
    SHA512 = "sha512"


def new_rsa_key() -> RSAPrivateKey:
    """Takes a tenth of a second, most of it outside the interpreter's lock: for a thread."""
    return generate_private_key(public_exponent=_USUAL_EXPONENT, key_size=_OUR_BITS)


def new_ed25519_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def private_bytes(key: PrivateKey) -> bytes:
    """For our own table, before it is sealed."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def read_private(stored: bytes) -> PrivateKey:
    # Checking the factors anew takes 36 ms, and whoever could change them could unseal them.
    key = load_der_private_key(stored, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise TypeError(f"{type(key).__name__} is no key of ours")
    return key


def public_pem(key: PublicKey) -> str:
    raw = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return raw.decode("ascii")


def read_public_pem(pem: str) -> PublicKey:
    """A key of another town: RSA of 2048 to 4096 bits or Ed25519; raises Malformed for others."""
    if len(pem) > _LONGEST_PEM or not pem.isascii():
        raise Malformed("a public key of impossible length or letters")
    try:
        key = load_pem_public_key(pem.encode("ascii"))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Malformed(f"a public key that cannot be read: {error}") from None
    if isinstance(key, RSAPublicKey):
        return _checked(key)
    if isinstance(key, Ed25519PublicKey):
        return key
    raise Malformed(f"a key of a kind that is not taken: {type(key).__name__}")


def _checked(key: RSAPublicKey) -> RSAPublicKey:
    exponent = key.public_numbers().e
    if key.key_size not in _RSA_BITS:
        raise Malformed(f"an RSA key of {key.key_size} bits")
    if exponent % 2 == 0 or not 1 < exponent <= _LARGEST_EXPONENT:
        raise Malformed("an RSA key with an exponent that is not taken")
    return key


def multikey(key: PublicKey) -> str:
    """As `publicKeyMultibase` has it; RSA keys are shown as PEM."""
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("only Ed25519 keys are written in multibase")
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return "z" + base58.encode(_ED25519_CODE + raw)


def read_multikey(text: str) -> Ed25519PublicKey:
    """An Ed25519 key in multibase; raises Malformed for any other."""
    raw = read_base58(text)
    if not raw.startswith(_ED25519_CODE):
        raise Malformed("a multikey of a kind that is not taken")
    try:
        return Ed25519PublicKey.from_public_bytes(raw.removeprefix(_ED25519_CODE))
    except ValueError as error:
        raise Malformed(f"a multikey that cannot be read: {error}") from None


def read_base58(text: str) -> bytes:
    """Multibase in base58-btc, which is all that is used; raises Malformed."""
    if not text.startswith("z"):
        raise Malformed("a multibase value that is not base58-btc")
    try:
        return base58.decode(text[1:])
    except ValueError as error:
        raise Malformed(str(error)) from None


def sign_bytes(key: PrivateKey, message: bytes) -> bytes:
    """RSA with SHA-256 as everybody takes it, or Ed25519. Leaves the interpreter's lock."""
    if isinstance(key, RSAPrivateKey):
        return key.sign(message, _PADDING, _SHA256)
    return key.sign(message)


def is_signed(
    key: PublicKey, signature: bytes, message: bytes, hashing: Hashing = Hashing.SHA256
) -> bool:
    try:
        if isinstance(key, RSAPublicKey):
            chosen = _SHA256 if hashing is Hashing.SHA256 else _SHA512
            key.verify(signature, message, _PADDING, chosen)
        else:
            key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def is_ed25519(key: PublicKey) -> bool:
    return isinstance(key, Ed25519PublicKey)
