"""Reading the common part of hledger's journal format.

Understood: comments, `account` (with the tags code and account_type), `commodity`, `decimal-mark .`, `P`, `tag` and
`payee` directives; transactions with status, code, description and comments; postings with an amount such as
`-1,234.50 EUR` or `EUR 5`, one price (`@` or `@@`), and at most one posting without amount; tags in comments.
Refused, with the line: everything that changes what other lines mean (include, alias, apply, default years and
commodities), automated and periodic transactions, virtual postings and lot costs. Balance assertions are skipped.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ledger_core.exchange.reading import (
    AccountHint,
    Amount,
    Posting,
    Reading,
    Transaction,
    Unreadable,
    numbered,
    read_date,
)

_DATE = re.compile(r"([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2})(?:=\S+)?(?=\s|$)\s*(.*)")
_HEAD = re.compile(r"(?:[*!]\s*)?(?:\(([^)]*)\)\s*)?(.*)")
_POSTING = re.compile(r"(?:[*!]\s*)?(.+?)(?:\s{2,}|\t\s*)(.*)")
_NUMBER = r"[+-]?[0-9][0-9,]*(?:\.[0-9]*)?|[+-]?\.[0-9]+"
_AFTER = re.compile(rf"({_NUMBER})\s*([A-Z]{{3}})?\Z")
_BEFORE = re.compile(rf"(-?)\s*([A-Z]{{3}})\s*({_NUMBER})\Z")
_TAG = re.compile(r"(?:^|[,\s])([A-Za-z][A-Za-z0-9_-]*):\s*([^,]*)")
_IGNORED = ("commodity", "tag", "payee", "P ", "decimal-mark .")
_COMMENT = (";", "#", "*")


def read(content: str) -> Reading:
    reading = Reading()
    current: Transaction | None = None
    in_comment = False
    for number, raw in numbered(content):
        line = raw.rstrip()
        if in_comment or line == "comment":
            in_comment = line != "end comment"
        elif not line.strip():
            current = None
        elif line.startswith(_COMMENT):
            continue
        else:
            try:
                current = _line(reading, current, number, line)
            except Unreadable as error:
                reading.wrong(number, error.code, str(error))
    return reading


def _line(reading: Reading, current: Transaction | None, number: int, line: str) -> Transaction | None:
    """Read one line; gives the transaction that the next indented lines belong to."""
    if line[0].isspace():
        if current is not None:
            _indented(current, number, line.strip())
        return current
    if line[0].isdigit():
        return _transaction(reading, number, line)
    if line.startswith("account "):
        _account(reading, line.removeprefix("account "))
    elif not line.startswith(_IGNORED):
        raise Unreadable("not_supported", f"This is not understood here: {line.split()[0][:40]}.")
    return None


def _account(reading: Reading, text: str) -> None:
    name, _, comment = text.partition("  ;")
    tags = _tags(comment)
    reading.accounts[name.strip()] = AccountHint(code=tags.get("code", ""), type=tags.get("account_type", ""))


def _transaction(reading: Reading, number: int, line: str) -> Transaction:
    found = _DATE.match(line)
    if found is None:
        raise Unreadable("wrong_date", "A transaction begins with a full date such as 2026-01-31.")
    text, _, comment = found[2].partition(";")
    code, memo = _HEAD.fullmatch(text.strip()).groups()  # type: ignore[union-attr]  # it matches everything
    date = read_date("-".join(part.zfill(2) for part in re.split(r"[-/.]", found[1])))
    transaction = Transaction(number, date, memo.strip(), (code or "").strip(), tags=_tags(comment))
    reading.add(transaction)
    return transaction


def _indented(transaction: Transaction, number: int, text: str) -> None:
    if text.startswith(_COMMENT[:2]):
        target = transaction.postings[-1].tags if transaction.postings else transaction.tags
        target.update(_tags(text))
        return
    body, _, comment = text.partition(";")
    found = _POSTING.fullmatch(body.rstrip())
    account, amount = found.groups() if found else (body.strip().lstrip("*! "), "")
    if account[:1] in "([" and account[-1:] in ")]":
        raise Unreadable("not_supported", "Virtual postings are no part of double entry.")
    tags = _tags(comment)
    posting = Posting(number, account.strip(), None, description=tags.get("description", ""), tags=tags)
    transaction.postings.append(posting)
    _read_amount(posting, amount.partition("=")[0].strip())


def _read_amount(posting: Posting, text: str) -> None:
    if not text:
        return
    if "{" in text:
        raise Unreadable("not_supported", "Lot costs in braces are not understood; use a price (@@).")
    amount, at, price = text.partition("@")
    posting.amount = parse_amount(amount)
    if price.startswith("@"):
        posting.total_price = parse_amount(price[1:])
    elif at:
        posting.unit_price = parse_amount(price)


def parse_amount(text: str) -> Amount:
    """`-1,234.50 EUR`, `EUR -5`, `-EUR 5`, `5`."""
    text = text.strip()
    after, before = _AFTER.fullmatch(text), _BEFORE.fullmatch(text)
    if after:
        return Amount(_decimal(after[1]), after[2] or "")
    if before:
        return Amount(_decimal(before[3]) * (-1 if before[1] else 1), before[2])
    raise Unreadable("not_an_amount", f"{text[:40]!r} is no amount such as -1234.50 EUR (with a currency's ISO code).")


def _decimal(text: str) -> Decimal:
    if len(text) > 64:
        raise Unreadable("not_an_amount", "An amount has at most 64 characters.")
    return Decimal(text.replace(",", ""))


def _tags(comment: str) -> dict[str, str]:
    return {name: value.strip() for name, value in _TAG.findall(comment)}
