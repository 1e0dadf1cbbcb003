"""What the operator decides before the start, read once from the environment or a `.env` file.

The only module that reads the environment. Everything else gets a `Settings` as an argument; what
an association changes in the browser lives in `fedparents.instance`.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

PREFIX = "FEDPARENTS_"
Network = IPv4Network | IPv6Network
_HOST_NAME = re.compile(r"(?=.{1,253}(?::|$))([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]+")
_LARGEST_PORT = 65535


class SettingsError(Exception):
    """A setting cannot be used; the text is one line: which, why, and what would be right."""


class Source(StrEnum):
    ENVIRONMENT = "environment"
    FILE = ".env file"
    DEFAULT = "default"


def _words(value: object) -> object:
    """A list written as one line of words between spaces or commas."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


Networks = Annotated[tuple[Network, ...], BeforeValidator(_words)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(_empty_is_none)]
OptionalPath = Annotated[Path | None, BeforeValidator(_empty_is_none)]


class Settings(BaseModel):
    """Every setting, frozen. The description of each field is what `fedparents settings` prints."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    domain: str = Field(
        "localhost:8000",
        description="The public name of this place, as in addresses: a host name, with a port"
        " only for trying out. It cannot change once people have joined.",
        examples=["parents-issy.fr", "localhost:8000"],
    )
    environment: Literal["auto", "production", "development"] = Field(
        "auto",
        description="`production` demands HTTPS, `development` shows mails at /dev/mail;"
        " `auto` is development when the domain is localhost.",
        examples=["auto", "production", "development"],
    )
    data_dir: Path = Field(
        Path("var"),
        description="The folder for the database, the secret key and uploaded pictures.",
        examples=["/var/lib/fedparents"],
    )
    database_url: OptionalSecret = Field(
        None,
        description="The database; empty means SQLite in the data folder.",
        examples=["sqlite:///var/fedparents.db", "postgresql://user:password@localhost/fedparents"],
    )
    bind: str = Field(
        "127.0.0.1:8000",
        description="The address and port to listen on, or unix:PATH.",
        examples=["127.0.0.1:8000", "[::]:8000", "unix:/run/fedparents/web.sock"],
    )
    trusted_proxies: Networks = Field(
        (),
        description="Networks of the reverse proxies whose X-Forwarded-For is believed."
        " Without any, the address of the connection counts.",
        examples=["127.0.0.1/32 ::1/128"],
    )
    allowed_private_networks: Networks = Field(
        (),
        description="Private networks that this server may call although they are not public;"
        " leave empty in production.",
        examples=["127.0.0.0/8"],
    )
    ca_file: OptionalPath = Field(
        None,
        description="Certificate authorities to trust when calling other servers,"
        " instead of the usual ones (PEM).",
        examples=["/etc/ssl/certs/ca-certificates.crt"],
    )
    rate_limits: Literal["on", "off"] = Field(
        "on",
        description="Whether requests are limited per address and account; `off` only for tests.",
        examples=["on", "off"],
    )
    smtp_url: OptionalSecret = Field(
        None,
        description="The mail relay: smtp:// (STARTTLS when offered), smtps:// (TLS from the"
        " start) or smtp+starttls:// (TLS or nothing). In development an empty value keeps the"
        " mails in the data folder and shows them at /dev/mail.",
        examples=["smtps://user:password@mail.example.org:465"],
    )
    mail_from: str = Field(
        "",
        description="The sender of mails; empty means noreply@ the domain.",
        examples=["Parents d'Issy <bonjour@parents-issy.fr>"],
    )
    secret_key: OptionalSecret = Field(
        None,
        description="The key that signs links, at least 32 characters; empty means a key made at"
        " the first start and kept in the data folder. Several machines need the same one.",
        examples=["64 random letters and digits"],
    )
    backup_key: OptionalSecret = Field(
        None,
        description="What backups are encrypted with, at least 32 characters; empty means that"
        " they are not. Keep it apart from them: without it nobody can read them again.",
        examples=["64 random letters and digits"],
    )
    worker: Literal["auto", "inside", "outside"] = Field(
        "auto",
        description="Where background work runs: `inside` the web process, `outside` in"
        " `fedparents worker`; `auto` is inside on SQLite and outside on PostgreSQL.",
        examples=["auto", "inside", "outside"],
    )
    job_lease_seconds: int = Field(
        60,
        ge=2,
        le=3600,
        description="After how many seconds work of a worker that died is given to another.",
        examples=["60"],
    )
    database_pool: int = Field(
        8,
        ge=2,
        le=64,
        description="Connections of one process to PostgreSQL; SQLite has one writer and ignores"
        " this.",
        examples=["8"],
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        description="How the log is written: for people or for programs.",
        examples=["text", "json"],
    )

    @field_validator("domain")
    @classmethod
    def _check_domain(cls, value: str) -> str:
        domain = value.strip().lower().rstrip(".")
        host, colon, port = domain.partition(":")
        if "/" in domain or not _HOST_NAME.fullmatch(host):
            raise ValueError("it is not a host name (no https://, no path)")
        if colon and not (port.isdigit() and 0 < int(port) <= _LARGEST_PORT):
            raise ValueError("the part after the colon is not a port")
        return domain

    @field_validator("bind")
    @classmethod
    def _check_bind(cls, value: str) -> str:
        if value.startswith("unix:"):
            if len(value) == len("unix:"):
                raise ValueError("a path has to follow unix:")
            return value
        host, colon, port = value.rpartition(":")
        if not colon or not host or not port.isdigit() or int(port) > _LARGEST_PORT:
            raise ValueError("it is not ADDRESS:PORT")
        return value

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _require_scheme(value, ("sqlite", "postgresql", "postgres"))
            if value.get_secret_value() in {"sqlite://", "sqlite:///"}:
                raise ValueError("SQLite needs a file")
            _require_port(urlsplit(value.get_secret_value()))
        return value

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _require_scheme(value, ("smtp", "smtps", "smtp+starttls"))
            parts = urlsplit(value.get_secret_value())
            if not parts.hostname:
                raise ValueError("it names no host")
            _require_port(parts)
        return value

    @field_validator("mail_from")
    @classmethod
    def _check_mail_from(cls, value: str) -> str:
        before, _, after = parseaddr(value)[1].rpartition("@")
        if value and not (before and after):
            raise ValueError("it is not an address")
        return value

    @field_validator("secret_key", "backup_key")
    @classmethod
    def _check_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:  # noqa: PLR2004 - said below
            raise ValueError("it is shorter than 32 characters")
        return value

    @field_validator("ca_file")
    @classmethod
    def _check_ca_file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("there is no such file")
        return value

    @property
    def is_development(self) -> bool:
        if self.environment != "auto":
            return self.environment == "development"
        return is_local_name(self.domain.partition(":")[0])

    @property
    def base_url(self) -> str:
        """Where people find us, without a slash at the end."""
        return f"{'http' if self.is_development else 'https'}://{self.domain}"

    @property
    def database(self) -> str:
        """The database's URL with the default filled in."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir / 'fedparents.db'}"
        return self.database_url.get_secret_value()

    @property
    def uses_sqlite(self) -> bool:
        return self.database.startswith("sqlite:")

    @property
    def works_inside(self) -> bool:
        """Whether `fedparents serve` runs the background work itself."""
        return self.worker == "inside" or (self.worker == "auto" and self.uses_sqlite)


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting as `fedparents settings` shows it: secrets are hidden."""

    name: str
    value: str
    source: Source
    description: str


def is_local_name(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(
    environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")
) -> Settings:
    """The settings of this process; raises SettingsError with one line for the operator."""
    found = _found(environ, env_file)
    values = {name: value for name, (value, _) in found.items()}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error, values)) from None


def list_settings(
    settings: Settings, environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")
) -> list[SettingLine]:
    """Every setting with its value and where it comes from, in the order of the class."""
    found = _found(environ, env_file)
    return [
        SettingLine(
            name=_variable(name),
            value=_shown(getattr(settings, name)),
            source=found[name][1] if name in found else Source.DEFAULT,
            description=field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def unknown_settings(
    environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")
) -> dict[str, str]:
    """Variables with our prefix that are no setting, each with the nearest real name or ""."""
    environ = os.environ if environ is None else environ
    known = {_variable(name) for name in Settings.model_fields}
    given = {name for name in (*environ, *_file_values(env_file)) if name.startswith(PREFIX)}
    return {name: _nearest(name) for name in sorted(given - known)}


def _nearest(variable: str) -> str:
    # Without the prefix, which would make everything look alike.
    typed = variable.removeprefix(PREFIX).lower()
    found = difflib.get_close_matches(typed, Settings.model_fields, 1)
    return _variable(found[0]) if found else ""


def _found(environ: Mapping[str, str] | None, env_file: Path) -> dict[str, tuple[str, Source]]:
    environ = os.environ if environ is None else environ
    in_file = _file_values(env_file)
    found: dict[str, tuple[str, Source]] = {}
    for name in Settings.model_fields:
        variable = _variable(name)
        if variable in environ:
            found[name] = (environ[variable], Source.ENVIRONMENT)
        elif in_file.get(variable) is not None:
            found[name] = (str(in_file[variable]), Source.FILE)
    return found


def _file_values(env_file: Path) -> dict[str, str | None]:
    try:
        return dotenv_values(env_file) if env_file.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{env_file} cannot be read: {error}") from None


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(hidden)"
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(value)


def _require_scheme(value: SecretStr, schemes: tuple[str, ...]) -> None:
    try:
        scheme = urlsplit(value.get_secret_value()).scheme
    except ValueError:
        raise ValueError("it is not a URL") from None
    if scheme.partition("+psycopg")[0] not in schemes:
        raise ValueError(f"it does not begin with {' or '.join(f'{s}://' for s in schemes)}")


def _require_port(parts: SplitResult) -> None:
    try:
        _ = parts.port  # reading it is what checks it
    except ValueError:
        raise ValueError("the part after the colon is not a port") from None


def _explain(error: ValidationError, values: Mapping[str, str]) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0])
    field = Settings.model_fields[name]
    secret = "Secret" in str(field.annotation)
    given = "" if secret else f" is {values.get(name, '')!r}"
    reason = first["msg"].removeprefix("Value error, ")
    right = " or ".join(map(str, field.examples or []))
    return f"{_variable(name)}{given}: {reason}. Right would be, for example: {right}"
