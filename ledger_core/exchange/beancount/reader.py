"""Reading the common part of Beancount's format.

Understood: comments, `open` (with the metadata code, name and type), transactions with flag, payee, narration, tags,
links and metadata, postings with one price (`@` or `@@`) and at most one without amount. Skipped: option, plugin,
commodity, price, close, note, document, event, query, custom, balance. Refused, with the line: include, pad, pushtag
and lot costs in braces.
"""

from __future__ import annotations

import re

from ledger_core.exchange.hledger.reader import PRICE_EXAMPLE, read_amount
from ledger_core.exchange.numerals import POINT, Marks
from ledger_core.exchange.reading import AccountHint, Posting, Reading, Transaction, Unreadable, numbered, read_date

_STRING = r'"((?:[^"\\]|\\.)*)"'
_DATED = re.compile(r"([0-9]{4}[-/][0-9]{2}[-/][0-9]{2})\s+(\S+)\s*(.*)")
_TEXTS = re.compile(_STRING)
_META = re.compile(rf"([a-z][A-Za-z0-9_-]*):\s*(?:{_STRING}|(.*))\Z")
_POSTING = re.compile(r"(?:[*!&#?%]\s+)?([A-Z][^\s]*:[^\s]+)\s*(.*)")
_SKIPPED = {"commodity", "price", "close", "note", "document", "event", "query", "custom", "balance"}
_SKIPPED_UNDATED = ("option", "plugin")


_MARKS = Marks(POINT)  # in Beancount a comma groups digits, always


def read(content: str) -> Reading:
    reading = Reading(PRICE_EXAMPLE)
    current: Transaction | AccountHint | None = None
    for number, raw in numbered(content):
        line = _without_comment(raw).rstrip()
        if not raw.strip():
            current = None
        if not line or line[0] in "*#:":
            continue
        try:
            if line[0].isspace():
                _indented(current, number, line.strip())
            else:
                current = _top(reading, number, line)
        except Unreadable as error:
            reading.wrong(number, error.code, str(error))
            current = _after_fault(current, line)
    return reading


def _after_fault(current: Transaction | AccountHint | None, line: str) -> Transaction | AccountHint | None:
    """What the lines after a wrong one belong to: of a directive that is wrong, to nothing."""
    if not line[0].isspace():
        return None
    if isinstance(current, Transaction):
        current.is_whole = False
    return current


def _without_comment(line: str) -> str:
    """The line up to a semicolon that is not in a string."""
    quoted = False
    for index, sign in enumerate(line):
        if sign == '"' and line[index - 1 : index] != "\\":
            quoted = not quoted
        elif sign == ";" and not quoted:
            return line[:index]
    return line


def _top(reading: Reading, number: int, line: str) -> Transaction | AccountHint | None:
    found = _DATED.fullmatch(line)
    if found is None:
        if line.startswith(_SKIPPED_UNDATED):
            return None
        raise Unreadable("not_supported", f"This is not understood here: {line.split()[0][:40]}.")
    date, word, rest = found.groups()
    if word == "open":
        return reading.accounts.setdefault(rest.split()[0] if rest else "", AccountHint())
    if word in _SKIPPED:
        return None
    if word not in ("*", "!", "txn"):
        raise Unreadable("not_supported", f"This is not understood here: {word[:40]}.")
    texts = [_unescaped(text) for text in _TEXTS.findall(rest)]
    transaction = Transaction(number, read_date(date), " | ".join(filter(None, texts)))
    reading.add(transaction)
    return transaction


def _indented(current: Transaction | AccountHint | None, number: int, text: str) -> None:
    if current is None:
        return
    meta = _META.fullmatch(text)
    if meta:
        _metadata(current, meta[1], _unescaped(meta[2]) if meta[2] is not None else meta[3].strip())
        return
    found = _POSTING.fullmatch(text)
    if found is None or isinstance(current, AccountHint):
        raise Unreadable("not_supported", "This is no posting and no metadata.")
    posting = Posting(number, found[1], None)
    current.postings.append(posting)
    read_amount(posting, found[2], _MARKS)


def _metadata(current: Transaction | AccountHint, name: str, value: str) -> None:
    if isinstance(current, AccountHint):
        if name in ("code", "name", "type"):
            setattr(current, name, value)
    elif current.postings:
        current.postings[-1].tags[name] = value
        if name == "description":
            current.postings[-1].description = value
    else:
        current.tags[name] = value
        if name == "number":
            current.reference = value


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
