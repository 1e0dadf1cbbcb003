"""What happens to accounts. Facts carry ids; the few addresses in them are about to be forgotten
everywhere else, and their job rows are deleted when the mail has left."""

from __future__ import annotations

from dataclasses import dataclass

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class EmailConfirmationNeeded(Fact):
    """Send the confirmation link `link_id` (purpose confirm_email), which names its account."""

    link_id: int


@dataclass(frozen=True, slots=True)
class SignInRequested(Fact):
    """Somebody typed `login` (an address or a handle) to get a magic link.

    Whether it is anybody's is found out by the worker, so that the answer takes the same time.
    """

    login: str
    browser: str
    language: str


@dataclass(frozen=True, slots=True)
class SignInLinksIssued(Fact):
    """Send one mail with these links, one for each account of the mailbox."""

    link_ids: list[int]


@dataclass(frozen=True, slots=True)
class SignInAddressUnknown(Fact):
    """Tell this address why nobody can sign in with it: no account yet, or one that waits, was
    declined or is paused."""

    email: str
    language: str


@dataclass(frozen=True, slots=True)
class AccountAwaitsApproval(Fact):
    """Tell the moderators that there is somebody to let in."""

    account_id: int


@dataclass(frozen=True, slots=True)
class AccountActivated(Fact):
    """The account may be used. `by_moderator` says whether somebody decided (then: a mail)."""

    account_id: int
    by_moderator: bool


@dataclass(frozen=True, slots=True)
class AccountDeclined(Fact):
    """The request was declined; the reason is in the account's `decision_reason`."""

    account_id: int


@dataclass(frozen=True, slots=True)
class NewDeviceSignedIn(Fact):
    """Somebody signed in from a browser that this account had not used before."""

    session_id: int


@dataclass(frozen=True, slots=True)
class AccountFrozen(Fact):
    """Somebody is kept out; the reason stands in the account."""

    account_id: int


@dataclass(frozen=True, slots=True)
class AccountThawed(Fact):
    account_id: int


@dataclass(frozen=True, slots=True)
class AccessEnded(Fact):
    """Some tokens or sessions do not work any more: whoever listens with one has to be asked."""


@dataclass(frozen=True, slots=True)
class PasswordChanged(Fact):
    account_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorTurnedOn(Fact):
    account_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorChanged(Fact):
    """Another app makes the codes now."""

    account_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorTurnedOff(Fact):
    account_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorReset(Fact):
    """Somebody else has taken it away, for this reason; see `ResetReason`."""

    account_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class RecoveryCodesRenewed(Fact):
    account_id: int


@dataclass(frozen=True, slots=True)
class RecoveryCodeUsed(Fact):
    """Somebody signed in with a recovery code; so many are left."""

    account_id: int
    left: int


@dataclass(frozen=True, slots=True)
class SecondFactorGuessed(Fact):
    """Somebody who can do everything else of signing in has typed too many wrong codes."""

    account_id: int


@dataclass(frozen=True, slots=True)
class EmailChangeRequested(Fact):
    """Send link `link_id` (purpose change_email) to the new address, a notice to the old one."""

    link_id: int


@dataclass(frozen=True, slots=True)
class EmailChanged(Fact):
    """The address is another one now; tell the one that it was."""

    account_id: int
    old_email: str


@dataclass(frozen=True, slots=True)
class ErasurePlanned(Fact):
    """The account will be erased at its `leaving_at`, unless its owner changes their mind."""

    account_id: int


@dataclass(frozen=True, slots=True)
class AccountErased(Fact):
    """Nothing is left of the account; `email` is for the last mail only."""

    actor_id: int
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class InactivityNoticed(Fact):
    """The account has not been used for so long that it will be erased on `erased_on` (ISO)."""

    account_id: int
    erased_on: str
