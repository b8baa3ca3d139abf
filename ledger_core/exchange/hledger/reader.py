"""Reading the common part of hledger's journal format.

Understood: comments, `account` (with the tags code, account_name and account_type), `commodity`, `decimal-mark`, `P`,
`tag` and `payee` directives; transactions with status, code, description and comments; postings with an amount such as
`-1,234.50 EUR` or `EUR 5`, one price (`@` or `@@`), and at most one posting without amount; tags in comments.
Refused, with the line: everything that changes what other lines mean (include, alias, apply, default years and
commodities), automated and periodic transactions, virtual postings and lot costs. Balance assertions are skipped.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from ledger_core.exchange.numerals import NUMERAL, Marks, read_numeral
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
_AFTER = re.compile(rf"({NUMERAL})\s*([A-Z]{{3}})?\Z")
_BEFORE = re.compile(rf"(-?)\s*([A-Z]{{3}})\s*({NUMERAL})\Z")
_TAG = re.compile(r"(?:^|[,\s])([A-Za-z][A-Za-z0-9_-]*):\s*([^,]*)")
_DECIMAL_MARK = re.compile(r"decimal-mark\s+([.,])(?:\s.*)?")
_IGNORED = ("tag", "payee", "P ")
PRICE_EXAMPLE = "Say what this is worth in {base}: 100.00 {currency} @@ 110.00 {base}."
_COMMENT = (";", "#", "*")


def read(content: str, decimal_mark: str = "") -> Reading:
    """`decimal_mark` holds for the whole file, as if it began with that directive."""
    reading, marks = Reading(PRICE_EXAMPLE), Marks(decimal_mark)
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
                current = _line(reading, current, number, line, marks)
            except Unreadable as error:
                reading.wrong(number, error.code, str(error))
                current = _after_fault(current, line)
    return reading


def _after_fault(current: Transaction | None, line: str) -> Transaction | None:
    """What the lines after a wrong one belong to: of a transaction whose head is wrong, to nothing."""
    if not line[0].isspace():
        return None
    if current is not None:
        current.is_whole = False
    return current


def _line(reading: Reading, current: Transaction | None, number: int, line: str, marks: Marks) -> Transaction | None:
    """Read one line; gives the transaction that the next indented lines belong to."""
    if line[0].isspace():
        text = line.strip()
        if current is not None:
            _indented(current, number, text, marks)
        elif text.startswith("format "):  # below a commodity directive
            marks.learn(text.partition(";")[0].removeprefix("format "))
        return current
    if line[0].isdigit():
        return _transaction(reading, number, line)
    if line.startswith("account "):
        _account(reading, line.removeprefix("account "))
    elif line.startswith("commodity"):
        marks.learn(line.partition(";")[0].removeprefix("commodity"))
    elif mark := _DECIMAL_MARK.fullmatch(line):
        marks.general = mark[1]
    elif not line.startswith(_IGNORED):
        raise Unreadable("not_supported", f"This is not understood here: {line.split()[0][:40]}.")
    return None


def _account(reading: Reading, text: str) -> None:
    name, _, comment = text.partition("  ;")
    tags = _tags(comment)
    reading.accounts[name.strip()] = AccountHint(
        code=tags.get("code", ""), name=unquote(tags.get("account_name", "")), type=tags.get("account_type", "")
    )


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


def _indented(transaction: Transaction, number: int, text: str, marks: Marks) -> None:
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
    read_amount(posting, amount.partition("=")[0].strip(), marks)


def read_amount(posting: Posting, text: str, marks: Marks) -> None:
    """The amount of a posting and its price, if it has them."""
    if not text:
        return
    if "{" in text:
        raise Unreadable("not_supported", "Lot costs in braces are not understood; use a price (@@).")
    amount, at, price = text.partition("@")
    posting.amount = parse_amount(amount, marks)
    if price.startswith("@"):
        posting.total_price = parse_amount(price[1:], marks)
    elif at:
        posting.unit_price = parse_amount(price, marks)


def parse_amount(text: str, marks: Marks) -> Amount:
    """`-1,234.50 EUR`, `EUR -5`, `-EUR 5`, `5`."""
    text = text.strip()
    after, before = _AFTER.fullmatch(text), _BEFORE.fullmatch(text)
    if after:
        return _amount(after[1], after[2] or "", marks)
    if before:
        found = _amount(before[3], before[2], marks)
        return replace(found, number=-found.number) if before[1] else found
    raise Unreadable("not_an_amount", f"{text[:40]!r} is no amount such as -1234.50 EUR (with a currency's ISO code).")


def _amount(text: str, currency: str, marks: Marks) -> Amount:
    number, is_doubtful = read_numeral(text, marks.of(currency))
    return Amount(number, currency, is_doubtful, text)


def _tags(comment: str) -> dict[str, str]:
    return {name: value.strip() for name, value in _TAG.findall(comment)}
