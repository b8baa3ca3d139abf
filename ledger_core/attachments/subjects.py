"""What files can be attached to. A new kind is a line here, and a view of its package that says how to hold its row."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of object: who sees its files, and whether one of it may lose a file.

    `check_removal` names a function, of a package above this one, that is given an id: it locks the object's row, and
    raises a problem if the file has to stay.
    """

    view: str
    check_removal: str

    def refuse_removal(self, subject_id: int) -> None:
        import_string(self.check_removal)(subject_id)


# Kind of object (as in the activity trail) -> the ability somebody needs to see it, and what guards its files.
SUBJECT_KINDS = {
    "manual_journal": SubjectKind("manual_journals.view", "ledger_core.journals.attachments.check_removal"),
}
