"""The page of one person, as one other person may know them; and a note on them for oneself."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.moving import find_new_home
from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.fields import read_fields
from fedparents.actors.models import Actor, ActorKind
from fedparents.actors.service import find_actor
from fedparents.conversations.access import find_reach
from fedparents.conversations.policy import Reach
from fedparents.errors import Invalid, NotFound
from fedparents.groups.queries import get_group, list_shared_groups
from fedparents.ids import ActorId, GroupId
from fedparents.posts.content import linked
from fedparents.social.access import find_person
from fedparents.social.queries import Profile, get_profile
from fedparents.social.service import note_actor
from web.forms import new_form, read_form
from web.i18n import gettext
from web.routing import Page
from web.site.page import redirect, render
from web.site.people.access import BOTH, handle_of, other_of, to_person, viewer_or_nothing
from web.site.people.forms import NoteForm
from web.visit import runtime_of


@dataclass(frozen=True, slots=True)
class Sight:
    """What a profile page shows."""

    profile: Profile
    shared: list[tuple[GroupId, str]]
    can_write: bool
    new_home: Actor | None = None
    """Under which name they go on."""

    @property
    def lines(self) -> list[tuple[str, Markup]]:
        """What they say of themselves, with addresses as links."""
        fields = read_fields(self.profile.actor.fields)
        return [(each.name, Markup(linked(each.value))) for each in fields]  # noqa: S704 - sanitised there


async def person_page(request: Request) -> Response:
    """The name of a group leads to the group."""
    viewer, handle = viewer_or_nothing(request), handle_of(request)
    runtime = runtime_of(request)
    base_url = runtime.settings.base_url
    found = await runtime.db.read(_look_at, viewer, handle, base_url=base_url)
    if isinstance(found, int):
        return redirect(request, runtime_of(request).urls.path("group", id=found))
    if (address := found.profile.actor.address) != handle:
        return redirect(request, runtime_of(request).urls.path("person", handle=address))
    return render(request, "people/person.html", {"sight": found, "form": new_form()})


def _look_at(session: Session, viewer: Viewer, handle: str, *, base_url: str) -> Sight | GroupId:
    actor = find_actor(session, handle)
    if actor is not None and actor.kind == ActorKind.GROUP:
        try:
            return get_group(session, viewer, GroupId(actor.id)).id
        except NotFound:
            raise NotFound("person_not_found") from None
    profile = get_profile(session, viewer, handle, now=clock.now())
    hides = profile.is_own or profile.relationship.is_blocking
    if hides:
        return Sight(profile, [], can_write=False)
    person = profile.actor.id
    shared = list_shared_groups(session, viewer, person)
    reach = find_reach(session, viewer, person, today=clock.now().date())
    there = find_new_home(session, base_url, person)
    new_home = find_person(session, viewer, there.id) if there is not None else None
    return Sight(profile, shared, can_write=reach != Reach.CLOSED, new_home=new_home)


async def note_page(request: Request) -> Response:
    viewer, profile = await other_of(request)
    if request.method != "POST":
        form = new_form({"note": profile.relationship.note}, of=NoteForm)
        return render(request, "people/note.html", {"profile": profile, "form": form})
    sent, form = await read_form(request, NoteForm)
    if sent is not None:
        try:
            person = ActorId(profile.actor.id)
            await runtime_of(request).db.write(note_actor, viewer, person, sent.note)
        except Invalid as error:
            form.complain(error)
        else:
            return to_person(request, ("good", gettext("Saved.")))
    return render(request, "people/note.html", {"profile": profile, "form": form}, 422)


routes = [
    Page("/@{handle}", person_page, name="person"),
    Page("/@{handle}/note", note_page, name="person_note", methods=BOTH),
]
