"""Towns that really run, as they stand on the internet: each behind a proxy that speaks TLS, with a
certificate of our own authority."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from typing_extensions import override

from fedparents import clock
from fedparents.db import Database
from tests.rig import near, processes
from tests.rig.live import LivePlace, free_port
from tests.rig.source import ROOT
from web.cli.place import open_place

CADDY = Path(sys.executable).with_name("caddy")
_SECONDS_TO_START = 90


@dataclass(slots=True)
class SecurePlace(LivePlace):
    """A place in production, under a name of its own; `door` is the port of its proxy."""

    name: str = ""
    door: int = 0

    @property
    @override
    def url(self) -> str:
        return f"https://{self.name}"

    @property
    @override
    def environment(self) -> dict[str, str]:
        # Named in full: a class with slots is made anew, and `super` would look for the first one.
        given = {near.FOLDER: str(self.folder.parent), "PYTHONPATH": str(ROOT)}
        return super(SecurePlace, self).environment | given

    @override
    def launch(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.rig.near", "serve"]
        self.process = processes.start(
            command, log=self._log_file, env=self.environment, cwd=self.folder
        )
        return self.process

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """What it stores, from beside it; what follows on a change is done by the server."""
        from tests.journeys.days import settings_of  # it stands on the rig

        async with open_place(settings_of(self)) as database:
            yield database


@dataclass(slots=True)
class Neighbourhood:
    """Places that find each other by their names, and the clock that all of them share."""

    folder: Path
    places: list[SecurePlace]
    clock: near.SharedClock
    authority: Path
    proxy: subprocess.Popen[bytes] | None = None

    def browser(self, place: SecurePlace) -> httpx2.AsyncClient:
        """Somebody's, at the door of a place."""
        context = ssl.create_default_context(cafile=str(self.authority))
        return httpx2.AsyncClient(
            transport=_Door(place, context),
            base_url=place.url,
            headers={"Accept-Language": "fr"},
            timeout=60,
        )


class _Door(httpx2.AsyncHTTPTransport):
    """Leads a browser to the proxy of a place, by the name of the place."""

    def __init__(self, place: SecurePlace, context: ssl.SSLContext) -> None:
        super().__init__(verify=context)
        self._place = place

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        there = httpx2.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1", port=self._place.door),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": self._place.name},
        )
        answer = await super().handle_async_request(there)
        if answer.status_code == 502:
            await answer.aclose()
            raise httpx2.ReadError("nobody is behind the door", request=request)
        return answer


@contextmanager
def neighbourhood(
    folder: Path, names: Sequence[str], urls: Sequence[str]
) -> Iterator[Neighbourhood]:
    """One place for each name and empty database; `folder` is theirs."""
    doors = {name: free_port() for name in names}
    (folder / "names.json").write_text(json.dumps(doors), encoding="utf-8")
    authority = _make_certificates(folder, names)
    places = [_place(folder, name, url, doors[name]) for name, url in zip(names, urls, strict=True)]
    shared = near.SharedClock(folder / "ahead.txt")
    found = Neighbourhood(folder, places, shared, authority)
    clock.set_source(shared)
    try:
        with near.knowing(doors):
            found.proxy = _start_proxy(folder, places)
            for place in places:
                place.start()
            yield found
    finally:
        for place in places:
            place.close()
        if found.proxy is not None:
            processes.kill(found.proxy)
        clock.set_source(None)


def _place(folder: Path, name: str, url: str, door: int) -> SecurePlace:
    own = folder / name
    own.mkdir()
    options = {
        "DOMAIN": name,
        "ENVIRONMENT": "production",
        "TRUSTED_PROXIES": "127.0.0.1/32",
        "CA_FILE": str(folder / "authority.pem"),
        "JOB_LEASE_SECONDS": "2",
        "SECRET_KEY": f"of the tests, and long enough: {name}",
    }
    return SecurePlace(own, url, free_port(), options, name=name, door=door)


def _start_proxy(folder: Path, places: Sequence[SecurePlace]) -> subprocess.Popen[bytes]:
    blocks = [
        f"https://{place.name}:{place.door}, https://localhost:{place.door} {{\n"
        f"\tbind 127.0.0.1\n"
        f"\ttls {folder}/{place.name}.pem {folder}/{place.name}.key\n"
        f"\treverse_proxy 127.0.0.1:{place.port}\n"
        f"}}\n"
        for place in places
    ]
    config = folder / "Caddyfile"
    head = "{\n\tadmin off\n\tauto_https off\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n"
    config.write_text(head + "".join(blocks), encoding="utf-8")
    command: list[str | Path] = [CADDY, "run", "--config", config, "--adapter", "caddyfile"]
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    log = folder / "proxy.log"
    process = processes.start(command, log=log, env=home, cwd=folder)
    give_up = time.monotonic() + _SECONDS_TO_START
    while not all(_listens(place.door) for place in places):
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"The proxy did not start:\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.02)
    return process


def _listens(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def _make_certificates(folder: Path, names: Sequence[str]) -> Path:
    """One for each name, and the authority that all of them come from."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
    authority = _signed(issuer, issuer, key.public_key(), key, names=())
    for name in names:
        own = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = _signed(subject, issuer, own.public_key(), key, names=(name, "localhost"))
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        plain = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(plain)
    file = folder / "authority.pem"
    file.write_bytes(authority.public_bytes(Encoding.PEM))
    return file


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    by: ec.EllipticCurvePrivateKey,
    *,
    names: Sequence[str],
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
    )
    if names:
        shown = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(shown, critical=False)
    return builder.sign(by, hashes.SHA256())
