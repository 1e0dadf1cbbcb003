"""The place as apps see it, in the two shapes that are in use."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final, Literal

from markupsafe import escape

from fedparents.actors.fields import FIELD_LENGTH, FIELDS_AT_MOST
from fedparents.actors.service import NAME_LENGTH
from fedparents.instance.models import FederationMode
from web.api.addresses import Addresses
from web.api.entities.entity import Entity
from web.api.own.route import VERSION as OWN_VERSION
from web.api.place import PlaceFigures

# Three numbers before the first space: apps switch features on by them.
VERSION: Final = f"4.4.0 (compatible; fedparents {version('fedparents')})"
API_VERSIONS: Final = {"mastodon": 6, "fedparents": OWN_VERSION}

_THUMBNAIL: Final = "built/app-512.png"
_ICONS: Final = (("built/app-192.png", "192x192"), ("built/app-512.png", "512x512"))
_CHARACTERS: Final = 5000
_PER_URL: Final = 23
_MEDIA: Final = 4
_MIB: Final = 1024 * 1024

Access = Literal["public", "authenticated", "disabled"]


class AccountLimits(Entity):
    max_featured_tags: int = 10
    max_pinned_statuses: int = 5
    max_profile_fields: int = FIELDS_AT_MOST
    profile_field_name_limit: int = FIELD_LENGTH
    profile_field_value_limit: int = FIELD_LENGTH
    max_display_name_length: int = NAME_LENGTH
    max_note_length: int = 500
    max_avatar_description_length: int = 150
    max_header_description_length: int = 150


class StatusLimits(Entity):
    max_characters: int = _CHARACTERS
    max_media_attachments: int = _MEDIA
    characters_reserved_per_url: int = _PER_URL


class MediaLimits(Entity):
    """Photos only, and below 2^31 everywhere: Tusky reads 32 bits."""

    supported_mime_types: tuple[str, ...] = (
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/heic",
        "image/heif",
        "image/avif",
    )
    description_limit: int = 1500
    image_size_limit: int = 16 * _MIB
    image_matrix_limit: int = 33_177_600
    video_size_limit: int = 0
    video_frame_rate_limit: int = 0
    video_matrix_limit: int = 0


class PollLimits(Entity):
    max_options: int = 10
    max_characters_per_option: int = 100
    min_expiration: int = 300
    max_expiration: int = 2_629_746


class Limits(Entity):
    """What both shapes say of what may be written."""

    accounts: AccountLimits = AccountLimits()
    statuses: StatusLimits = StatusLimits()
    media_attachments: MediaLimits = MediaLimits()
    polls: PollLimits = PollLimits()


class RuleEntity(Entity):
    """One point of the rules. Its number is its place in the list: reports name it."""

    id: str
    text: str
    hint: str = ""
    translations: dict[str, str] = {}

    @classmethod
    def list_of(cls, rules: Sequence[str]) -> tuple[RuleEntity, ...]:
        return tuple(cls(id=str(number), text=text) for number, text in enumerate(rules, 1))


class StreamingUrl(Entity):
    streaming_api: str


class Stats(Entity):
    user_count: int
    status_count: int = 0
    domain_count: int = 0


class LegacyPollLimits(Entity):
    """What apps read before there was `configuration`."""

    max_options: int = PollLimits().max_options
    max_option_chars: int = PollLimits().max_characters_per_option
    min_expiration: int = PollLimits().min_expiration
    max_expiration: int = PollLimits().max_expiration


class InstanceV1Entity(Entity):
    """The place as older apps and toot know it."""

    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str = VERSION
    urls: StreamingUrl
    stats: Stats
    thumbnail: str
    languages: tuple[str, ...]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: Limits = Limits()
    contact_account: None = None
    rules: tuple[RuleEntity, ...] = ()
    max_toot_chars: int = _CHARACTERS
    poll_limits: LegacyPollLimits = LegacyPollLimits()

    @classmethod
    def of(cls, figures: PlaceFigures, addresses: Addresses) -> InstanceV1Entity:
        instance = figures.instance
        return cls(
            uri=instance.domain,
            title=instance.name,
            short_description=instance.tagline,
            description=str(escape(instance.tagline)),
            email=instance.contact_email,
            urls=StreamingUrl(streaming_api=addresses.streaming),
            stats=Stats(user_count=figures.accounts),
            thumbnail=addresses.picture(_THUMBNAIL),
            languages=(instance.language,),
            registrations=figures.takes_sign_ups,
            approval_required=figures.needs_approval,
            invites_enabled=figures.takes_invited,
            rules=RuleEntity.list_of(figures.rules),
        )


class Users(Entity):
    active_month: int


class Usage(Entity):
    users: Users


class Thumbnail(Entity):
    url: str
    description: str = ""


class Icon(Entity):
    src: str
    size: str


class Urls(Entity):
    streaming: str
    status: None = None
    about: str
    privacy_policy: str | None
    terms_of_service: None = None


class Vapid(Entity):
    public_key: str


class Translation(Entity):
    enabled: bool = False


class FeedAccess(Entity):
    local: Access
    remote: Access


class TimelinesAccess(Entity):
    """Nothing of a town's life is shown to strangers."""

    live_feeds: FeedAccess = FeedAccess(local="authenticated", remote="authenticated")
    hashtag_feeds: FeedAccess = FeedAccess(local="authenticated", remote="authenticated")
    trending_link_feeds: FeedAccess = FeedAccess(local="disabled", remote="disabled")


class OwnConfiguration(Entity):
    """What of ours there is, for programs that know our own API."""

    groups: bool = True
    swaps: bool = True
    events: bool = False
    rides: bool = False
    group_list_id_base: int = 0
    """Lists of groups have the number of their group."""
    closed_group_public: Literal["narrow", "reject"] = "narrow"
    """What is said publicly to a closed group stays in it."""


class Configuration(Limits):
    urls: Urls
    vapid: Vapid
    translation: Translation = Translation()
    timelines_access: TimelinesAccess = TimelinesAccess()
    limited_federation: bool
    fedparents: OwnConfiguration = OwnConfiguration()


class RegistrationsEntity(Entity):
    enabled: bool
    approval_required: bool
    reason_required: bool
    message: None = None
    min_age: int
    url: str


class Contact(Entity):
    """An address, and no account: who looks after a place need not be known to strangers."""

    email: str
    account: None = None


class InstanceV2Entity(Entity):
    """The place as today's apps know it."""

    domain: str
    title: str
    version: str = VERSION
    source_url: str
    description: str
    usage: Usage
    thumbnail: Thumbnail
    icon: tuple[Icon, ...]
    languages: tuple[str, ...]
    configuration: Configuration
    registrations: RegistrationsEntity
    api_versions: dict[str, int] = API_VERSIONS
    contact: Contact
    rules: tuple[RuleEntity, ...] = ()

    @classmethod
    def of(cls, figures: PlaceFigures, addresses: Addresses, push_key: str) -> InstanceV2Entity:
        """`push_key` is the one that pushes are signed with, as browsers want it."""
        instance = figures.instance
        return cls(
            domain=instance.domain,
            title=instance.name,
            source_url=addresses.front_page,
            description=instance.tagline,
            usage=Usage(users=Users(active_month=figures.active_month)),
            thumbnail=Thumbnail(url=addresses.picture(_THUMBNAIL)),
            icon=tuple(Icon(src=addresses.picture(path), size=size) for path, size in _ICONS),
            languages=(instance.language,),
            configuration=Configuration(
                urls=_urls(figures, addresses),
                vapid=Vapid(public_key=push_key),
                limited_federation=instance.federation_mode != FederationMode.OPEN,
            ),
            registrations=RegistrationsEntity(
                enabled=figures.takes_sign_ups,
                approval_required=figures.needs_approval,
                reason_required=instance.asks_reason,
                min_age=instance.minimum_age,
                url=addresses.sign_up,
            ),
            contact=Contact(email=instance.contact_email),
            rules=RuleEntity.list_of(figures.rules),
        )


def _urls(figures: PlaceFigures, addresses: Addresses) -> Urls:
    return Urls(
        streaming=addresses.streaming,
        about=addresses.front_page,
        privacy_policy=addresses.privacy_policy if figures.has_privacy_page else None,
    )
