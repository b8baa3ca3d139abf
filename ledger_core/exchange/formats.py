"""What the books can be written as, and read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ledger_core.exchange import jsonl
from ledger_core.exchange.beancount import reader as beancount_reader
from ledger_core.exchange.beancount import writer as beancount
from ledger_core.exchange.books import Books
from ledger_core.exchange.hledger import reader as hledger_reader
from ledger_core.exchange.hledger import writer as hledger
from ledger_core.exchange.reading import Reading
from ledger_core.exchange.sheets import read_csv, read_xlsx


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


def read_file(name: str, content: str | bytes, columns: Mapping[str, str], decimal_mark: str = "") -> Reading:
    """Read a file in the format of this name; `columns` are for tables (exchange/sheets.py).

    `decimal_mark` is a comma or a full stop; without it amounts that could be two are refused. Beancount has its own.
    """
    if isinstance(content, bytes):
        return read_xlsx(content, columns, decimal_mark)
    match name:
        case "hledger":
            return hledger_reader.read(content, decimal_mark)
        case "beancount":
            return beancount_reader.read(content)
        case "csv":
            return read_csv(content, columns, decimal_mark)
        case _:
            raise ValueError(f"There is no format {name!r} to read text in.")
