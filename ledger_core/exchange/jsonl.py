"""The books as JSON Lines: nothing left out, one JSON object a line, `kind` first. Described in docs/exchange.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ledger_core.arithmetic.money import rate_text, to_text
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.chart.queries import Node
from ledger_core.exchange.books import Books, about, batches, dimensions


def write(books: Books) -> Iterator[str]:
    codes = {account.pk: account.code for account in books.accounts}
    head = {"kind": "books", "version": 1, "organization": books.organization, "currency": books.base_currency}
    yield _lines([head, *(_account(node, codes) for node in books.nodes)])
    for entries in batches(books):
        yield _lines([_entry(entry, codes, books.base_currency) for entry in entries])


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _account(node: Node, codes: dict[int, str]) -> dict[str, Any]:
    account = node.account
    return {
        "kind": "account",
        "code": account.code,
        "name": account.name,
        "type": account.type,
        "parent": codes[account.parent_id] if account.parent_id else None,
        "currency": account.currency,
        "description": account.description,
        "is_active": account.is_active,
        "roles": list(node.roles),
    }


def _entry(entry: JournalEntry, codes: dict[int, str], base: str) -> dict[str, Any]:
    return {
        "kind": "entry",
        **about(entry),
        "date": entry.date.isoformat(),
        "memo": entry.memo,
        "posted_by": entry.posted_by,
        "lines": [_line(line, codes, base) for line in entry.lines.all()],
    }


def _line(line: JournalLine, codes: dict[int, str], base: str) -> dict[str, Any]:
    return {
        "account": codes[line.account_id],
        "debit": to_text(line.debit, base),
        "credit": to_text(line.credit, base),
        "currency": line.currency,
        "currency_debit": to_text(line.currency_debit, line.currency),
        "currency_credit": to_text(line.currency_credit, line.currency),
        "rate": rate_text(line.rate),
        "description": line.description,
        **dimensions(line),
    }
