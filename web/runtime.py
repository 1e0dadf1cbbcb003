"""What one process is made of: the composition root, which knows everything and decides nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import structlog
from jinja2 import Environment
from starlette.routing import BaseRoute

import web.tables  # noqa: F401 - relations between tables of all packages have to be known
from federation.activities.flag import flag_jobs
from federation.delivery.carrier import Carrier
from federation.following import following_jobs
from federation.group_history import group_history_jobs
from federation.group_posts import group_post_jobs
from federation.grouping import grouping_jobs
from federation.inbox import inbox_jobs
from federation.intake import Intake
from federation.keys import Keyring
from federation.looking_up import looking_up_jobs
from federation.moving import moving_jobs
from federation.outbox import outbox_jobs
from federation.profiles import profile_jobs
from federation.sharing import sharing_jobs
from federation.synchronising import synchronising_jobs
from federation.thanking import thanking_jobs
from federation.towns import Towns
from federation.twinning import twinning_jobs
from fedparents.accounts.facts import AccountErased
from fedparents.db import Database, Fact, open_database
from fedparents.db.sqlite import SQLiteDatabase
from fedparents.errors import FedparentsError
from fedparents.instance.service import found_instance
from fedparents.instance.views import InstanceView, get_instance_view
from fedparents.jobs import WAKE_CHANNEL, Bus, InProcessBus, Job, JobKind, Worker, daily, outbox_of
from fedparents.retention.service import RetentionDue, forget_what_is_due
from fedparents.settings import Settings
from fedparents.social.service import forget_person
from web.activitypub.routes import ROUTES as ACTIVITYPUB_ROUTES
from web.activitypub.routes import SIDES
from web.api.addresses import Addresses
from web.api.entities.reader import Reader
from web.api.routes import ROUTES as API_ROUTES
from web.api.scheduled_jobs import scheduled_jobs
from web.api.streaming.hints import Hints
from web.api.streaming.hub import Streams
from web.assets import Assets
from web.auth.cookies import CookieNames
from web.auth.passwords import Passwords
from web.group_words import group_words_jobs
from web.health import is_up_to_date
from web.i18n import Languages
from web.live import Hub
from web.mail.factor_handlers import factor_jobs
from web.mail.group_handlers import group_jobs
from web.mail.handlers import mail_jobs
from web.mail.mailroom import Mailroom
from web.mail.moderation_handlers import moderation_jobs
from web.mail.notice_handlers import notice_jobs
from web.mail.post_handlers import post_mail_jobs
from web.mail.senders import Sender, sender_for
from web.notifications.jobs import notification_jobs
from web.pictures.elsewhere import foreign_picture_jobs
from web.pictures.keeping import Pictures
from web.pictures.process import Drawings
from web.pictures.store import LocalStore
from web.posting import post_jobs
from web.push.jobs import push_jobs
from web.push.sending import Courier
from web.push.wording import Wording
from web.security.limits import Limiter
from web.site import DEVELOPMENT_ROUTES, FEATURES, ROUTES
from web.site.templating import open_templates
from web.talking import conversation_jobs
from web.urls import Urls

if TYPE_CHECKING:
    from federation.transport import Client

log = structlog.get_logger(__name__)

_RETENTION_AT: Final = time(3, 30)
"""At night: the mornings before school are when parents look."""
_ZONE: Final = ZoneInfo("Europe/Paris")
_SECRET_BYTES: Final = 32
_STOP_SECONDS: Final = 10.0


class CannotStart(Exception):
    """The server cannot start; the text is one line that says what to do."""


@dataclass
class Runtime:
    """Everything that lives as long as the process. Made by `open_runtime`, then started."""

    settings: Settings
    secret: bytes
    """Signs links, tokens and toasts."""
    db: Database
    bus: Bus
    hub: Hub
    streams: Streams
    worker: Worker
    languages: Languages
    assets: Assets
    urls: Urls
    templates: Environment
    mailer: Sender
    courier: Courier
    keys: Keyring
    """What everybody here signs with, when it leaves for other towns."""
    carrier: Carrier
    towns: Towns
    intake: Intake
    pictures: Pictures
    limiter: Limiter
    cookies: CookieNames
    routes: Sequence[BaseRoute]
    last_instance: InstanceView
    """The place as it was last read: what a page shows when the database cannot be asked."""
    passwords: Passwords = field(default_factory=Passwords)
    _working: tuple[asyncio.Task[None], ...] = field(default=(), repr=False)

    async def start(self, *, serves: bool = True) -> None:
        """Open the database and begin to work; raises CannotStart.

        A process that serves works only where the settings say so; one that does not is there to
        work.
        """
        try:
            await self.bus.start()
            await self.db.start()
            await self._check_database(serves=serves)
        except FedparentsError as error:
            await self.close()
            raise CannotStart(_explain(error)) from error
        except CannotStart:
            await self.close()
            raise
        if self.settings.works_inside and serves and self.settings.uses_sqlite:
            # Who serves a file is alone on it.
            await self.worker.take_over()
            await self.carrier.take_over()
        if serves:
            self.streams.start()
        if self.settings.works_inside or not serves:
            self._working = (
                asyncio.create_task(self.worker.run(), name="worker"),
                asyncio.create_task(self.carrier.run(), name="carrier"),
            )

    async def close(self) -> None:
        """Finish what is under way, for at most ten seconds, and let go of everything."""
        self.hub.close()
        self.streams.close()
        if self._working:
            self.worker.stop()
            self.carrier.stop()
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(asyncio.gather(*self._working), _STOP_SECONDS)
            self._working = ()
        await self.carrier.close()
        await self.courier.close()
        await self.towns.close()
        self.passwords.close()
        await self.bus.close()
        await self.db.close()

    async def _check_database(self, *, serves: bool) -> None:
        if not await self.db.read(is_up_to_date):
            raise CannotStart("the database is not up to date: run `fedparents db upgrade` first")
        if serves and isinstance(self.db, SQLiteDatabase):
            self.db.claim_serving()
        await self.db.write(
            found_instance, self.settings.domain, may_move=self.settings.is_development
        )
        self.last_instance = await self.db.read(get_instance_view)


def open_runtime(settings: Settings, *, more_routes: Sequence[BaseRoute] = ()) -> Runtime:
    """The parts of a process, put together; nothing runs yet. Raises CannotStart."""
    db = open_database(settings.database, pool=settings.database_pool)
    bus = _bus_for(settings)
    hub, hints = Hub(bus), Hints(bus)
    routes = (*_routes_of(settings), *more_routes)
    mailroom = open_mailroom(settings, db, routes)
    pictures = open_pictures(settings, db)
    courier = Courier(settings, mailroom.secret)
    keys = Keyring(db, mailroom.secret)
    towns = Towns(settings, db, keys)
    intake = Intake(db)
    kinds = (
        *jobs_of(db, hub, hints, mailroom, pictures, courier, keys),
        *scheduled_jobs(db, towns),
        *inbox_jobs(db, towns, intake.give_way),
        *synchronising_jobs(db, towns),
        *looking_up_jobs(db, towns),
        *foreign_picture_jobs(db, pictures, towns),
        *twinning_jobs(db, towns),
        *group_history_jobs(db, towns),
    )
    db.hooks.before_commit = outbox_of(kinds)

    def committed(facts: Sequence[Fact]) -> None:
        bus.publish(WAKE_CHANNEL)
        hints.tell_facts(facts)

    db.hooks.after_commit = committed
    assets = Assets(watch=settings.is_development)
    nobody = Reader(
        Addresses(settings.base_url, assets, mailroom.urls), mailroom.languages, mailroom.secret
    )
    return Runtime(
        settings=settings,
        secret=mailroom.secret,
        db=db,
        bus=bus,
        hub=hub,
        streams=Streams(db, bus, nobody),
        worker=Worker(db, bus, kinds, lease=timedelta(seconds=settings.job_lease_seconds)),
        languages=mailroom.languages,
        assets=assets,
        urls=mailroom.urls,
        templates=open_templates(
            FEATURES,
            assets=assets,
            urls=mailroom.urls,
            cache=settings.data_dir / "cache" / "templates",
            watch=settings.is_development,
        ),
        mailer=mailroom.sender,
        courier=courier,
        keys=keys,
        carrier=Carrier(db, bus, keys, settings.base_url, lambda: _open_client(settings)),
        towns=towns,
        intake=intake,
        pictures=pictures,
        limiter=Limiter(is_on=settings.rate_limits == "on"),
        cookies=CookieNames.of(settings),
        routes=routes,
        last_instance=InstanceView(settings.domain, settings.domain),
    )


def jobs_of(
    db: Database,
    hub: Hub,
    hints: Hints,
    mailroom: Mailroom,
    pictures: Pictures,
    courier: Courier,
    keys: Keyring,
) -> tuple[JobKind[Any], ...]:
    """Who works on which fact, and what happens every day."""
    base_url = mailroom.settings.base_url

    async def retention(_job: Job[RetentionDue]) -> None:
        log.info("retention.done", **await forget_what_is_due(db))

    async def account_erased(job: Job[AccountErased]) -> None:
        await db.write(forget_person, job.fact.actor_id)

    return (
        JobKind("social.forget_person", AccountErased, account_erased),
        JobKind("retention", RetentionDue, retention, next_run=daily(_RETENTION_AT, _ZONE)),
        *post_jobs(db, hints),
        *outbox_jobs(db, base_url),
        *flag_jobs(db, base_url),
        *following_jobs(db, base_url),
        *thanking_jobs(db, base_url),
        *sharing_jobs(db, base_url),
        *profile_jobs(db, base_url, keys),
        *moving_jobs(db, base_url, keys),
        *grouping_jobs(db, base_url),
        *group_post_jobs(db, base_url),
        *group_words_jobs(db, base_url, mailroom.languages),
        *mail_jobs(mailroom),
        *factor_jobs(mailroom),
        *group_jobs(mailroom),
        *moderation_jobs(mailroom),
        *post_mail_jobs(mailroom),
        *pictures.jobs(),
        *notification_jobs(db, hub),
        *notice_jobs(mailroom),
        *push_jobs(db, courier, Wording(mailroom.languages, mailroom.urls, mailroom.secret)),
        *conversation_jobs(db, hub),
    )


def open_pictures(settings: Settings, db: Database) -> Pictures:
    """What takes pictures in, and keeps them."""
    return Pictures(db, LocalStore(settings.data_dir / "media"), Drawings())


def open_mailroom(
    settings: Settings, db: Database, routes: Sequence[BaseRoute] | None = None
) -> Mailroom:
    """What writes and sends mails; raises CannotStart."""
    return Mailroom(
        settings=settings,
        secret=secret_of(settings),
        db=db,
        languages=Languages(),
        urls=Urls(_routes_of(settings) if routes is None else routes, settings.base_url),
        sender=sender_for(settings),
    )


def _open_client(settings: Settings) -> Client:
    from federation.transport import open_client  # loaded with the first delivery, not by islands

    return open_client(settings)


def _routes_of(settings: Settings) -> tuple[BaseRoute, ...]:
    development = DEVELOPMENT_ROUTES if settings.is_development else ()
    return (*SIDES, *ROUTES, *API_ROUTES, *ACTIVITYPUB_ROUTES, *development)


def _bus_for(settings: Settings) -> Bus:
    if settings.uses_sqlite:
        return InProcessBus()
    from fedparents.db.postgres import driver_url  # loads only the driver that is used
    from fedparents.jobs.postgres_bus import PostgresBus  # the same

    return PostgresBus(driver_url(settings.database))


def secret_of(settings: Settings) -> bytes:
    """Signs links, tokens and toasts, and seals keys; raises CannotStart."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_dir / "secret.key"
    try:
        secret = path.read_bytes() if path.exists() else _make_secret(path)
    except OSError as error:
        raise CannotStart(f"the secret key {path} cannot be kept: {error.strerror}") from error
    if len(secret) < _SECRET_BYTES:
        raise CannotStart(f"the secret key {path} is cut short: bring it back from a backup")
    return secret


def _make_secret(path: Path) -> bytes:
    """A key that appears whole or not at all, also when two processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_urlsafe(_SECRET_BYTES).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    with contextlib.suppress(FileExistsError):  # the other one was faster: its key counts
        os.link(unfinished, path)
    unfinished.unlink()
    return path.read_bytes()


def _explain(error: FedparentsError) -> str:
    match error.code:
        case "already_serving":
            return "another fedparents server runs on this database already"
        case "domain_changed":
            old, new = error.params["founded_as"], error.params["now"]
            return (
                f"this place was founded as {old} and cannot become {new}, because people know it"
                f" by that name; set FEDPARENTS_DOMAIN={old}"
            )
    return error.log or error.code
