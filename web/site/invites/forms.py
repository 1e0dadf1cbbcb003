"""What somebody says of an invitation that they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from fedparents.accounts.invites import InviteDraft
from web.forms import Checked, Form, line
from web.i18n import N_

LABEL_LENGTH = 60


class InviteForm(Form):
    """An empty number of uses or days is any number."""

    label: Annotated[str, line(at_least=0, at_most=LABEL_LENGTH)] = ""
    uses: Literal["1", "10", "50", ""] = "10"
    days: Literal["7", "30", "365", ""] = "30"
    skips_approval: Checked = False

    words: ClassVar[Mapping[str, str]] = {
        "skips_approval.not_a_moderator": N_("Only moderators can make such an invitation."),
    }

    @property
    def draft(self) -> InviteDraft:
        return InviteDraft(
            label=self.label,
            uses=int(self.uses) if self.uses else None,
            days=int(self.days) if self.days else None,
            skips_approval=self.skips_approval,
        )
