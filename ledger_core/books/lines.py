"""Single lines of the ledger, page by page, with the running balance.

Lines are in the order of date and id. A page is found by where it begins (a key), never by counting, so that the last
page of a busy account is as fast as the first; its opening balance is summed from what is before it, not handed on.
"""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.queries import Balance, movements
from ledger_core.books.sums import ExactSum
from tenancy.problems import FieldError, Invalid

LAST = "last"
_FAR = 2**63 - 1
_END = datetime.date.max
SIDES = ("debit", "credit")


@dataclass(frozen=True, slots=True)
class LineQuery:
    """Which posted lines; stretches are of first and last day, None being the very beginning."""

    accounts: Collection[int]
    first: datetime.date | None
    last: datetime.date
    without: Collection[str] = ()  # source kinds whose entries do not count
    also: Collection[int] = ()  # further accounts ...
    also_whole: tuple[datetime.date | None, datetime.date] | None = None  # ... whose lines count in this stretch,
    also_only: tuple[datetime.date | None, datetime.date] | None = None  # and in this one if their entry's source is
    only: Collection[str] = ()  # ... one of these kinds
    side: str = ""
    branch: int | None = None
    no_branch: bool = False
    as_known_at: datetime.datetime | None = None

    @property
    def is_plain(self) -> bool:
        """Are these all the lines of some accounts, so that what came before is a balance that means something?"""
        return not (self.without or self.also or self.side or self.no_branch)

    def lines(self) -> QuerySet[JournalLine]:
        lines = JournalLine.objects.filter(self._which(), entry__posted_at__isnull=False)
        if self.side in SIDES:
            lines = lines.filter(**{f"{self.side}__gt": 0})
        if self.branch is not None:
            lines = lines.filter(branch_id=self.branch)
        if self.no_branch:
            lines = lines.filter(branch_id=None)
        if self.as_known_at is not None:
            lines = lines.filter(entry__posted_at__lte=self.as_known_at)
        return lines

    def _which(self) -> Q:
        which = Q(account_id__in=sorted(self.accounts)) & _dated((self.first, self.last))
        if self.without:
            which &= ~Q(entry__source_kind__in=list(self.without))
        others = Q(account_id__in=sorted(self.also))
        if self.also_whole is not None:
            which |= others & _dated(self.also_whole)
        if self.also_only is not None:
            which |= others & _dated(self.also_only) & Q(entry__source_kind__in=list(self.only))
        return which


def _dated(stretch: tuple[datetime.date | None, datetime.date]) -> Q:
    first, last = stretch
    return Q(date__lte=last) if first is None else Q(date__lte=last, date__gte=first)


@dataclass(frozen=True, slots=True)
class Key:
    """A place between two lines: just after, or just before, the line with this date and id."""

    date: datetime.date
    id: int
    before: bool = False

    def __str__(self) -> str:
        text = f"{'b' if self.before else 'a'}{self.date}.{self.id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_key(text: str) -> Key:
    """The place that a cursor names; raises Invalid."""
    if text == LAST:
        return Key(_END, _FAR, before=True)
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        key = Key(datetime.date.fromisoformat(plain[1:11]), int(plain[12:]), before=plain[0] == "b")
        if str(key) != text or not 0 < key.id <= _FAR:
            raise ValueError(text)
        return key
    except (ValueError, IndexError, binascii.Error) as error:
        detail = "This cursor is not one that a page of lines gave."
        raise Invalid(detail, errors=(FieldError("/cursor", "invalid_cursor", detail),)) from error


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines in a row; `opening` is the balance before the first of them."""

    opening: int
    lines: Sequence[JournalLine]
    previous: Key | None
    next: Key | None


@dataclass(frozen=True, slots=True)
class EntriesPage:
    entries: Sequence[JournalEntry]
    next: Key | None


@dataclass(frozen=True, slots=True)
class Extent:
    """All the lines of a query together: the balance before them and their two sides."""

    opening: int
    debit: int
    credit: int

    @property
    def net(self) -> int:
        return self.debit - self.credit

    @property
    def closing(self) -> int:
        return self.opening + self.net


def extent(query: LineQuery) -> Extent:
    """What the lines add up to, and the balance before; of a query that is not plain there is none before."""
    if not query.is_plain:
        sums = query.lines().order_by().aggregate(debit=ExactSum("debit"), credit=ExactSum("credit"))
        return Extent(0, sums["debit"], sums["credit"])
    before, within = _summed(query, [_before(query.first), (query.first, query.last)])
    return Extent(before.net, within.debit, within.credit)


def page(query: LineQuery, *, opening: int, size: int, key: Key | None = None) -> Page:
    """The lines after the key (before it, if it says so), at most `size` of them; `opening` is the query's."""
    lines = query.lines().select_related("entry", "account")
    backwards = key is not None and key.before
    if key is not None:
        lines = lines.filter(beyond(key))
    order = ("-date", "-id") if backwards else ("date", "id")
    found = list(lines.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page(opening, (), None, None)
    first, last = found[0], found[-1]
    is_start = more is False if backwards else key is None
    is_end = (key is not None and key.date == _END) if backwards else not more
    return Page(
        opening if is_start else opening + _between(query, first),
        found,
        None if is_start else Key(first.date, first.pk, before=True),
        None if is_end else Key(last.date, last.pk),
    )


def beyond(key: Key) -> Q:
    """Written so that an index on (account, date, id) is read from one place on."""
    if key.before:
        return Q(date__lte=key.date) & (Q(date__lt=key.date) | Q(pk__lt=key.id))
    return Q(date__gte=key.date) & (Q(date__gt=key.date) | Q(pk__gt=key.id))


def _between(query: LineQuery, first: JournalLine) -> int:
    """What the query's lines before this one add up to."""
    earlier = query.lines().order_by()
    if not query.is_plain:
        earlier = earlier.filter(beyond(Key(first.date, first.pk, before=True)))
        return _net(earlier)
    day_before = first.date - datetime.timedelta(days=1)
    if query.first is not None and day_before < query.first:
        whole_days = 0
    else:
        (whole,) = _summed(query, [(query.first, day_before)])
        whole_days = whole.net
    return whole_days + _net(earlier.filter(date=first.date, pk__lt=first.pk))


def _net(lines: QuerySet[JournalLine]) -> int:
    sums = lines.aggregate(debit=ExactSum("debit"), credit=ExactSum("credit"))
    net: int = sums["debit"] - sums["credit"]
    return net


def _before(first: datetime.date | None) -> tuple[datetime.date | None, datetime.date] | None:
    return None if first is None else (None, first - datetime.timedelta(days=1))


def _summed(query: LineQuery, stretches: Sequence[tuple[datetime.date | None, datetime.date] | None]) -> list[Balance]:
    """The movements of all accounts of a plain query together, one for each stretch; of None it is nothing."""
    periods = [each for each in stretches if each is not None]
    found = movements(
        periods=periods, accounts=query.accounts, branch=query.branch, as_known_at=query.as_known_at
    ).values()
    totals = iter([_added(balances) for balances in zip(*found, strict=True)] or [Balance(0, 0)] * len(periods))
    return [Balance(0, 0) if each is None else next(totals) for each in stretches]


def _added(balances: Sequence[Balance]) -> Balance:
    return Balance(sum(each.debit for each in balances), sum(each.credit for each in balances))


def entries_page(entries: QuerySet[JournalEntry], *, size: int, key: Key | None = None) -> EntriesPage:
    """Entries in the order of date and id, from a key on."""
    ordered = entries.order_by("date", "id")
    found = list((ordered if key is None else ordered.filter(beyond(key)))[: size + 1])
    more, found = len(found) > size, found[:size]
    return EntriesPage(found, Key(found[-1].date, found[-1].pk) if more else None)


def of_branch(entries: QuerySet[JournalEntry], branch: int | None) -> QuerySet[JournalEntry]:
    """Those with a line of a branch, or, for None, with a line of no branch."""
    return entries.filter(Exists(JournalLine.objects.filter(entry=OuterRef("pk"), branch_id=branch)))


def nets_of_source(
    kind: str,
    *,
    accounts: Collection[int] | None = None,
    branch: int | None = None,
    as_known_at: datetime.datetime | None = None,
) -> list[tuple[int, int | None, datetime.date, int]]:
    """Account, branch, date and net of what entries of a source kind booked; for kinds with few entries."""
    lines = JournalLine.objects.filter(entry__source_kind=kind, entry__posted_at__isnull=False)
    if accounts is not None:
        lines = lines.filter(account_id__in=sorted(accounts))
    if branch is not None:
        lines = lines.filter(branch_id=branch)
    if as_known_at is not None:
        lines = lines.filter(entry__posted_at__lte=as_known_at)
    sums = lines.order_by().values_list("account_id", "branch_id", "date")
    found = sums.annotate(debits=ExactSum("debit"), credits=ExactSum("credit"))
    return [(account, of_branch, date, debit - credit) for account, of_branch, date, debit, credit in found]
