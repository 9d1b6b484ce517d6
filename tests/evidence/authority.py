"""Authorities of our own: for time stamps (`openssl ts` behind an HTTP server), and for signing media."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """\
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
ess_cert_id_alg = sha256
"""


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    names: tuple[str, str],
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    purpose: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    """Return a certificate of a subject by an issuer; a root where it has no purpose."""
    (subject, issuer), root, now = names, purpose is None, datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .add_extension(_usage(root=root), critical=True)
    )
    if purpose is not None:
        time_stamping = purpose == ExtendedKeyUsageOID.TIME_STAMPING  # RFC 3161, 2.3: critical
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=time_stamping)
    return builder.sign(by, hashes.SHA256())


def _usage(*, root: bool) -> x509.KeyUsage:
    nothing = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=not root, key_cert_sign=root, crl_sign=root, **nothing)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def make_signer(folder: Path) -> tuple[Path, Path]:
    """Make an office's certificate for signing media under a root of its own; return the files of chain and key."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate(("Tsurumi root", "Tsurumi root"), root_key, root_key)
    signer = _certificate(("Tsurumi", "Tsurumi root"), key, root_key, ExtendedKeyUsageOID.EMAIL_PROTECTION)
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(signer.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))
    private.write_bytes(_private(key))
    return chain, private


def make_authority(folder: Path, name: str) -> Path:
    """Make an authority in a folder and return the file of its root certificate."""
    folder.mkdir()
    root_key, signer_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate((name, name), root_key, root_key)
    signer = _certificate((f"{name} 1", name), signer_key, root_key, ExtendedKeyUsageOID.TIME_STAMPING)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "signer.pem").write_bytes(signer.public_bytes(Encoding.PEM))
    (folder / "signer.key").write_bytes(_private(signer_key))
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    return folder / "root.pem"


def stamp(folder: Path, request: bytes) -> bytes:
    """Answer a request as the authority of that folder."""
    (folder / "request.tsq").write_bytes(request)
    given = ["-config", str(folder / "tsa.cnf"), "-queryfile", str(folder / "request.tsq")]
    return subprocess.run(["openssl", "ts", "-reply", *given], capture_output=True, check=True).stdout


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the authority of a folder; gives its address."""

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = stamp(folder, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Authority) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
