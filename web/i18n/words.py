"""What people read for each code that the core or a form can raise: what happened, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from fedparents.errors import FedparentsError
from web.i18n.formats import format_date, format_datetime, format_delta, format_number
from web.i18n.reading import N_, translate

log = structlog.get_logger(__name__)

FIELD_WORDS: Final[Mapping[str, str]] = {
    "missing": N_("Please fill this in."),
    "too_short": N_("Please write at least %(at_least)s characters."),
    "too_long": N_("Please shorten this to %(at_most)s characters or fewer."),
    "null_character": N_("This contains a character that cannot be stored. Please type it again."),
    "invalid": N_("Please check this answer."),
    "not_a_number": N_("Please write a whole number, in digits."),
    "number_too_small": N_("Please write %(lowest)s or more."),
    "number_too_large": N_("Please write %(highest)s or less."),
    "number_out_of_range": N_("Please write a number from %(lowest)s to %(highest)s."),
    "not_a_time": N_("Please write a time of the day, for example 21:30."),
    "not_a_date": N_("Please write a date that exists."),
    "choose_one": N_("Please choose one of the answers."),
    "tick_to_continue": N_("Please tick this box to continue."),
    "no_file": N_("Please choose a file."),
    "name_needs_letters": N_(
        "Please use at least one letter or digit, so that it can be read out."
    ),
    "handle_too_short": N_("Please use at least %(at_least)s letters or digits."),
    "handle_too_long": N_("Please use %(at_most)s letters or digits at most."),
    "handle_characters": N_("Please use only the letters a to z, digits and underscores."),
    "handle_reserved": N_("This name is kept for the place itself. Please choose another one."),
    "handle_taken": N_("Somebody has this name already. Please choose another one."),
    "email_not_valid": N_("Please check the address: it should look like name@example.org."),
    "email_domain_blocked": N_(
        "Throw-away mailboxes cannot be used here. Please use an address that you keep."
    ),
    "email_unchanged": N_("This is your address already."),
    "mailbox_full": N_(
        "Two accounts use this address already. Please use another address, or sign in."
    ),
    "year_not_possible": N_("Please check the year, and write all four digits."),
    "age_not_allowed": N_("Please choose one of the ages offered."),
    "language_unknown": N_("Please choose one of the languages offered."),
    "theme_unknown": N_("Please choose one of the displays offered."),
    "timezone_unknown": N_("Please choose a time zone from the list."),
    "address_not_valid": N_("Please check this address."),
    "no_header_here": N_("Here people have one picture, their face, and none over their page."),
    "scope_unknown": N_("Please choose only from what is offered: %(unknown)s is not known here."),
    "scope_for_moderators": N_("Only moderators can give a program this access."),
    "scope_needs_factor": N_(
        "Only somebody with a second step can give a program this access. Please set it up first."
    ),
    "password_too_short": N_("Please use at least %(at_least)s characters: a few words are fine."),
    "password_too_long": N_("Please use %(at_most)s characters at most."),
    "password_common": N_(
        "Many people use this password, and it is among the first that are tried. Please think of"
        " another one: a few words that have nothing to do with each other are best."
    ),
    "password_about_you": N_(
        "Please do not use your name or your address: those who know you would try them first."
    ),
    "too_many_lines": N_("Please write %(at_most)s lines at most."),
    "line_too_long": N_("Please keep each line to %(at_most)s characters at most."),
    "day_is_past": N_("Please choose a day that is still to come."),
    "photo_too_large": N_("This photo is larger than 8 MB. Please choose a smaller one."),
    "photo_too_many_pixels": N_(
        "This picture has more than 40 million pixels. Please choose a smaller one."
    ),
    "photo_heic": N_(
        "This photo is a HEIC file, which many devices cannot show. Please save it as JPEG and"
        " choose that: on a Mac with Preview (File, Export), on Windows with Photos (Save as). An"
        " iPhone does it by itself when you choose the photo there."
    ),
    "photo_wrong_kind": N_(
        "This file is not a photo that can be shown. Please choose a JPEG, PNG or WebP file."
    ),
    "photo_damaged": N_("This file is damaged or incomplete. Please choose it again, or another."),
    "photo_too_hard": N_(
        "This picture takes too long to prepare. Please choose another, or a smaller copy of it."
    ),
    "photos_once_accepted": N_("Photos can be sent once the other person has agreed to talk."),
    "recipients_at_most": N_("Please choose from 1 to %(at_most)s people."),
    "poll_or_photos": N_("Please send either a poll or photos."),
    "poll_not_in_letters": N_("A private message can have no poll."),
    "photos_stay": N_(
        "The photos of a message stay as they are. You can delete it and write anew."
    ),
    "photos_too_many": N_("Please choose %(at_most)s photos at most."),
    "no_picture": N_("Please choose a picture first."),
    "photo_gone": N_("A photo is not there any more. Please choose it again."),
    "word_needs_letters": N_("Please use at least one letter or digit in each word."),
    "unknown": N_("Please choose one of these."),
    "topic_exists": N_("There is a topic of this name already."),
    "anonymous_not_here": N_("This group does not take messages without a name."),
    "anonymous_in_groups_only": N_("Asking without your name is possible in groups only."),
    "anonymous_own_thread_only": N_(
        "Only whoever asked without a name can answer here without a name."
    ),
    "audience_wider": N_("More people than before cannot be let in here. Please write a new one."),
    "audience_needs_group": N_("Please choose a group first."),
    "poll_options": N_("Please write %(at_least)s to %(at_most)s answers to choose from."),
    "poll_same_twice": N_("Two answers are the same. Please change one."),
    "poll_lasts": N_("Please choose an end between five minutes and sixty days from now."),
    "one_choice_only": N_("Please choose one answer only."),
    "urgent_asks_only": N_("Only an ask can be urgent."),
    "urgent_in_groups_only": N_("Only an ask in a group, under your name, can be urgent."),
    "swap_price_in_gift": N_(
        "You write that you do not sell it, and name a price. Please take the price away, or choose"
        " “For sale”."
    ),
    "swap_price_of_ask": N_("An ask has no price: please write in your words what you would pay."),
    "swap_price_too_high": N_(
        "Please write a price up to 500 €: dearer things are sold elsewhere."
    ),
    "swap_free_is_a_gift": N_("It costs nothing: please choose “To give away”."),
    "swap_age": N_("Please choose ages from birth to 18 years."),
    "swap_ages_crossed": N_("Please put the younger age first."),
    "swap_size_too_long": N_("Please shorten the size: “4 years”, “26”, “86 cm”."),
    "event_title": N_("Please say in a few words what it is: 3 letters at least."),
    "event_place": N_("Please say where it is: a park, a street, a village."),
    "event_words_too_long": N_("Please shorten this."),
    "event_capacity": N_("Please write a number from 1 to %(at_most)s, or nothing for everybody."),
    "event_ends_first": N_("Please choose an end after the beginning."),
    "event_too_long": N_("Please choose an end at most 14 days after the beginning."),
    "event_in_past": N_("This moment is over. Please choose another one."),
    "event_too_far": N_("Please choose a date within the next two years."),
    "event_has_a_host": N_("Whoever invites says who they are."),
    "time_skipped": N_("Clocks are put forward that night, and never show this time."),
    "time_twice": N_("Clocks are put back that night, and show this time twice."),
    "swap_quantity": N_("Please write a number from 1 to %(at_most)s."),
    "swap_year_missing": N_(
        "Please write the year in which the seat was made: it stands on a label underneath."
    ),
    "swap_seat_too_old": N_(
        "A seat that is older than %(lasts)s years no longer protects a child. Please do not pass"
        " it on."
    ),
    "swap_not_declared_safe": N_(
        "A child's life may depend on it. Please look whether it is complete and not recalled, then"
        " tick this box; if you are not sure, please do not pass it on."
    ),
    "swap_no_animals": N_("Animals are not passed on here: please ask a shelter."),
    "swap_no_medicine": N_("Medicines are not passed on here: a pharmacy takes them back."),
    "swap_no_milk": N_(
        "Breast milk and opened formula are not passed on here: a child could fall ill."
    ),
    "swap_no_weapons": N_("Weapons are not passed on here."),
    "swap_no_recalled": N_("What was recalled is not passed on here: please give it back."),
    "push_not_possible": N_("This browser cannot take notifications. You get mails instead."),
    "link_code_wrong": N_("These are not the six digits of the last mail. Please check them."),
}
"""Sentences that stand beside a field."""

PAGE_WORDS: Final[Mapping[str, str]] = {
    "not_signed_in": N_("Please sign in to see this page."),
    "not_allowed": N_("This page is for other people than you."),
    "not_a_moderator": N_("Only moderators can do this."),
    "not_on_yourself": N_(
        "You cannot do this to your own account. Please ask another administrator."
    ),
    "not_found": N_("There is nothing at this address, or it is not for everybody to see."),
    "account_not_found": N_("There is no such account, or it has been decided already."),
    "post_not_found": N_("This message is not there any more, or it is not for everybody to see."),
    "not_a_member": N_("Only members of the group can write here."),
    "not_for_everybody": N_("Only what everybody may read can be passed on."),
    "not_the_author": N_("Only whoever wrote this can do that."),
    "not_the_asker": N_("Only whoever asked can say which answer helped."),
    "not_an_answer": N_("This is not an answer that can be read."),
    "swap_is_settled": N_("It is settled already. Open it again if it is still there."),
    "not_a_question": N_("This is neither a question nor an ask."),
    "no_more_answers": N_("No more answers are taken here. What you wrote was not sent."),
    "answer_in_messages": N_("Private messages are answered under “Messages”."),
    "conversation_not_found": N_("There is no such conversation, or you are not in it."),
    "conversation_closed": N_(
        "What this was about was settled a month ago: no more messages are taken here. What you"
        " wrote was not sent."
    ),
    "nobody_left": N_("Nobody else is in this conversation any more. What you wrote was not sent."),
    "cannot_be_written_to": N_("You cannot write to this person."),
    "anonymous_in_group_only": N_(
        "Whoever asked without their name can only be answered in the group."
    ),
    "wait_for_answer": N_(
        "Please wait for an answer. You have written %(at_most)s messages, and nobody has answered"
        " yet."
    ),
    "conversations_a_day": N_(
        "You have begun %(at_most)s conversations within a day. Please wait with the next one."
    ),
    "already_accepted": N_("You have agreed to this conversation already. You can leave it."),
    "event_words_are_made": N_("Of an event, one changes when and where it is, not these words."),
    "event_cancelled": N_("This has been called off: nothing of it changes any more."),
    "event_over": N_("This is over: nothing of it changes any more."),
    "party_does_not_fit": N_("There is no room for so many. You keep the places you have."),
    "answer_not_possible": N_("This answer is not possible any more."),
    "already_posted": N_("You have said this already, a moment ago."),
    "post_decided": N_("Somebody has decided on this already, thank you."),
    "post_decided_by": N_("%(name)s has decided on this already. Thank you!"),
    "report_not_found": N_("There is no such report, or it is not for you to decide."),
    "report_own": N_("This is your own. You can change or delete it yourself."),
    "report_changed": N_("Somebody has done something here meanwhile. Please look again."),
    "report_decided_by": N_("%(name)s has looked into this already. Thank you!"),
    "complaint_not_found": N_("There is no such report of yours."),
    "decision_not_found": N_("There is no such decision, or it has been taken back."),
    "action_not_yours": N_("This is not for you to decide."),
    "appeal_not_found": N_("There is nothing to look at again."),
    "appeal_not_yours": N_(
        "Somebody else has to look at this again: you have decided, reported or asked yourself."
    ),
    "appeal_settled": N_("Somebody has looked at this again already. Thank you!"),
    "appeal_over": N_("It is too late to object, or you have done so already."),
    "appeal_other_first": N_(
        "The other side does not agree either. Please answer them first: what they object to would"
        " not be there any more."
    ),
    "person_is_gone": N_("This person has no account here any more."),
    "undo_over": N_("It is too late to undo this. You can hide the message instead."),
    "topic_not_found": N_("There is no such topic any more."),
    "too_many_topics": N_("%(at_most)s topics are enough. Please remove one first."),
    "announcements_by_moderators": N_("Only those who look after the group announce something."),
    "already_voted": N_("You have voted already: each person has one vote."),
    "poll_over": N_("This poll is over."),
    "anonymous_too_often": N_(
        "You have asked twice without your name this week. Please wait a few days, or ask with it."
    ),
    "too_many_mentions": N_("Please name %(at_most)s people at most in one message."),
    "edited_too_often": N_(
        "This message was changed twenty times already. Please write a new one."
    ),
    "too_many_pins": N_("%(at_most)s messages are pinned already. Please unpin one first."),
    "urgent_too_often": N_("One urgent ask a day is possible. You can ask without urgency."),
    "urgent_group_full": N_(
        "This group had three urgent asks today already. You can ask without urgency."
    ),
    "invite_not_found": N_(
        "There is no such invitation. Please check the link, or ask for a new one."
    ),
    "host_not_valid": N_("This is not the name of a server, such as spam.example."),
    "twins_take_two": N_(
        "You are twins with this town, or would be: that takes both sides. Please end it first."
    ),
    "town_asks_no_more": N_("This town asks no more."),
    "not_our_kind": N_("%(town)s is not a place of our kind: it would not understand the offer."),
    "town_not_found": N_("Nothing waits for that town any more."),
    "job_not_found": N_("This work has been done or thrown away already."),
    "place_not_found": N_("There is no such commune in our list. Please search again."),
    "nothing_to_turn_off": N_(
        "This is told to everybody whom it concerns; it cannot be turned off."
    ),
    "device_not_found": N_("This device gets no notifications any more."),
    "session_not_found": N_("This browser has been signed out already."),
    "program_not_found": N_("This app has gone. Please start again in the app."),
    "program_unknown": N_(
        "This place does not know the app that sent you here. Please start again in the app."
    ),
    "token_not_found": N_("This access has been ended already."),
    "instance_not_founded": N_("This place has not been set up yet."),
    "bundled_places_missing": N_("The list of communes is missing from this installation."),
    "conflict": N_("Somebody was faster, or this has been done already."),
    "already_approved": N_("Somebody has let this person in already."),
    "already_decided": N_("Somebody has decided this already."),
    "already_serving": N_("Another server runs on this database already."),
    "domain_changed": N_(
        "This place was founded as %(founded_as)s, and people know it by that name. It cannot"
        " become %(now)s."
    ),
    "already_waiting": N_("This person is waiting for an answer again."),
    "already_here": N_(
        "This person has signed in meanwhile. You can pause the account on its own page instead."
    ),
    "last_admin": N_(
        "You are the only administrator. Please make somebody else an administrator first."
    ),
    "factor_is_on": N_("You have set up a second step already."),
    "factor_is_off": N_("There is no second step any more."),
    "factor_is_needed": N_(
        "Whoever looks after this place needs the second step. You can use another app or phone."
    ),
    "factor_first": N_("You need a second step to come here. It takes two minutes."),
    "halfway_is_over": N_("That took a little long. Please sign in once more."),
    "group_not_found": N_("There is no such group, or it is not for everybody to see."),
    "member_not_found": N_("This person is not in the group."),
    "request_not_found": N_("There is no such request, or it has been decided already."),
    "request_approved_by": N_("%(name)s has let %(person)s in already. Thank you!"),
    "request_declined_by": N_("%(name)s has declined %(person)s already. Thank you!"),
    "request_withdrawn": N_("This person has taken the request back."),
    "request_asked_again": N_("This person has asked again meanwhile. Please decide on that."),
    "undo_too_late": N_(
        "It is too late to undo this. You can remove the person from the group instead."
    ),
    "person_is_member": N_("This person is in the group already."),
    "person_has_asked": N_(
        "This person has asked to join already: please decide on their request."
    ),
    "person_said_no": N_(
        "This person said no to an invitation lately. They can be asked again a month later."
    ),
    "person_uninvited": N_(
        "An invitation to this person was taken back less than a day ago. You can invite them again"
        " once a day has passed."
    ),
    "person_of_no_twin": N_(
        "This group is for its members only, so that it takes people of twin towns alone;"
        " %(town)s is no twin of ours."
    ),
    "too_many_invited": N_(
        "Fifty invitations of this group are open. Please take one back, or wait for an answer."
    ),
    "person_banned": N_("This person is banned from the group. Please lift the ban first."),
    "member_changed": N_("Something has changed meanwhile. Please look again."),
    "last_manager": N_(
        "The group needs somebody who manages it. Please make somebody else a manager first."
    ),
    "not_on_yourself_in_group": N_(
        "You cannot do this to yourself. You can leave the group instead."
    ),
    "not_a_group_manager": N_("Only a manager of the group can do this."),
    "not_a_group_moderator": N_("Only those who look after the group can do this."),
    "groups_by_moderators": N_(
        "Here only moderators found groups. Please write to them about your idea."
    ),
    "group_not_open": N_("Nobody can join this group at the moment."),
    "groups_here_only": N_("Under eighteen, one joins groups of this place only."),
    "role_here_only": N_("Only people of this place can look after a group."),
    "group_out_of_reach": N_(
        "That group is in another town, and this place talks to no other town at the moment."
    ),
    "group_cut_off": N_(
        "Nothing goes to this group at the moment: its town is no twin of ours any more."
    ),
    "group_for_twins": N_(
        "That group takes people of twin towns only, and its town is none of ours."
    ),
    "public_group_is_found": N_(
        "What everybody may read, everybody may know of: let visitors know that the group exists."
    ),
    "group_banned": N_("You cannot take part in this group."),
    "group_by_invitation": N_(
        "One joins this group by invitation: please ask a member for a link."
    ),
    "group_ask_later": N_(
        "Your last request was declined a few days ago. The page says when you can ask again."
    ),
    "group_asked_enough": N_("You have asked three times. Please ask a member for an invitation."),
    "group_proposed": N_("This group has not begun yet."),
    "group_decided": N_("Somebody has decided on this group already."),
    "person_not_found": N_("There is nobody of this name, or they are not for everybody to see."),
    "filter_not_found": N_("There is no such filter any more."),
    "not_a_domain": N_("Please give the address of another town, such as rumilly.example."),
    "follow_first": N_("Please follow this person first."),
    "list_not_found": N_("There is no such list any more."),
    "lists_at_most": N_("You have %(at_most)s lists already. Please delete one first."),
    "tags_at_most": N_("You have %(at_most)s hashtags there already. Please drop one first."),
    "tag_needs_letters": N_("Please write one word with letters in it."),
    "letters_are_left": N_("A letter cannot be silenced. You can leave the conversation."),
    "not_pinnable": N_(
        "On top of your page stands only what you wrote under your name, outside of groups."
    ),
    "not_with_yourself": N_("This is you."),
    "follow_here_only": N_("Under eighteen, one follows people of this place only."),
    "town_not_reached": N_(
        "Nothing was sent: this place does not talk with %(town)s. Whoever looks after this place"
        " can change that."
    ),
    "name_elsewhere_needed": N_("Please give a name in another place, like @ana@rumilly.fr."),
    "town_silent": N_("That place does not answer. Please try again later."),
    "nobody_there": N_("Nobody there is called that."),
    "names_at_most": N_("You have named %(at_most)s already. Please remove one first."),
    "move_not_confirmed": N_("Please say over there first that you were this person here."),
    "moved_lately": N_("You have moved less than a week ago. Please wait a little."),
    "move_not_shown": N_(
        "Nobody in another place may know you. Your profile says who may find you."
    ),
    "unblock_first": N_("You have blocked this person. Please lift the block first."),
    "bookmarks_at_most": N_(
        "You have kept %(at_most)s messages already. Please part with some first."
    ),
    "follows_at_most": N_("You follow %(at_most)s people already. Please part with some first."),
    "people_at_most": N_("Your list holds %(at_most)s people already, and that is full."),
    "filters_at_most": N_("You have %(at_most)s filters already. Please delete one first."),
    "filtered_posts_at_most": N_(
        "Your filters name %(at_most)s messages at most. Please drop some."
    ),
    "words_at_most": N_("Your filters hold %(at_most)s words at most. Please delete some."),
    "setup_needs_name": N_("Please give the association's name first."),
    "setup_needs_pages": N_(
        "The legal notice, the privacy page and the contact page have to be complete first."
    ),
    "too_many_scheduled": N_(
        "%(at_most)s messages wait already to be said later. Please take one back first."
    ),
    "too_young": N_("You can join when you are %(minimum)s years old. Until then, a parent can."),
    "invite_over": N_(
        "This invitation has been used up or has ended. Please ask whoever gave it to you for a"
        " new one."
    ),
    "link_unknown": N_("This link is not complete. Please open it from the mail once more."),
    "link_used": N_("This link has been used already. Please ask for a new one."),
    "link_expired": N_("This link is too old. Please ask for a new one."),
    "account_email_pending": N_(
        "Please confirm your e-mail address first: the link is in our mail."
    ),
    "account_approval_pending": N_(
        "The moderators have not decided yet. You will get a mail as soon as they have."
    ),
    "account_declined": N_("The moderators could not let this account in."),
    "account_frozen": N_("This account is paused. Please write to the moderators."),
    "sign_up_not_ready": N_("This place is still being prepared. Please come back in a few days."),
    "sign_up_closed": N_("New accounts are not accepted at the moment."),
    "sign_up_invited_only": N_(
        "You can join with an invitation. Please ask somebody who is here already."
    ),
    "sign_up_full": N_("Many people have asked to join. Please come back tomorrow."),
    "media_waiting": N_(
        "You have sent many photos without using them. Please come back tomorrow: until then they"
        " are forgotten."
    ),
    "photos_busy": N_(
        "Many photos are being prepared at this moment. Please try again in a minute."
    ),
    "store_full": N_("There is no room for photos at the moment. Please send it without them."),
    "store_unavailable": N_(
        "Photos cannot be kept at the moment. Please try again in a minute, or send it without"
        " them."
    ),
    "too_many_requests": N_("That was a lot in a short time."),
    "unavailable": N_("This does not work at the moment. Please try again in a minute."),
    "database_unavailable": N_(
        "Nothing can be read or saved at the moment. Please try again in a minute."
    ),
    "too_many_processes": N_("Too many programs use this database. Please try again in a minute."),
    "too_busy": N_("Many people are signing in at this moment. Please try again in a minute."),
    "took_too_long": N_("This took too long and was stopped. Please try again in a minute."),
    "form_from_elsewhere": N_(
        "This did not come from a page of ours, so nothing was changed. Please open the page here"
        " and send it again."
    ),
    "form_is_stale": N_(
        "This page was open for a long time, or somebody else has signed in since."
    ),
    "signed_out_meanwhile": N_(
        "You have been signed out meanwhile. Please sign in, then come back."
    ),
    "broken_form": N_("What your browser sent cannot be read. Please go back and send it again."),
    "error": N_("This did not work."),
}
"""Sentences that stand on a page of their own, or over a whole form."""

WORDS: Final[Mapping[str, str]] = {**PAGE_WORDS, **FIELD_WORDS}


def say(code: str, params: Mapping[str, object], own_words: Mapping[str, str] | None = None) -> str:
    """The sentence for a code in the reader's language; `own_words` go first."""
    message = (own_words or {}).get(code) or WORDS.get(code)
    if message is not None:
        try:
            return translate(message) % {name: _shown(value) for name, value in params.items()}
        except KeyError:
            log.error("words.incomplete", code=code, given=sorted(params))
    else:
        log.error("words.missing", code=code)
    return translate(WORDS["invalid"] if code in FIELD_WORDS else WORDS["error"])


def words_of(error: FedparentsError) -> str:
    """What a person reads about an error of the core."""
    return say(error.code, error.params)


def _shown(value: object) -> str:
    match value:
        case bool() | str():
            return str(value)
        case int() | float():
            return format_number(value)
        case datetime():
            return format_datetime(value)
        case date():
            return format_date(value)
        case timedelta():
            return format_delta(value)
    return str(value)
