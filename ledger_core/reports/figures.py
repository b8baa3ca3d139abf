"""Amounts of selections.

All of a report's stretches are asked for at once, so there are two queries however many columns it has: the movements,
and what closing entries booked, which is little. A statement of cash has a third: what revaluations booked on cash.
On cash basis there are three more (cash_basis.py).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger_core.books.lines import nets_of_source
from ledger_core.books.operations import CLOSING_SOURCE
from ledger_core.books.queries import Key, movements
from ledger_core.chart.queries import Node
from ledger_core.reports import cash_basis
from ledger_core.reports.parameters import ANY_BRANCH, CASH, NO_BRANCH, Branch, Parameters
from ledger_core.reports.selection import Selection
from ledger_core.reports.statement import EARNINGS_TYPES
from ledger_core.revaluation.operations import SOURCE as REVALUATION_SOURCE

Range = tuple[datetime.date | None, datetime.date]
Whose = tuple[tuple[int, ...], tuple[str, ...]]  # accounts and types, added up
BySource = dict[Key, list[tuple[datetime.date, int]]]  # what entries of one source booked, by the day


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
        self._rows: dict[tuple[Whose, Branch], Sums] = {}
        wanted = list(selections)
        self._by_branch = by_branch or parameters.branch == NO_BRANCH
        only_branch = parameters.branch if isinstance(parameters.branch, int) else None
        ordered = sorted({r for each in wanted for r in _ranges(each)}, key=_in_order)
        self._index = {each: position for position, each in enumerate(ordered)}
        by = ("account", "branch") if self._by_branch else ("account",)
        needed = self._needed(wanted)
        self._booked = (
            cash_basis.movements(periods=ordered, by=by, accounts=needed, branch=only_branch)
            if parameters.basis == CASH
            else movements(
                periods=ordered, by=by, accounts=needed, branch=only_branch, as_known_at=parameters.as_known_at
            )
        )
        self._closing: BySource = {}
        if any(not each.closing or each.earnings[1] for each in wanted):
            self._closing = self._booked_by(CLOSING_SOURCE, None, parameters)
        self._revalued: BySource = {}
        revalued = {each for selection in wanted for each in selection.revaluation_of}
        if revalued:
            self._revalued = self._booked_by(REVALUATION_SOURCE, accounts.of_types(sorted(revalued)), parameters)
        # MariaDB gives the ids it has put 0 in the place of nothing for as decimals.
        found = {None if key[1] is None else int(key[1]) for key in self._booked} if self._by_branch else set()
        self.branches: list[int | None] = sorted(found, key=lambda branch: (branch is not None, branch))
        """The branches there are lines of, None for lines of no branch."""

    def _booked_by(self, source: str, accounts: Sequence[int] | None, parameters: Parameters) -> BySource:
        only_branch = parameters.branch if isinstance(parameters.branch, int) else None
        about = nets_of_source(source, accounts=accounts, branch=only_branch, as_known_at=parameters.as_known_at)
        found: BySource = defaultdict(list)
        for account, branch, date, net in about:
            found[(account, branch) if self._by_branch else (account,)].append((date, net))
        return found

    def _needed(self, wanted: Iterable[Selection]) -> set[int] | None:
        """The accounts that any selection is about; None is all, which is cheaper to ask for than nearly all."""
        needed: set[int] = set()
        for each in wanted:
            if not each.accounts and not each.types and not each.revaluation_of:
                return None
            needed.update(self._accounts.of(each), self._accounts.earnings if each.earnings_before else ())
        return needed if len(needed) < len(self._accounts.nodes) * 3 // 4 else None

    def net(self, selection: Selection, branch: Branch = ANY_BRANCH) -> int:
        """Debits less credits of all lines of the selection."""
        range_ = (selection.first, selection.last)
        sums = self._sums(selection.whose, branch)
        total = sums.net(self._index[range_])
        if not selection.closing:
            total -= sums.net_of_closing(range_)
        if selection.revaluation_of:
            keys = self._keys(((), selection.revaluation_of), branch)
            total += _net_within([each for key in keys for each in self._revalued.get(key, ())], range_)
        if selection.earnings_before is None:
            return total
        whole, closing = selection.earnings
        sums = self._sums(((), EARNINGS_TYPES), branch)
        if whole is not None:
            total += sums.net(self._index[whole])
        if closing is not None:
            total += sums.net_of_closing(closing)
        return total

    def debit_and_credit(self, selection: Selection, branch: Branch = ANY_BRANCH) -> tuple[int, int]:
        """The two sides of a plain selection."""
        position = self._index[selection.first, selection.last]
        keys = self._keys(selection.whose, branch)
        found = [self._booked[key][position] for key in keys if key in self._booked]
        return sum(each.debit for each in found), sum(each.credit for each in found)

    def _sums(self, whose: Whose, branch: Branch) -> Sums:
        """Made once for a row, and used for each of its cells."""
        found = self._rows.get((whose, branch))
        if found is None:
            keys = self._keys(whose, branch)
            booked = [self._booked[key] for key in keys if key in self._booked]
            closing = [each for key in keys for each in self._closing.get(key, ())]
            nets = [sum(each.net for each in of_range) for of_range in zip(*booked, strict=True)]
            found = self._rows[whose, branch] = Sums(nets, closing)
        return found

    def _keys(self, whose: Whose, branch: Branch) -> list[Key]:
        accounts, types = whose
        pks = [*accounts, *self._accounts.of_types(types)]
        if not self._by_branch:
            return [(pk,) for pk in pks]
        those = self.branches if branch == ANY_BRANCH else (branch if isinstance(branch, int) else None,)
        return [(pk, each) for pk in pks for each in those]


@dataclass(frozen=True, slots=True)
class Sums:
    """Debits less credits of some accounts: in every range, and of each closing entry.

    Without `nets` nothing was booked in any.
    """

    nets: Sequence[int]
    closing: Sequence[tuple[datetime.date, int]]

    def net(self, position: int) -> int:
        return self.nets[position] if self.nets else 0

    def net_of_closing(self, range_: Range) -> int:
        return _net_within(self.closing, range_)


def _net_within(nets: Sequence[tuple[datetime.date, int]], range_: Range) -> int:
    first, last = range_
    return sum(net for date, net in nets if date <= last and (first is None or date >= first))


def _in_order(range_: Range) -> tuple[datetime.date, datetime.date]:
    return range_[0] or datetime.date.min, range_[1]


def _ranges(selection: Selection) -> Iterable[Range]:
    """The stretches that movements are needed for; what closing entries booked is known by the day."""
    yield selection.first, selection.last
    if selection.earnings[0] is not None:
        yield selection.earnings[0]
