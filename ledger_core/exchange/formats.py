"""What the books can be written as."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger_core.exchange import jsonl
from ledger_core.exchange.beancount import writer as beancount
from ledger_core.exchange.books import Books
from ledger_core.exchange.hledger import writer as hledger


@dataclass(frozen=True, slots=True)
class Format:
    value: str
    label: str
    write: Callable[[Books], Iterator[str]]
    ending: str
    content_type: str


FORMATS = (
    Format("hledger", "hledger journal", hledger.write, "journal", "text/plain; charset=utf-8"),
    Format("beancount", "Beancount", beancount.write, "beancount", "text/plain; charset=utf-8"),
    Format("jsonl", "JSON Lines", jsonl.write, "jsonl", "application/jsonl; charset=utf-8"),
)
BY_VALUE = {each.value: each for each in FORMATS}
