"""Amounts of selections. All of a report's stretches are asked for at once: two queries, however many columns."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ledger_core.books.operations import CLOSING_SOURCE
from ledger_core.books.queries import Balance, movements
from ledger_core.chart.queries import Node
from ledger_core.reports.parameters import ANY_BRANCH, NO_BRANCH, Branch, Parameters
from ledger_core.reports.selection import Selection
from ledger_core.reports.statement import EARNINGS_TYPES

Range = tuple[datetime.date | None, datetime.date]
NOTHING = Balance(0, 0)


class Accounts:
    """The chart, as selections name its accounts."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self._of_type: dict[str, list[int]] = defaultdict(list)
        for node in nodes:
            self._of_type[node.account.type].append(node.account.pk)
        self.earnings = self.of_types(EARNINGS_TYPES)
        self.retained = next((node.account.pk for node in nodes if "retained_earnings" in node.roles), None)

    def of_types(self, types: Iterable[str]) -> list[int]:
        return [pk for each in types for pk in self._of_type[each]]

    def of(self, selection: Selection) -> list[int]:
        return [*selection.accounts, *self.of_types(selection.types)]


class Figures:
    """What was booked in some ranges of dates; ask only for selections within those."""

    def __init__(
        self, *, accounts: Accounts, selections: Iterable[Selection], parameters: Parameters, by_branch: bool
    ) -> None:
        self._accounts = accounts
        wanted = list(selections)
        self._by_branch = by_branch or parameters.branch == NO_BRANCH
        ask = partial(
            movements,
            by=("account", "branch") if self._by_branch else ("account",),
            branch=parameters.branch if isinstance(parameters.branch, int) else None,
            as_known_at=parameters.as_known_at,
        )
        self._all = _Booked({r for each in wanted for r in _ranges(each)}, ask)
        unclosed = {r for each in wanted for r in _ranges_without_closing(each)}
        self._unclosed = _Booked(unclosed, partial(ask, without=(CLOSING_SOURCE,)))

        found = (*self._all.found, *self._unclosed.found) if self._by_branch else ()
        # MariaDB gives the ids it has put 0 in the place of nothing for as decimals.
        keys = {None if key[1] is None else int(key[1]) for key in found}
        self.branches: list[int | None] = sorted(keys, key=lambda branch: (branch is not None, branch))
        """The branches there are lines of, None for lines of no branch."""

    def net(self, selection: Selection, branch: Branch = ANY_BRANCH) -> int:
        """Debits less credits of all lines of the selection."""
        booked = self._all if selection.closing else self._unclosed
        accounts = self._accounts.of(selection)
        total = self._net(booked, accounts, (selection.first, selection.last), branch)
        whole, closing = selection.earnings
        if whole is not None:
            total += self._net(self._all, self._accounts.earnings, whole, branch)
        if closing is not None:
            total += self._net(self._all, self._accounts.earnings, closing, branch)
            total -= self._net(self._unclosed, self._accounts.earnings, closing, branch)
        return total

    def debit_and_credit(self, selection: Selection, branch: Branch = ANY_BRANCH) -> tuple[int, int]:
        """The two sides of a plain selection."""
        found = list(self._balances(self._all, self._accounts.of(selection), (selection.first, selection.last), branch))
        return sum(each.debit for each in found), sum(each.credit for each in found)

    def _net(self, booked: _Booked, accounts: Sequence[int], range_: Range, branch: Branch) -> int:
        return sum(each.net for each in self._balances(booked, accounts, range_, branch))

    def _balances(self, booked: _Booked, accounts: Sequence[int], range_: Range, branch: Branch) -> Iterable[Balance]:
        if not self._by_branch:
            return (booked.at((pk,), range_) for pk in accounts)
        return (booked.at((pk, each), range_) for pk in accounts for each in self._those(branch))

    def _those(self, branch: Branch) -> Sequence[int | None]:
        if branch == ANY_BRANCH:
            return self.branches
        return (branch if isinstance(branch, int) else None,)


class _Booked:
    def __init__(self, ranges: Iterable[Range], ask: Any) -> None:
        ordered = sorted(ranges, key=lambda each: (each[0] or datetime.date.min, each[1]))
        self._index = {each: position for position, each in enumerate(ordered)}
        self.found: Mapping[Any, Sequence[Balance]] = ask(periods=ordered) if ordered else {}

    def at(self, key: tuple[Any, ...], range_: Range) -> Balance:
        balances = self.found.get(key)
        return NOTHING if balances is None else balances[self._index[range_]]


def _ranges(selection: Selection) -> Iterable[Range]:
    if selection.closing:
        yield selection.first, selection.last
    yield from (each for each in selection.earnings if each is not None)


def _ranges_without_closing(selection: Selection) -> Iterable[Range]:
    if not selection.closing:
        yield selection.first, selection.last
    if selection.earnings[1] is not None:
        yield selection.earnings[1]
