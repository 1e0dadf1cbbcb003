"""Every page there is, by who sees it: a page without an entry fails `test_every_page.py`."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = ("legal_notice", "privacy", "contact", "rules", "accessibility")
NO_PAGES = {
    "manifest": "for browsers",
    "picture": "a picture, shown on many pages",
    "small_picture": "the same, smaller",
    "invite_qr": "a picture, shown on the page of its invitation",
    "factor_qr": "the same, for the app that makes codes",
    "recovery_codes_text": "a file to keep",
    "place_choices": "a part of a page, asked for while somebody types",
    "events": "a stream for scripts",
    "group_requests": "leads to the desk of the group, where earlier mails point to it",
    "dev_mail_html": "the inside of a mail, shown by dev_mail_letter",
    "dev_mail_sample_html": "the same for dev_mail_sample",
}
"""Routes that answer something else than a page."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One page as somebody may find it. A value `{name}` is one of the town's things."""

    route: str
    params: dict[str, str] = field(default_factory=dict)
    status: int = 200
    errs: bool = False
    """Its form, sent with nothing in it, comes back with complaints."""


def page(route: str, *, status: int = 200, errs: bool = False, **params: str) -> Sight:
    return Sight(route, params, status, errs)


VISITOR = (
    page("home"),
    page("join"),
    page("invitation", token="{invitation}"),
    page("invitation", token="{ended_invitation}", status=410),
    page("invitation", token="unknown", status=404),
    page("sign_up", errs=True),
    page("sign_up_sent"),
    page("sign_up_waiting"),
    page("sign_in", errs=True),
    page("sign_in_password", errs=True),
    page("enter", token="{to_enter}"),
    page("enter", token="unknown", status=404),
    page("confirm_email", token="{to_confirm}"),
    page("change_email", token="{to_change}"),
    *(page("legal_page", kind=kind) for kind in KINDS),
    page("group", id="{group}", status=404),
    page("person", handle="ana", status=404),
    page("preferences"),
    page("offline"),
    page("style"),
    page("dev_mail"),
    page("dev_mail_letter", name="{letter}"),
    page("dev_mail_samples"),
    page("dev_mail_sample", name="sign_in"),
)
MEMBER = (
    page("home"),
    page("invitation", token="{invitation}"),
    page("account"),
    page("profile", errs=True),
    page("own_picture", errs=True),
    page("email", errs=True),
    page("new_password", errs=True),
    page("proof"),
    page("second_factor"),
    page("set_up_factor", errs=True),
    page("devices"),
    page("leave", errs=True),
    page("person", handle="ana"),
    page("person", handle="driss"),
    page("person", handle="basile"),
    page("person", handle="mia"),
    page("person", handle="lou"),
    page("person", handle="nobody", status=404),
    page("person_note", handle="driss"),
    page("mute", handle="driss", errs=True),
    page("block", handle="driss"),
    page("following"),
    page("followers"),
    page("follow_requests"),
    page("muted"),
    page("blocked"),
    page("filters"),
    page("new_filter", errs=True),
    page("filter", id="{filter}"),
    page("invites"),
    page("new_invite"),
    page("invite", id="{invite}"),
    page("invite", id="{ended_invite}"),
    page("invite_poster", id="{invite}"),
    page("end_invite", id="{invite}"),
    page("notifications"),
    page("notifications", before="1"),
    page("groups"),
    page("group_invitation", token="{group_invitation}"),
    page("new_group"),
    page("group", id="{group}"),
    page("group", id="{strange_group}"),
    page("group", id="{asked_group}"),
    page("group", id="{proposed_group}"),
    page("group_members", id="{group}"),
    page("own_membership", id="{group}"),
    page("leave_group", id="{group}"),
    page("new_group_invite", id="{group}"),
    page("group_desk", id="{group}"),
    page("group_desk", id="{group}", post="{held_post}"),
    page("refuse_post", id="{group}", post="{held_post}", errs=True),
    page("group_switches", id="{group}"),
    page("group_topics", id="{group}"),
    page("group_topic", id="{group}", topic="{group_topic}", errs=True),
    page("remove_topic", id="{group}", topic="{group_topic}"),
    page("decline_join", id="{group}", request="{group_request}"),
    page("group_banned", id="{group}"),
    page("member_role", id="{group}", member="{group_member}"),
    page("put_out", id="{group}", member="{group_member}"),
    page("group_settings", id="{group}", errs=True),
    page("group_privacy", id="{group}"),
    page("group_cover", id="{group}", errs=True),
    page("end_group", id="{group}"),
    page("group_members", id="{strange_group}", status=404),
    page("preferences"),
    page("legal_page", kind="rules"),
    page("sign_out"),
    page("admin", status=404),
)
LEAVER = (page("home"), page("account"))
MODERATOR = (
    page("home"),
    page("following"),
    page("follow_requests"),
    page("filters"),
    page("account"),
    page("second_factor"),
    page("set_up_factor"),
    page("new_recovery_codes"),
    page("turn_off_factor", errs=True),
    page("admin_requests"),
    page("admin_decline", id="{waiting}"),
    page("new_invite"),
    page("invites"),
    page("invite", id="{straight_invite}"),
    page("groups"),
    page("group", id="{group}"),
    page("group", id="{banned_group}"),
    page("group_desk", id="{group}", status=404),
    page("admin_groups"),
    page("refuse_group", id="{proposed_group}"),
    page("admin_settings", status=404),
)
ADMIN = (
    page("home"),
    page("setup_done"),
    page("admin"),
    page("admin_requests"),
    page("admin_requests", decided="{paused}"),
    page("admin_decline", id="{waiting}"),
    page("admin_accounts"),
    page("admin_accounts", q="nobody-of-this-name"),
    page("admin_account", id="{neighbour}", errs=True),
    page("admin_account", id="{paused}"),
    page("admin_account", id="{protected}"),
    page("admin_reset_factor", id="{protected}", errs=True),
    page("admin_settings"),
    page("admin_place", errs=True),
    page("admin_joining", errs=True),
    page("admin_neighbours"),
    page("admin_groups"),
    page("admin_founding"),
    page("admin_factor"),
    page("second_factor"),
    page("group_banned", id="{banned_group}"),
    page("admin_mail", errs=True),
    page("admin_retention", errs=True),
    page("admin_communes", errs=True),
    page("admin_texts"),
    page("admin_text", kind="privacy", language="fr", errs=True),
    page("admin_text", kind="legal_notice", language="th"),
    page("admin_version", kind="rules", language="fr", id="{version}"),
    page("admin_jobs"),
    page("admin_health"),
    page("legal_page", kind="rules"),
)
ROLES = {
    "visitor": VISITOR,
    "member": MEMBER,
    "leaver": LEAVER,
    "moderator": MODERATOR,
    "admin": ADMIN,
}
ONLY_ON_THE_WAY = {
    "setup": "the wizard's door",
    "setup_step": "the wizard's questions",
    "setup_text": "its editor",
    "sign_in_code": "after asking for a link",
    "sign_in_app": "after the first step of signing in",
    "sign_in_recovery": "the same, without a phone",
    "recovery_codes": "after setting up the second step",
}
"""Pages that a place shows at one moment only: the tests below walk there."""
