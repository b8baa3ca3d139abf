"""Plays tests/scenarios/journals through the real operations and compares the reports with the text."""

from __future__ import annotations

import datetime
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger_core.arithmetic.money import to_minor, to_text
from ledger_core.books.operations import Line
from ledger_core.chart.models import Account
from ledger_core.chart.operations import create_account
from ledger_core.contacts.models import Contact
from ledger_core.journals.models import ManualJournal
from ledger_core.journals.operations import create_journal, void_journal
from ledger_core.reports.parameters import Parameters
from ledger_core.reports.periods import Stretch
from ledger_core.reports.report import Report
from ledger_core.reports.statements.trial_balance import trial_balance

FOLDER = Path(__file__).parent.parent / "scenarios" / "journals"
SCENARIOS = sorted(FOLDER.glob("*.txt"))
CURRENCY = "USD"
DATE = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path, in_north: Any) -> None:
    play(path.read_text())


def test_a_wrong_figure_fails(in_north: Any) -> None:
    text = (FOLDER / "corrections.txt").read_text().replace("3800.00", "3800.01", 1)
    with pytest.raises(AssertionError, match=re.escape("3800.01")):
        play(text)


def play(text: str) -> None:
    lines = iter(text.splitlines())
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        words = shlex.split(line)
        date = datetime.date.fromisoformat(words.pop(0)) if DATE.fullmatch(words[0]) else None
        VERBS[words[0]](date, words[1:], lines)


def account(date: datetime.date | None, words: list[str], rest: Iterator[str]) -> None:
    code, type_, name = words
    create_account(code=code, type=type_, name=name)


def journal(date: datetime.date | None, words: list[str], rest: Iterator[str]) -> None:
    memo, *sides = words
    debits, credits = (_side(side) for side in " ".join(sides).split(" / "))
    total = sum(amount or 0 for _, amount in debits) or sum(amount or 0 for _, amount in credits)
    lines = [Line(pk, debit=total if amount is None else amount) for pk, amount in debits]
    lines += [Line(pk, credit=total if amount is None else amount) for pk, amount in credits]
    create_journal(date=date, memo=memo, lines=[_of_somebody(line) for line in lines], publish=True, actor=1)


def _of_somebody(line: Line) -> Line:
    """Debts have a contact; the texts do not say which."""
    if Account.objects.get(pk=line.account_id).type not in ("accounts_receivable", "accounts_payable"):
        return line
    contact, _ = Contact.objects.get_or_create(name="Somebody", is_customer=True, is_vendor=True, currency=CURRENCY)
    return replace(line, contact_id=contact.pk)


def _side(text: str) -> list[tuple[int, int | None]]:
    """`6100 1200.00, 6110 3.00` as account ids with minor units."""
    found = []
    for part in text.split(","):
        code, *amount = part.split()
        found.append((Account.objects.get(code=code).pk, to_minor(amount[0], CURRENCY) if amount else None))
    return found


def void(date: datetime.date | None, words: list[str], rest: Iterator[str]) -> None:
    void_journal(journal_id=ManualJournal.objects.get(memo=words[0]).pk, date=date, actor=1)


def report(date: datetime.date | None, words: list[str], rest: Iterator[str]) -> None:
    assert words[:2] == ["trial", "balance"]
    expected = []
    for line in rest:
        if not line.strip():
            break
        expected.append(line.rstrip())
    until = Stretch(None, datetime.date.fromisoformat(words[2]))
    assert written(trial_balance(Parameters(until, start_month=1))) == expected


def written(shown: Report) -> list[str]:
    """A report as the lines of a scenario."""
    lines = []
    for row in shown.rows:
        code, name = (row.account.code, row.account.name) if row.account else ("", row.title)
        texts = (to_text(cell.value, CURRENCY) if cell.value else "" for cell in row.cells)
        lines.append(f"{code:<5}{name:<34}{next(texts):>11}{next(texts):>14}".rstrip())
    return lines


VERBS: dict[str, Callable[[datetime.date | None, list[str], Iterator[str]], None]] = {
    "account": account,
    "journal": journal,
    "void": void,
    "=": report,
}
