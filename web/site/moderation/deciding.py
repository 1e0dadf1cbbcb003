"""One report for those who decide: how it looked, who said what, and four large buttons."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.moderation.appeals import settle_appeal
from fedparents.moderation.deciding import (
    DecisionDraft,
    ask_the_place,
    decide,
    lift_decision,
    open_sealed_copy,
    put_report_back,
    take_report,
    undo_decision,
)
from fedparents.moderation.models import Action, Report, SubjectKind
from fedparents.moderation.policy import RESTRICTIONS, Office
from fedparents.moderation.queries import AppealView, DecisionView, ReportView, get_report
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.moderation.words import WAYS, way_of
from web.routing import Page, number_in_path
from web.site.admin.access import moderator_of
from web.site.moderation.access import (
    BOTH,
    POST,
    desk_path,
    open_copy,
    path_of_subject,
    show,
)
from web.site.moderation.forms import DecisionForm, SettleForm, WhyForm
from web.site.page import redirect
from web.visit import runtime_of, viewer_of


async def report_page(request: Request) -> Response:
    """Administrators who look into a matter of a group leave a line in its log."""
    _viewer, view = await _report_of(request, looks=True)
    return show(request, "case", _context(request, view), new_form())


async def decide_page(request: Request) -> Response:
    viewer, view = await _report_of(request)
    if not view.is_open:
        return redirect(request, _path_of(request, view))
    if request.method != "POST":
        action = _action_of(request, view)
        form = new_form({"action": action, "ground": "rule", "days": "30"}, of=DecisionForm)
        return _show_form(request, view, action, form)
    sent, form = await read_form(request, DecisionForm)
    if sent is None:
        return _show_form(request, view, _action_of(request, view), form)
    draft = sent.draft(rules_of(view.rules), clock.now().date())
    return await _carry_out(request, viewer, view, draft, form)


async def find_nothing(request: Request) -> Response:
    """With one tap, and an undo."""
    viewer, view = await _report_of(request)
    _sent, form = await read_form(request, WhyForm)
    return await _carry_out(request, viewer, view, DecisionDraft(action=Action.NONE), form)


async def take(request: Request) -> Response:
    return await _do(request, take_report)


async def put_back(request: Request) -> Response:
    return await _do(request, put_report_back)


async def hand_up(request: Request) -> Response:
    return await _do(request, ask_the_place)


async def undo(request: Request) -> Response:
    return await _change(request, undo_decision, gettext("Everything is as it was."))


async def lift(request: Request) -> Response:
    return await _change(request, lift_decision, gettext("It holds no more; the author is told."))


async def appeal_page(request: Request) -> Response:
    """Look again at what somebody else has decided."""
    viewer, view = await _report_of(request)
    number = number_in_path(request, "appeal")
    decision, appeal = _find_appeal(view, number)
    context = {**_context(request, view), "decision": decision, "appeal": appeal}
    if request.method != "POST":
        return show(request, "settle", context, new_form(of=SettleForm))
    sent, form = await read_form(request, SettleForm)
    if sent is None:
        return show(request, "settle", context, form)
    here = _path_of(request, view)
    try:
        path = await submit_once(
            request,
            form,
            lambda _: here,
            settle_appeal,
            viewer,
            number,
            is_upheld=sent.outcome == "upheld",
            answer=sent.answer,
        )
    except Invalid as error:
        form.complain(error)
        return show(request, "settle", context, form)
    except (Conflict, NotAllowed) as error:
        return redirect(request, here, ("info", words_of(error)))
    return redirect(request, path, ("good", gettext("Thank you. Both sides are told.")))


async def copy_page(request: Request) -> Response:
    """What was put away for the authorities; each look is written down."""
    viewer, view = await _report_of(request)
    if not (view.has_sealed_copy and viewer.is_admin):
        raise NotFound("report_not_found")
    if request.method != "POST":
        return show(request, "copy", {"view": view, "copy": None}, new_form(of=WhyForm))
    sent, form = await read_form(request, WhyForm)
    if sent is None:
        return show(request, "copy", {"view": view, "copy": None}, form)
    try:
        sealed = await runtime_of(request).db.write(
            open_sealed_copy, viewer, view.report.id, sent.reason
        )
    except Invalid as error:
        form.complain(error)
        return show(request, "copy", {"view": view, "copy": None}, form)
    opened = open_copy(request, view.report.id, sealed)
    copy: dict[str, Any] = json.loads(opened) if opened else {}
    return show(request, "copy", {"view": view, "copy": copy, "lines": lines_of(copy)}, form)


def rules_of(rules: list[str]) -> list[str]:
    """What can be chosen as a rule: those of the group, then those of the place."""
    return [*rules, gettext("House rules")]


def lines_of(copy: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    """What a sealed copy holds, one thing a line, under its own name."""
    found: list[tuple[str, str]] = []
    for name, value in copy.items():
        path = f"{before}{name}"
        if isinstance(value, dict):
            found += lines_of(value, f"{path}.")
        elif isinstance(value, list):
            for number, each in enumerate(value, 1):
                inner = each if isinstance(each, dict) else {"": each}
                found += lines_of(inner, f"{path} {number} ")
        else:
            found.append((path.strip(), str(value)))
    return found


async def _carry_out(
    request: Request, viewer: Viewer, view: ReportView, draft: DecisionDraft, form: FormState
) -> Response:
    form.key += request.url.path  # another thing decided on the same page is another submission
    desk = desk_path(request, view)
    where = f"{desk}?report={view.report.id}"
    try:
        path = await submit_once(
            request, form, lambda _: where, decide, viewer, view.report.id, draft
        )
    except Invalid as error:
        form.complain(error)
        return _show_form(request, view, draft.action, form)
    except (Conflict, NotAllowed) as error:
        return redirect(request, _path_of(request, view), ("info", words_of(error)))
    return redirect(request, path)


async def _do(request: Request, service: Callable[..., object]) -> Response:
    viewer, view = await _report_of(request)
    try:
        await runtime_of(request).db.write(service, viewer, view.report.id)
    except Conflict as error:
        return redirect(request, _path_of(request, view), ("info", words_of(error)))
    return redirect(request, _path_of(request, view))


async def _change(request: Request, service: Callable[..., object], said: str) -> Response:
    viewer, view = await _report_of(request)
    number = number_in_path(request, "decision")
    if number not in {each.decision.id for each in view.decisions}:
        raise NotFound("decision_not_found")
    here = _path_of(request, view)
    try:
        await runtime_of(request).db.write(service, viewer, number)
    except Conflict as error:
        return redirect(request, here, ("info", words_of(error)))
    return redirect(request, here, ("good", said))


async def _report_of(request: Request, *, looks: bool = False) -> tuple[Viewer, ReportView]:
    """Raises NotFound for whoever does not decide, and like the desk of the place for those who do
    so for the place."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound("report_not_found")
    db, number = runtime_of(request).db, number_in_path(request)
    view = await db.read(get_report, viewer, number)
    if view.office == Office.PLACE:
        moderator_of(request)
        if looks and view.report.group_id is not None:
            await db.write(_note_look, viewer, view.report)
    return viewer, view


def _note_look(uow: UnitOfWork, viewer: Viewer, report: Report) -> None:
    record_audit(
        uow,
        "report.read_by_place",
        by=viewer.actor_id,
        subject=report.id,
        group=report.group_id,
    )


def _context(request: Request, view: ReportView) -> dict[str, object]:
    kind = SubjectKind(view.report.subject_kind)
    return {
        "view": view,
        "desk": desk_path(request, view),
        "address": path_of_subject(request, view),
        "ways": [(action, way_of(kind, action)) for action in view.actions],
        "restrictions": RESTRICTIONS,
    }


def _show_form(request: Request, view: ReportView, action: Action, form: FormState) -> Response:
    if action not in view.actions:
        raise NotFound("report_not_found")
    context = {
        **_context(request, view),
        "action": action,
        "way": way_of(SubjectKind(view.report.subject_kind), action),
        "is_restriction": action in RESTRICTIONS,
        "rules": [("", gettext("Another rule: I write it below")), *zip_rules(view.rules)],
    }
    return show(request, "decide", context, form)


def zip_rules(rules: list[str]) -> list[tuple[str, str]]:
    return [(rule, rule) for rule in rules_of(rules)]


def _action_of(request: Request, view: ReportView) -> Action:
    wanted = request.query_params.get("action", "")
    sent = wanted if wanted in WAYS else ""
    return Action(sent) if sent else view.actions[0]


def _find_appeal(view: ReportView, number: int) -> tuple[DecisionView, AppealView]:
    for decision in view.decisions:
        for appeal in decision.appeals:
            if appeal.appeal.id == number and appeal.can_settle:
                return decision, appeal
    raise NotFound("appeal_not_found")


def _path_of(request: Request, view: ReportView) -> str:
    return runtime_of(request).urls.path("moderation_report", id=view.report.id)


routes = [
    Page("/moderation/{id}", report_page, name="moderation_report"),
    Page("/moderation/{id}/decide", decide_page, name="decide_report", methods=BOTH),
    Page("/moderation/{id}/nothing", find_nothing, name="find_nothing", methods=POST),
    Page("/moderation/{id}/take", take, name="take_report", methods=POST),
    Page("/moderation/{id}/back", put_back, name="put_report_back", methods=POST),
    Page("/moderation/{id}/up", hand_up, name="hand_report_up", methods=POST),
    Page("/moderation/{id}/copy", copy_page, name="sealed_copy", methods=BOTH),
    Page("/moderation/{id}/decisions/{decision}/undo", undo, name="undo_decision", methods=POST),
    Page("/moderation/{id}/decisions/{decision}/lift", lift, name="lift_decision", methods=POST),
    Page("/moderation/{id}/appeals/{appeal}", appeal_page, name="settle_appeal", methods=BOTH),
]
