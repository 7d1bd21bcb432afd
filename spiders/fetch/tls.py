"""Metadata of a TLS connection, stored because pages with invalid certificates are captured too."""

from __future__ import annotations

import ipaddress
import ssl
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from OpenSSL.SSL import Connection


def tls_metadata(connection: Connection, host: str) -> dict[str, object]:
    """Return the protocol, the cipher, the certificate's SHA-256, and whether it is valid for the host.

    `verified` is None if this machine has no trusted authorities; `fault` says why it is False.
    """
    chain = connection.get_peer_cert_chain(as_cryptography=True) or []
    metadata: dict[str, object] = {
        "protocol": connection.get_protocol_version_name(),
        "cipher": connection.get_cipher_name(),
    }
    if not chain:
        return metadata
    fault = _verification_error(chain, host)
    metadata["certificate"] = "sha256:" + chain[0].fingerprint(hashes.SHA256()).hex()
    metadata["verified"] = None if _trusted_authorities() is None else fault is None
    if fault:
        metadata["fault"] = fault
    return metadata


def _verification_error(chain: list[x509.Certificate], host: str) -> str | None:
    """Return why a certificate is not valid for a host; None if it is, or if that cannot be checked."""
    authorities = _trusted_authorities()
    if authorities is None:
        return None
    try:
        verifier = PolicyBuilder().store(authorities).build_server_verifier(_subject(host))
        verifier.verify(chain[0], chain[1:])
    except (VerificationError, ValueError) as error:
        return str(error)
    return None


def _subject(host: str) -> x509.DNSName | x509.IPAddress:
    """Return the name for which a certificate has to be valid."""
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


@cache
def _trusted_authorities() -> Store | None:
    """Return the authorities that this machine trusts; None if it has none."""
    context = ssl.create_default_context()
    found = [x509.load_der_x509_certificate(der) for der in context.get_ca_certs(binary_form=True)]
    return Store(found) if found else None
