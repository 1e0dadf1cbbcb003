"""The steps of a first day, each done by a person on their device."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.journeys.person import Person
from tests.journeys.words import Typed, exactly
from tests.rig.authenticator import Phone

PLACE = "Parents d'Issy"
TAGLINE = "Les parents d'Issy s'entraident : poussettes, sorties, coups de main."
PASSWORD = "quatre bottes sous la pluie"
YEAR = "1987"
REASON = Typed("We moved here in May, and my neighbour told me about you.")
LANGUAGES = {"fr": Typed("Français"), "en": Typed("English"), "th": Typed("ไทย")}


async def founds_the_place(manager: Person, url: str) -> None:
    """The wizard, from an empty server to a place that parents can join."""
    await manager.goes_to(url)
    await manager.sees("In which language will this place speak?")
    await manager.ticks(LANGUAGES[manager.words.language])
    await manager.presses("Continue")
    await manager.sees("Who are you?")
    await manager.writes("Name of your association or group", PLACE)
    await manager.writes("What this place is, in two sentences", TAGLINE)
    await manager.writes("Address for questions", "contact@issy.example")
    await manager.presses("Continue")
    await becomes_admin(manager)
    await manager.sees("Who may join?")
    await manager.ticks("Ask people who they are")
    await manager.presses("Continue")
    await manager.sees("Whom does this place talk to?")
    await manager.presses("Continue")
    await fills_in_the_legal_gaps(manager)
    await manager.sees("Do mails arrive?")
    await manager.presses("Send the test mail")
    await expect(await manager.finds("Read it here")).to_be_visible()
    assert (await manager.gets_mail()).subject
    await manager.presses("Finish")
    await manager.sees("Your place is ready")


async def becomes_admin(manager: Person) -> None:
    await manager.sees("Who looks after this place?")
    await manager.writes("Your name, as others will see it", manager.name)
    await manager.writes("Your user name", manager.name.lower())
    await manager.writes("Your e-mail address", manager.address)
    await manager.writes("A password", PASSWORD)
    await manager.presses("Create my account")


async def fills_in_the_legal_gaps(manager: Person) -> None:
    await manager.sees("What the law asks you to say")
    gaps = manager.page.get_by_role("main").get_by_role("textbox")
    for number in range(await gaps.count()):
        await manager.hands.write(gaps.nth(number), f"Association {PLACE}, 1 place de la Mairie")
    await manager.presses("Continue")


async def makes_an_invitation(manager: Person) -> str:
    """From the last page of the wizard; the link to share."""
    await manager.presses("Invite the first parents")
    await manager.sees("Make an invitation")
    await manager.ticks("Fifty people")
    await manager.writes("A note for yourself", "Affiche de la crèche")
    await manager.presses("Make it")
    await expect(manager.page.get_by_role("heading", level=1)).to_have_text("Affiche de la crèche")
    await manager.takes_picture("invitation")
    shown = manager.page.get_by_role("main").get_by_text(re.compile(r"^http://localhost:\d+/join/"))
    return await shown.inner_text()


async def signs_up(guest: Person, link: str, *, commune: str) -> None:
    """From the invitation to the mailbox; an impatient thumb sends the last answer twice."""
    await comes_to_the_door(guest, link)
    await says_how_to_write(guest)
    await says_name(guest)
    await says_where(guest, commune)
    await guest.sees("Why would you like to join?")
    await guest.writes("Why would you like to join?", REASON)
    await agrees(guest)
    await guest.presses("Create my account", times=2)
    await guest.sees("Look into your mailbox")


async def comes_to_the_door(guest: Person, link: str) -> None:
    await guest.goes_to(link)
    await guest.sees("%(name)s invites you to %(place)s", name="Marie", place=PLACE)
    await guest.presses("Create my account")


async def says_how_to_write(guest: Person) -> None:
    await guest.sees("How can we write to you?")
    await guest.writes("E-mail address", guest.address)
    await guest.writes("Year in which you were born", YEAR)
    await guest.presses("Continue")


async def says_name(guest: Person) -> None:
    await guest.sees("What may neighbours call you?")
    await guest.writes("What may neighbours call you?", guest.name)
    await guest.presses("Continue")


async def says_where(guest: Person, commune: str) -> None:
    """A postcode of one commune is clear at once; a name that several have leaves a choice."""
    await guest.sees("Where do you live?")
    await guest.writes("Where do you live?", commune)
    if not commune.isdecimal():
        chosen = guest.page.get_by_role("radio", name=re.compile("^Issy-les-Moulineaux"))
        if not await _has_scripts(guest):
            await guest.presses("Continue")
            await guest.sees("Where do you live?")
        await expect(chosen).to_be_visible()
        await guest.hands.tick(chosen)
    await guest.presses("Continue")


async def agrees(guest: Person) -> None:
    await guest.ticks("I have read the rules and will follow them")
    await guest.ticks("I have read what happens with my data")


async def _has_scripts(guest: Person) -> bool:
    return bool(await guest.page.locator("html.js").count())


async def confirms(guest: Person) -> None:
    letter = await guest.gets_mail()
    await guest.goes_to(letter.link)
    await guest.sees("Is this your address?")
    await guest.presses("Yes, it is mine")
    await guest.sees("Your address is confirmed")


async def lets_in(manager: Person, name: str) -> None:
    """From home to the queue and back."""
    await manager.presses("Home")
    await manager.sees("Hello %(name)s", name=manager.name)
    waiting = manager.words.plural(
        "%(num)s person would like to join", "%(num)s people would like to join", 1
    )
    await manager.presses(Typed(waiting))
    await manager.sees("Requests to join")
    await manager.reads(REASON)
    await manager.presses("Let in")
    await manager.reads("%(name)s can come in now, and gets a mail.", name=name)
    await manager.takes_picture("let-in")


async def asks_for_a_link(guest: Person, url: str) -> None:
    await guest.goes_to(url)
    await guest.presses("Sign in")
    await guest.sees("Sign in")
    await guest.writes("E-mail address or user name", guest.address)
    await guest.presses("Send me a link")
    await guest.sees("Look into your mailbox")


async def types_digits(guest: Person, digits: str) -> None:
    await guest.writes("The six digits", digits)
    await guest.presses("Sign in")
    await guest.sees("Hello %(name)s", name=guest.name)


async def sets_up_the_second_step(guest: Person) -> Phone:
    """From the settings, with the key typed into the app; the codes on paper are kept."""
    await guest.presses("Me")
    await guest.sees(Typed(guest.name))
    set_up, what = guest.words("Set up"), guest.words("Second step")
    await guest.presses(Typed(f"{set_up} {what}"))
    await guest.sees("Second step")
    await guest.presses("Set it up")
    await guest.sees("Set up your app")
    await guest.page.get_by_text(exactly(guest.words("The app cannot read it"))).click()
    phone = Phone.with_key(await guest.page.locator(".key").inner_text())
    await guest.takes_picture("key")
    await guest.writes("The six digits that the app shows", phone.code())
    await guest.presses("Continue")
    await guest.sees("Your recovery codes")
    phone.paper = await guest.page.locator(".codes li").all_inner_texts()
    await guest.presses("I have kept them")
    await guest.sees("Second step")
    return phone


async def signs_in_with_password(guest: Person, url: str, password: str) -> None:
    """As far as a password leads."""
    await guest.goes_to(f"{url}/sign-in/password")
    await guest.sees("Sign in with a password")
    await guest.writes("E-mail address or user name", guest.address)
    await guest.writes("Password", password)
    await guest.presses("Sign in")


async def signs_out(guest: Person) -> None:
    await guest.presses("Me")
    await guest.sees(Typed(guest.name))
    await guest.presses("Sign out")
    await guest.presses("Sign out")
    await guest.reads("You are signed out of this browser.")


async def changes_language(guest: Person, language: str) -> None:
    """And reads on in it."""
    await guest.presses("Me")
    await guest.sees(Typed(guest.name))
    change, what = guest.words("Change"), guest.words("Language and display")
    await guest.presses(Typed(f"{change} {what}"))
    await guest.sees("Language and display")
    await guest.ticks(LANGUAGES[language])
    await guest.presses("Save")
    guest.words = type(guest.words)(language)
    await guest.sees(Typed(guest.name))
    await guest.reads("Saved on this device.")


async def leaves(guest: Person) -> None:
    """From the settings; the page then says until when one may change one's mind."""
    await guest.presses("Leave this place")
    await guest.sees("Leave %(place)s", place=PLACE)
    await guest.ticks("Yes, erase my account")
    await guest.presses("Leave")
    await guest.sees(Typed(guest.name))
    await expect(await guest.finds("Keep my account")).to_be_visible()
