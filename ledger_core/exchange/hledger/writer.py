"""The books as an hledger journal.

Every line that is in another currency carries its base amount as total price (`100.00 EUR @@ 110.00 USD`), so that
`hledger bal -B` gives the balances in base currency and `hledger bal` those in each currency, both exactly. A line
that changes the base amount only (a revaluation) is written in base currency, with its currency as a tag.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger_core.arithmetic.currencies import Currency
from ledger_core.arithmetic.money import to_text
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.chart.types import ASSET, EQUITY, EXPENSE, INCOME, LIABILITY
from ledger_core.exchange.books import Books, about, base_amount, batches, currency_amount, dimensions
from ledger_core.exchange.names import hledger_names, one_line, tag_of_name

TYPES = {ASSET: "A", LIABILITY: "L", EQUITY: "E", INCOME: "R", EXPENSE: "X"}


def write(books: Books) -> Iterator[str]:
    names = hledger_names(books.nodes)
    yield _head(books, names)
    for entries in batches(books):
        yield "".join(_entry(entry, names, books.base_currency) for entry in entries)


def _head(books: Books, names: dict[int, str]) -> str:
    lines = [f"; Books of {one_line(books.organization)}, base currency {books.base_currency}", "decimal-mark ."]
    lines += [f"commodity {_sample(currency)} {currency.code}" for currency in books.currencies]
    for account in books.accounts:
        tags = {"type": TYPES[account.root], "code": account.code, "account_type": account.type}
        tags |= tag_of_name(account, names[account.pk])
        lines.append(f"account {names[account.pk]}  ; {_tags(tags)}")
    return "\n".join(lines) + "\n"


def _sample(currency: Currency) -> str:
    """How amounts are written; hledger wants a decimal mark also where there are no decimals."""
    return "1000." + "0" * currency.exponent


def _entry(entry: JournalEntry, names: dict[int, str], base: str) -> str:
    memo = one_line(entry.memo).replace("|", "/")
    head = f"\n{entry.date} ({entry.number}) {memo}".rstrip()
    lines = [head, f"    ; {_tags(about(entry))}"]
    for line in entry.lines.all():
        lines.append(f"    {names[line.account_id]}  {_amount(line, base)}{_comment(line, base)}")
    return "\n".join(lines) + "\n"


def _amount(line: JournalLine, base: str) -> str:
    if line.currency == base or not currency_amount(line):
        return f"{to_text(base_amount(line), base)} {base}"
    price = to_text(abs(base_amount(line)), base)
    return f"{to_text(currency_amount(line), line.currency)} {line.currency} @@ {price} {base}"


def _comment(line: JournalLine, base: str) -> str:
    tags = {name: str(value) for name, value in dimensions(line).items()}
    if line.currency != base and not currency_amount(line):
        tags["currency"] = line.currency
    if line.description:
        tags["description"] = line.description
    return f"  ; {_tags(tags)}" if tags else ""


def _tags(tags: dict[str, str]) -> str:
    """A tag's value ends at a comma."""
    return ", ".join(f"{name}: {one_line(value.replace(',', ' ').replace(';', ' '))}" for name, value in tags.items())
