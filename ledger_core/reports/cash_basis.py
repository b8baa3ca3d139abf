"""Income and expenses on cash basis: counted when money moved, not when something was issued.

Nearly all entries count as booked: journals, receipts and expenses paid at once, what payments book themselves, and
revaluations. Those of documents whose total stands on a control account do not. In their place each of their accounts
counts in proportion to what is settled: what is recognized up to a day is the booked amount x what is settled by then /
the total. Rounding therefore never adds up, and a document that is settled in full has recognized exactly what it
booked. What is taken back has its mirror among the allocations, and takes its share back on the mirror's day. Of a
document that was changed it is the present entry and total that count.

To apply a credit note is to pay with it: both documents count as settled, with opposite signs. A write-off settles
nothing, and the bad debt it books does not count either: what nobody paid was never income. Where a document's total is
zero there is nothing to settle, and it counts as booked.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from django.db.models import Q, QuerySet

from ledger_core.arithmetic.money import divide_half_up
from ledger_core.books.models import JournalLine
from ledger_core.books.movements import NOTHING, Balance, Key, Period
from ledger_core.books.queries import movements as movements_booked
from ledger_core.books.sums import ExactSum
from ledger_core.documents.kinds import KINDS
from ledger_core.documents.models import Document
from ledger_core.payments.booking import WRITE_OFF_RULE
from ledger_core.payments.models import Allocation
from ledger_core.reports.parameters import ANY_BRANCH, NO_BRANCH, Branch
from ledger_core.reports.statement import EARNINGS_TYPES

# Opening balances of contacts are about earlier books: their line is on equity.
DEFERRED = tuple(kind.value for kind in KINDS if kind.is_open_item and not kind.line_role)
NOT_AS_BOOKED = (*DEFERRED, WRITE_OFF_RULE)  # sources of entries


@dataclass(frozen=True, slots=True)
class Source:
    """What settled a document: a payment or a credit, or for a credit what it was applied to; None: nothing did."""

    kind: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Recognized:
    """So much of what a document booked on an account counts on a day; debits less credits."""

    document_id: int
    kind: str
    number: str | None
    settled_by: Source | None
    date: datetime.date
    account_id: int
    branch_id: int | None
    net: int


@dataclass(frozen=True, slots=True)
class _Settlement:
    date: datetime.date
    allocation_id: int
    amount: int  # in the document's currency
    by: Source


@dataclass(slots=True)
class _Deferred:
    """A document, what it booked on accounts of income and expenses, and what settled it."""

    id: int
    kind: str
    number: str | None
    total: int
    date: datetime.date
    reversed_on: datetime.date | None
    booked: list[tuple[int, int | None, int]] = field(default_factory=list)  # account, branch, net
    settlements: list[_Settlement] = field(default_factory=list)

    def recognized(self) -> Iterator[Recognized]:
        if not self.total:
            yield from self._at_once()
            return
        settled = 0
        done = [0] * len(self.booked)
        for each in sorted(self.settlements, key=lambda one: (one.date, one.allocation_id)):
            settled += each.amount
            for index, (account, branch, net) in enumerate(self.booked):
                share = divide_half_up(net * settled, self.total)
                if share != done[index]:
                    yield self._counted(each.date, each.by, account, branch, share - done[index])
                    done[index] = share

    def _at_once(self) -> Iterator[Recognized]:
        for account, branch, net in self.booked:
            yield self._counted(self.date, None, account, branch, net)
            if self.reversed_on is not None:
                yield self._counted(self.reversed_on, None, account, branch, -net)

    def _counted(
        self, date: datetime.date, by: Source | None, account: int, branch: int | None, net: int
    ) -> Recognized:
        return Recognized(self.id, self.kind, self.number, by, date, account, branch, net)


def movements(
    *, periods: Sequence[Period], by: Sequence[str], accounts: Collection[int] | None, branch: int | None
) -> dict[Key, tuple[Balance, ...]]:
    """As `books.queries.movements`, on cash basis; only of accounts of income and expenses does it mean something."""
    found = movements_booked(periods=periods, by=by, accounts=accounts, branch=branch, without=NOT_AS_BOOKED)
    if not periods:
        return found
    counted: dict[Key, list[tuple[datetime.date, int]]] = defaultdict(list)
    first, last = _extent(periods)
    only = ANY_BRANCH if branch is None else branch
    for each in recognized(first=first, last=last, accounts=accounts, branch=only):
        key = (each.account_id, each.branch_id) if "branch" in by else (each.account_id,)
        counted[key].append((each.date, each.net))
    for key, dated in counted.items():
        balances = found.get(key, (NOTHING,) * len(periods))
        nets = _in_periods(dated, periods)
        found[key] = tuple(_added(balance, net) for balance, net in zip(balances, nets, strict=True))
    return found


def _extent(periods: Sequence[Period]) -> tuple[datetime.date, datetime.date]:
    return min(first or datetime.date.min for first, _ in periods), max(last for _, last in periods)


def _in_periods(dated: list[tuple[datetime.date, int]], periods: Sequence[Period]) -> Iterator[int]:
    dated.sort()
    dates = [date for date, _ in dated]
    sums = [0, *accumulate(net for _, net in dated)]
    for first, last in periods:
        begin = 0 if first is None else bisect_left(dates, first)
        yield sums[max(begin, bisect_right(dates, last))] - sums[begin]


def _added(balance: Balance, net: int) -> Balance:
    return balance._replace(debit=balance.debit + max(net, 0), credit=balance.credit + max(-net, 0))


def recognized(
    *, first: datetime.date, last: datetime.date, accounts: Collection[int] | None, branch: Branch
) -> list[Recognized]:
    """What documents on control accounts count between two days, in their order; three queries.

    Documents of which nothing was settled in between are not looked at, however many there are.
    """
    documents = _documents(first, last)
    deferred = {
        entry: _Deferred(pk, kind, number, total, date, reversed_on)
        for entry, pk, kind, number, total, date, reversed_on in documents.values_list(
            "entry_id", "pk", "kind", "number", "total", "date", "reversal__date"
        )
    }
    for entry, account, of_branch, net in _booked(documents, accounts, branch):
        deferred[entry].booked.append((account, of_branch, net))
    of_documents = {each.id: each for each in deferred.values()}
    for document_id, settlement in _settlements(documents, last):
        if document_id in of_documents:
            of_documents[document_id].settlements.append(settlement)
    counted = [each for one in of_documents.values() for each in one.recognized() if first <= each.date <= last]
    return sorted(counted, key=lambda each: each.date)


def _documents(first: datetime.date, last: datetime.date) -> QuerySet[Document]:
    """Those that something settled between two days, and those with nothing to settle."""
    settling = _settling().filter(date__gte=first, date__lte=last)
    settled = Q(pk__in=settling.filter(document__isnull=False).values("document"))
    used = Q(pk__in=settling.filter(credit__isnull=False).values("credit"))
    nothing = Q(total=0, date__lte=last)
    return Document.objects.filter(settled | used | nothing, kind__in=DEFERRED, entry__isnull=False).order_by("pk")


def _settling() -> QuerySet[Allocation]:
    """Allocations by which something was paid, or taken back; not write-offs."""
    return Allocation.objects.exclude(kind=Allocation.WRITE_OFF)


def _booked(
    documents: QuerySet[Document], accounts: Collection[int] | None, branch: Branch
) -> Iterator[tuple[int, int, int | None, int]]:
    """Entry, account, branch, net: what the documents' present entries say."""
    lines = JournalLine.objects.filter(entry__in=documents.order_by().values("entry"), account__type__in=EARNINGS_TYPES)
    if accounts is not None:
        lines = lines.filter(account_id__in=sorted(accounts))
    lines = of_branch(lines, branch)
    sums = lines.order_by("entry_id", "account_id", "branch_id").values_list("entry_id", "account_id", "branch_id")
    for entry, account, own, debit, credit in sums.annotate(debits=ExactSum("debit"), credits=ExactSum("credit")):
        if debit != credit:
            yield entry, account, own, debit - credit


def of_branch(lines: QuerySet[JournalLine], branch: Branch) -> QuerySet[JournalLine]:
    """Lines of one branch, of none, or of any."""
    if branch == ANY_BRANCH:
        return lines
    return lines.filter(branch_id=None if branch == NO_BRANCH else branch)


def _settlements(documents: QuerySet[Document], last: datetime.date) -> Iterator[tuple[int, _Settlement]]:
    """By document: what settled it from the beginning on, as what is owed or as the credit that is used."""
    ids = documents.order_by().values("pk")
    rows = _settling().filter(Q(document__in=ids) | Q(credit__in=ids), date__lte=last, document__isnull=False)
    about = ("pk", "date", "amount", "source_amount", "document_id", "credit_id")
    sources = [f"{row}__{name}" for row in ("document", "payment", "credit") for name in ("kind", "number")]
    for pk, date, amount, source_amount, owed, credit, *names in rows.order_by().values_list(*about, *sources):
        target, payment, credited = (Source(*names[at : at + 2]) for at in (0, 2, 4))
        yield owed, _Settlement(date, pk, amount, payment if credit is None else credited)
        if credit is not None:
            yield credit, _Settlement(date, pk, source_amount, target)
