"""The books as a Beancount file.

Amounts as in the hledger journal. Beancount turns a total price into one per unit, which leaves a remainder of 10^-20
or so; the tolerance at the top allows for it and for nothing that could be an amount.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger_core.arithmetic.money import to_text
from ledger_core.base.serializers import FIRST_DATE
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.exchange.books import Books, about, base_amount, batches, currency_amount, dimensions
from ledger_core.exchange.names import beancount_names

TOLERANCE = "0.0000001"


def write(books: Books) -> Iterator[str]:
    names = beancount_names(books.nodes)
    yield _head(books, names)
    for entries in batches(books):
        yield "".join(_entry(entry, names, books.base_currency) for entry in entries)


def _head(books: Books, names: dict[int, str]) -> str:
    lines = [
        f"option {_text('title')} {_text(books.organization)}",
        f"option {_text('operating_currency')} {_text(books.base_currency)}",
        f"option {_text('inferred_tolerance_default')} {_text(f'*:{TOLERANCE}')}",
    ]
    for currency in books.currencies:
        lines += [f"{FIRST_DATE} commodity {currency.code}", f"  precision: {currency.exponent}"]
    for account in books.accounts:
        lines.append(f"{FIRST_DATE} open {names[account.pk]}")
        lines += [f"  code: {_text(account.code)}", f"  name: {_text(account.name)}", f"  type: {_text(account.type)}"]
    return "\n".join(lines) + "\n"


def _entry(entry: JournalEntry, names: dict[int, str], base: str) -> str:
    lines = [f"\n{entry.date} * {_text(entry.memo)}"]
    lines += [f"  {name}: {_text(value)}" for name, value in about(entry).items()]
    for line in entry.lines.all():
        lines.append(f"  {names[line.account_id]}  {_amount(line, base)}")
        lines += [f"    {name}: {_text(value)}" for name, value in _about_line(line, base).items()]
    return "\n".join(lines) + "\n"


def _amount(line: JournalLine, base: str) -> str:
    if line.currency == base or not currency_amount(line):
        return f"{to_text(base_amount(line), base)} {base}"
    price = to_text(abs(base_amount(line)), base)
    return f"{to_text(currency_amount(line), line.currency)} {line.currency} @@ {price} {base}"


def _about_line(line: JournalLine, base: str) -> dict[str, str]:
    found = {name: str(value) for name, value in dimensions(line).items()}
    if line.currency != base and not currency_amount(line):
        found["currency"] = line.currency
    if line.description:
        found["description"] = line.description
    return found


def _text(value: str) -> str:
    printable = "".join(each if each.isprintable() else " " for each in value)
    escaped = printable.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
