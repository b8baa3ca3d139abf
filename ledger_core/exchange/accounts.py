"""Which of our accounts a name in a file means: told by the caller, known by its code or name, or to be created.

A name is never taken for an account under another root, and two names never for one account because their last parts
are alike: where that could be meant, the caller is asked to say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger_core.chart.models import Account, code_key
from ledger_core.chart.operations import create_account
from ledger_core.chart.queries import Node, chart
from ledger_core.chart.types import ASSET, EQUITY, EXPENSE, INCOME, LIABILITY, ROOT_LABELS, TYPES
from ledger_core.exchange.names import beancount_names, code_and_name, hledger_names, is_code
from ledger_core.exchange.reading import AccountHint, Reading, Unreadable

MATCHED, CREATED, UNKNOWN = "matched", "created", "unknown"
LONGEST_NAME = 120
SAY_WHICH = "Say which account is meant: `accounts` maps a name in the file to the code of an account."
# The top of a name in plain-text accounting -> the root it stands for, and the type of a new account under it.
_ROOTS = {
    "assets": ASSET,
    "asset": ASSET,
    "liabilities": LIABILITY,
    "liability": LIABILITY,
    "equity": EQUITY,
    "income": INCOME,
    "revenue": INCOME,
    "revenues": INCOME,
    "expenses": EXPENSE,
    "expense": EXPENSE,
}
_TYPES = {ASSET: "other_current_asset", LIABILITY: "other_current_liability"}  # others: the root's own name


@dataclass(slots=True)
class Match:
    """What became of a name. `fault` says why it is unknown."""

    name: str
    action: str
    account: Account | None = None
    fault: Unreadable | None = None


class Matcher:
    """Finds accounts by what a file calls them. Looks the chart up once; creates what is missing, if it may."""

    def __init__(self, reading: Reading, *, told: Mapping[str, str], create: bool) -> None:
        self.hints = reading.accounts
        self.told = {name.lower(): code for name, code in told.items()}
        self.create = create
        nodes = chart()
        self.by_code = {node.account.code_key: node.account for node in nodes}
        self.by_path = _by_path(nodes)
        self.by_name: dict[tuple[str, str], list[Account]] = {}  # root, or none: of the whole chart
        for node in nodes:
            for root in ("", node.account.root):
                self.by_name.setdefault((root, node.account.name.lower()), []).append(node.account)

    def match(self, names: Iterable[str]) -> dict[str, Match]:
        by_name_alone: dict[str, Match] = {}
        found = {name: self._match(name, by_name_alone) for name in dict.fromkeys(names)}
        _refuse_merging(found, by_name_alone)
        return found

    def _match(self, name: str, by_name_alone: dict[str, Match]) -> Match:
        try:
            account = self._told(name) or self._by_code(name) or self.by_path.get(self._path(name))
            if account is not None:
                return Match(name, MATCHED, account)
            account = self._by_name(name)
            if account is not None:
                by_name_alone[name] = Match(name, MATCHED, account)
                return by_name_alone[name]
            return Match(name, CREATED, self._make(name))
        except Unreadable as fault:
            return Match(name, UNKNOWN, fault=fault)

    def _told(self, name: str) -> Account | None:
        code = self.told.get(name.lower())
        if code is None:
            return None
        account = self.by_code.get(code_key(code))
        if account is None:
            raise Unreadable(
                "unknown_code", f"`accounts` says that {name!r} is account {code}, and there is no such code."
            )
        return account

    def _by_code(self, name: str) -> Account | None:
        """By the code that the file gives it, or that its last part is or begins with; its root must be the name's."""
        last = _last(name)
        for code in filter(None, (self._hint(name).code, name, last, code_and_name(last)[0])):
            account = self.by_code.get(code_key(code))
            if account is not None:
                root = self._root(name)
                if root not in ("", account.root):
                    raise _ambiguous(
                        f"{name!r} is under {ROOT_LABELS[root]}, but {account.code} is {account.name},"
                        f" under {ROOT_LABELS[account.root]}."
                    )
                return account
        return None

    def _by_name(self, name: str) -> Account | None:
        """By the last part of the name, among the accounts of its root; a name that has no root is one part."""
        hint, root = self._hint(name), self._root(name)
        if hint.code or not (root or ":" not in name):
            return None
        found = self.by_name.get((root, (hint.name or _last(name)).lower()), [])
        if len(found) > 1:
            listed = " and ".join(str(account) for account in found[:5])
            raise _ambiguous(f"{name!r} may be {listed}.")
        return found[0] if found else None

    def _path(self, name: str) -> str:
        """The name with its root as we call it, to be looked up among the paths of the chart."""
        top, colon, rest = name.lower().partition(":")
        return f"{_ROOTS.get(top.strip(), top)}{colon}{rest}"

    def _root(self, name: str) -> str:
        """The root that a name is under: by the type that the file gives it, or its first part. Empty: none."""
        hint = self._hint(name)
        if hint.type in TYPES:
            return TYPES[hint.type].root
        top, colon, _ = name.partition(":")
        return _ROOTS.get(top.strip().lower(), "") if colon else ""

    def _hint(self, name: str) -> AccountHint:
        return self.hints.get(name, AccountHint())

    def _make(self, name: str) -> Account:
        hint, root = self._hint(name), self._root(name)
        kind = hint.type if hint.type in TYPES else _TYPES.get(root, root)
        leading, plain = code_and_name(_last(name))
        called = hint.name or plain
        if not self.create or not kind or not called:
            raise Unreadable("unknown_account", f"There is no account {name!r}. {SAY_WHICH}")
        if len(called) > LONGEST_NAME:
            detail = f"The name {called[:40]!r}... is longer than {LONGEST_NAME} characters. {SAY_WHICH}"
            raise Unreadable("too_long", detail)
        code = hint.code if is_code(hint.code) else leading
        made = create_account(code=self._free(code), name=called, type=kind)
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


def _last(name: str) -> str:
    return name.rpartition(":")[2].strip()


def _by_path(nodes: list[Node]) -> dict[str, Account]:
    """Accounts by their place in the tree, in each way that it is written; a path that two accounts have is none."""
    found: dict[str, dict[int, Account]] = {}
    ways = (
        hledger_names(nodes),
        beancount_names(nodes),
        {node.account.pk: ":".join((ROOT_LABELS[node.account.root], *node.path)) for node in nodes},
    )
    for node in nodes:
        for way in ways:
            rest = way[node.account.pk].lower().partition(":")[2]
            found.setdefault(f"{node.account.root}:{rest}", {})[node.account.pk] = node.account
    return {path: next(iter(those.values())) for path, those in found.items() if len(those) == 1}


def _refuse_merging(found: Mapping[str, Match], by_name_alone: Mapping[str, Match]) -> None:
    """Names of which only the last part fits an account, when another name of the file is that account as well."""
    names: dict[int, list[str]] = {}
    for match in found.values():
        if match.account is not None:
            names.setdefault(match.account.pk, []).append(match.name)
    for match in by_name_alone.values():
        assert match.account is not None
        others = [name for name in names[match.account.pk] if name.lower() != match.name.lower()]
        if others:
            text = f"{match.name!r} and {others[0]!r} are two names, and both may be {match.account}."
            match.fault, match.action, match.account = _ambiguous(text), UNKNOWN, None


def _ambiguous(text: str) -> Unreadable:
    return Unreadable("ambiguous_account", f"{text} {SAY_WHICH}")
