"""A mail relay for tests: a real SMTP server on a free port of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TAKEN = "250 OK"


@dataclass
class TestRelay:
    """Takes mails and keeps them; answers to a recipient or to the content as a test says."""

    __test__ = False

    to_recipient: str = TAKEN
    to_content: str = TAKEN
    password: bytes = b""
    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    signed_in: list[bytes] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)

    async def handle_EHLO(
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.greetings.append(hostname)
        return responses

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.to_recipient == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.to_content == TAKEN:
            self.taken.append(envelope)
            transport = server.transport
            assert transport is not None
            self.was_encrypted.append(transport.get_extra_info("sslcontext") is not None)
        return self.to_content

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.signed_in.append(data.login)
        return AuthResult(success=data.password == self.password, handled=False)


@contextlib.asynccontextmanager
async def running(
    relay: TestRelay,
    *,
    tls: ssl.SSLContext | None = None,
    tls_from_start: bool = False,
    wants_password: bool = False,
) -> AsyncIterator[TestRelay]:
    """The relay at work; with `tls` alone it offers STARTTLS."""

    talks: list[SMTP] = []

    def talk() -> SMTP:
        server = SMTP(
            relay,
            hostname="relay.test",
            enable_SMTPUTF8=True,
            tls_context=None if tls_from_start else tls,
            authenticator=relay.authenticate if wants_password else None,
            auth_require_tls=False,
        )
        talks.append(server)
        return server

    server = await asyncio.get_running_loop().create_server(
        talk, "127.0.0.1", 0, ssl=tls if tls_from_start else None
    )
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        await server.wait_closed()
        for each in talks:
            if isinstance(each.transport, asyncio.WriteTransport):
                each.transport.abort()
        await asyncio.sleep(0.01)  # what was aborted ends in the next rounds of the loop
