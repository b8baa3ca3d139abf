"""Which of our accounts a name in a file means: told by the caller, known by its code or name, or to be created."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ledger_core.chart.models import Account, code_key
from ledger_core.chart.operations import create_account
from ledger_core.chart.types import TYPES
from ledger_core.exchange.reading import AccountHint, Reading

MATCHED, CREATED, UNKNOWN = "matched", "created", "unknown"
LONGEST_CODE, LONGEST_NAME = 20, 120
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,19}\Z")
_LEADING_CODE = re.compile(r"([A-Za-z0-9._/-]*[0-9][A-Za-z0-9._/-]*)[ -]+(.+)")
# The top of a name in plain-text accounting -> the type of a new account under it.
_TYPES = {
    "assets": "other_current_asset",
    "asset": "other_current_asset",
    "liabilities": "other_current_liability",
    "liability": "other_current_liability",
    "equity": "equity",
    "income": "income",
    "revenue": "income",
    "revenues": "income",
    "expenses": "expense",
    "expense": "expense",
}


@dataclass(slots=True)
class Match:
    """What became of a name."""

    name: str
    action: str
    account: Account | None = None


class Matcher:
    """Finds accounts by what a file calls them. Looks the chart up once; creates what is missing, if it may."""

    def __init__(self, reading: Reading, *, told: Mapping[str, str], create: bool) -> None:
        self.hints = reading.accounts
        self.told = {name.lower(): code for name, code in told.items()}
        self.create = create
        accounts = list(Account.objects.all())
        self.by_code = {account.code_key: account for account in accounts}
        self.by_name = dict(_unambiguous(accounts))

    def match(self, names: Iterable[str]) -> dict[str, Match]:
        return {name: self._match(name) for name in dict.fromkeys(names)}

    def _match(self, name: str) -> Match:
        found = self._find(name)
        if found is not None:
            return Match(name, MATCHED, found)
        made = self._make(name) if self.create and name.lower() not in self.told else None
        return Match(name, CREATED if made else UNKNOWN, made)

    def _find(self, name: str) -> Account | None:
        if name.lower() in self.told:
            return self.by_code.get(code_key(self.told[name.lower()]))
        hint, last = self._hint(name), name.rsplit(":", 1)[-1].strip()
        for code in filter(None, (hint.code, name, _leading(last)[0])):
            if code_key(code) in self.by_code:
                return self.by_code[code_key(code)]
        return self.by_name.get((hint.name or last).lower())

    def _hint(self, name: str) -> AccountHint:
        return self.hints.get(name, AccountHint())

    def _make(self, name: str) -> Account | None:
        hint, parts = self._hint(name), name.split(":")
        kind = hint.type if hint.type in TYPES else _TYPES.get(parts[0].strip().lower())
        if kind is None or not name:
            return None
        leading, plain = _leading(parts[-1].strip())
        code = hint.code if _CODE.match(hint.code) else leading
        made = create_account(code=self._free(code), name=(hint.name or plain)[:LONGEST_NAME], type=kind)
        self.by_code[made.code_key] = made
        return made

    def _free(self, code: str) -> str:
        """The code itself, or the next of our own making."""
        if code and code_key(code) not in self.by_code:
            return code
        number = 1
        while f"IMPORT-{number}" in self.by_code:
            number += 1
        return f"IMPORT-{number}"


def _leading(component: str) -> tuple[str, str]:
    """`1010 Checking` is code and name; `Checking` is a name."""
    found = _LEADING_CODE.fullmatch(component)
    if found and _CODE.match(found[1]):
        return found[1], found[2].strip()
    return "", component


def _unambiguous(accounts: list[Account]) -> Iterator[tuple[str, Account]]:
    names = [account.name.lower() for account in accounts]
    for account in accounts:
        if names.count(account.name.lower()) == 1:
            yield account.name.lower(), account
