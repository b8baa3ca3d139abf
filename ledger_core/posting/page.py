"""The rules as a page for accountants: docs/posting-rules.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger_core.chart.types import DEBIT, ROLES_BY_VALUE
from ledger_core.posting.rules import AMOUNTS, OWN, RULES, Row, Rule

HEAD = """# What documents and payments post

Written by `manage.py posting_rules` from `ledger_core/posting/rules.py`, which is all that decides it. Do not edit.

An amount of zero posts nothing, a negative one goes to the other side. Accounts in *italics* come with the amount: a
line's account, a tax's, the bank's, the contact's receivable or payable account. The others are system accounts; an
administrator can point them elsewhere. Base amounts are the document's amounts at its own rate, shared so
that the entry balances in both currencies. Voiding posts the mirror of all this, and so does changing an issued
document, which is then posted again.
"""


@dataclass(frozen=True, slots=True)
class Poster:
    """A kind of document or payment, as the page tells of it."""

    label: str
    path: str
    rule: str


def page(posters: Iterable[Poster]) -> str:
    """The whole page."""
    by_rule: dict[str, list[Poster]] = {}
    for poster in posters:
        by_rule.setdefault(poster.rule, []).append(poster)
    sections = [_section(rule, by_rule.get(rule.key, ())) for rule in RULES.values()]
    return "\n".join([HEAD, *sections, *_amounts()])


def _section(rule: Rule, posters: Sequence[Poster]) -> str:
    addresses = ", ".join(f"`/api/{each.path}`" for each in posters)
    where = f" ({addresses})" if addresses else ""
    rows = [row for row in rule.rows if row.side == DEBIT] + [row for row in rule.rows if row.side != DEBIT]
    table = "\n".join(_row(row) for row in rows)
    return f"## {rule.title}\n\nWhen it is {rule.when}{where}.\n\n| Debit | Credit | Amount |\n|---|---|---|\n{table}\n"


def _row(row: Row) -> str:
    account = f"*{_own(row)}*" if row.account == OWN else ROLES_BY_VALUE[row.account].label
    sides = (account, "") if row.side == DEBIT else ("", account)
    return f"| {sides[0]} | {sides[1]} | {row.amount.replace('_', ' ')} |"


_OWN = {
    "total": "receivable, payable, or what it is paid with",
    "line": "the line's account",
    "money": "the bank, cash or card account",
    "settled": "the document's account",
    "written_off": "the document's account",
    "used_document_credit": "the credit's account",
}


def _own(row: Row) -> str:
    return _OWN.get(row.amount, "the tax's account")


def _amounts() -> Iterator[str]:
    yield "## The amounts\n\n| Name | What it is |\n|---|---|"
    used = {row.amount for rule in RULES.values() for row in rule.rows}
    for name, meaning in AMOUNTS.items():
        if name in used:
            yield f"| {name.replace('_', ' ')} | {meaning} |"
    yield ""
