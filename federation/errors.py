"""What can go wrong between towns.

FederationError
├── Rejected                 never again: trying once more cannot help
│   ├── AddressRefused       it is not a public address, or not named as a town is
│   ├── Malformed            what came is larger or otherwise made than it may be
│   ├── SignatureInvalid     nobody can tell who sent it
│   ├── ActorMismatch        whoever signed it speaks for somebody else
│   └── PeerBlocked          this place does not talk with that town
├── Gone                     the remote thing or town has ended
│   └── FarewellOfStranger   somebody whom nobody here knows takes something back
└── TryLater(after)          the world is not ready: keep the work
    ├── PeerUnavailable      it did not answer, not in time, or with a failure of its own
    └── PeerAskedToWait      it answered that it has had enough for now

They are also what a worker understands: rejected and gone end a job, the others put it back.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from fedparents.jobs import GiveUp
from fedparents.jobs import TryLater as JobTryLater


class FederationError(Exception):
    """Expected: the other side, or the way to it, is at fault. The text is for the log."""


class Rejected(FederationError, GiveUp):
    pass


class AddressRefused(Rejected):
    pass


class Malformed(Rejected):
    pass


class Refusal(StrEnum):
    """Why a signature is not believed: the first of these that is found."""

    MISSING = "there is none"
    DOUBLED = "a header that counts stands there twice"
    UNREADABLE = "it cannot be read"
    SEVERAL = "there are several"
    ALGORITHM = "its algorithm is not taken"
    NOT_COVERED = "it does not cover what it has to"
    NOT_HERE = "it was made for another place"
    OLD = "it is too old"
    EARLY = "it comes from the future"
    OTHER_BODY = "it was made for another body"
    KEY = "its key cannot be had"
    WRONG = "it is wrong"


class SignatureInvalid(Rejected):
    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        self.refusal = refusal
        super().__init__(f"{refusal}: {detail}" if detail else str(refusal))


class ActorMismatch(Rejected):
    pass


class PeerBlocked(Rejected):
    pass


class Gone(FederationError, GiveUp):
    pass


class FarewellOfStranger(Gone):
    pass


class TryLater(FederationError, JobTryLater):
    pass


class PeerUnavailable(TryLater):
    def __init__(self, reason: str, after: timedelta = timedelta(minutes=1)) -> None:
        super().__init__(after, reason)


class PeerAskedToWait(TryLater):
    pass
