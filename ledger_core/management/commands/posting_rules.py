from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ledger_core.documents.kinds import KINDS
from ledger_core.payments.kinds import PAYMENT_KINDS
from ledger_core.posting.page import Poster, page

PAGE = Path("docs") / "posting-rules.md"


def posting_rules() -> str:
    """The page, with the documents and payments that there are."""
    documents = [Poster(kind.label, kind.path, kind.rule) for kind in KINDS if kind.posts]
    payments = [Poster(kind.label, kind.path, kind.value) for kind in PAYMENT_KINDS]
    return page([*documents, *payments])


class Command(BaseCommand):
    help = "Write docs/posting-rules.md anew from the rules file."

    def handle(self, *args: Any, **options: Any) -> None:
        where = Path(settings.BASE_DIR) / PAGE
        where.write_text(posting_rules(), encoding="utf-8")
        self.stdout.write(f"{where} is written.")
