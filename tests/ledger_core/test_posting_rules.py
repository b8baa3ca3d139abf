"""Every kind of document posts what the rules file says, whatever happens to it; worked out here on its own."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.arithmetic.taxes import HUNDRED
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.chart.models import SystemRole
from ledger_core.chart.types import DEBIT
from ledger_core.documents.kinds import KINDS, KINDS_BY_VALUE
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.models import Document, DocumentTax
from ledger_core.documents.operations import create_document, edit_document, issue_document, void_document
from ledger_core.management.commands.posting_rules import PAGE, posting_rules
from ledger_core.posting.lines import Amount, UnknownAmount, entry_lines
from ledger_core.posting.rules import AMOUNTS, INVOICE, OWN, RULES
from ledger_core.taxes.models import TaxEntry
from ledger_core.verification.verify import verify
from tests.ledger_core.dealing import account, contact, rate
from tests.ledger_core.papers import ACCOUNTS, DAY, POSTING, RATES, paper, price, taxes_of

pytestmark = pytest.mark.usefixtures("in_north")
Booked = Counter[tuple[str, int, int]]  # side, account, amount in the document's currency -> how often

PAYABLE_KINDS = ("standard", "reverse_charge")


def signed(side: str, account_id: int, amount: int) -> tuple[str, int, int]:
    """What a row books: a negative amount goes to the other side."""
    other = {"debit": "credit", "credit": "debit"}
    return (side if amount > 0 else other[side], account_id, abs(amount))


def amounts_by_hand(document: Document) -> list[tuple[str, int | None, int]]:
    """Name, own account and amount of all that a document has, straight from its stored rows."""
    purchase = KINDS_BY_VALUE[document.kind].side == "purchases"
    taxes = list(DocumentTax.objects.filter(document=document))
    lost = sum(each.amount - each.recoverable for each in taxes if each.kind in PAYABLE_KINDS) if purchase else 0
    on_lines = sum(line.unrecoverable for line in document.lines.all())
    found: list[tuple[str, int | None, int]] = [
        ("total", document.account_id, document.total),
        ("discount", None, document.discount),
        ("shipping", None, document.shipping_net + lost - on_lines),
        ("adjustment", None, document.adjustment),
        ("rounding", None, document.rounding),
    ]
    found += [("line", line.account_id, line.net + line.unrecoverable) for line in document.lines.all()]
    for each in taxes:
        rate_of = each.tax_rate
        role = SystemRole.objects.get(role="tax").account_id
        if each.kind == "standard":
            own = rate_of.recoverable_account_id if purchase else rate_of.payable_account_id
            found.append(("tax", own or role, each.recoverable if purchase else each.amount))
        if each.kind == "reverse_charge" and purchase:
            found.append(("self_assessed", rate_of.payable_account_id or role, each.amount))
            found.append(("self_assessed_recoverable", rate_of.recoverable_account_id or role, each.recoverable))
    return found


def by_the_rules(document: Document) -> Booked:
    """What the rows of the rule make of these amounts."""
    rule = RULES[KINDS_BY_VALUE[document.kind].rule]
    roles = dict(SystemRole.objects.values_list("role", "account_id"))
    booked: Booked = Counter()
    for row in rule.rows:
        for name, own, amount in amounts_by_hand(document):
            if name == row.amount and amount:
                account_id = own if row.account == OWN else roles[row.account]
                assert account_id is not None
                booked[signed("debit" if row.side == DEBIT else "credit", account_id, amount)] += 1
    return booked


def in_the_books(entry: JournalEntry | None) -> Booked:
    assert entry is not None
    return Counter(
        (
            "debit" if line.currency_debit else "credit",
            line.account_id,
            line.currency_debit + line.currency_credit,
        )
        for line in JournalLine.objects.filter(entry=entry)
    )


def assert_balanced(entry: JournalEntry | None) -> None:
    lines = list(JournalLine.objects.filter(entry=entry))
    assert sum(line.debit - line.credit for line in lines) == 0
    assert sum(line.currency_debit - line.currency_credit for line in lines) == 0


def nets(kind: str) -> dict[tuple[int, str, int | None, int | None], tuple[int, int]]:
    """All that documents of a kind booked, by account, currency, contact and tax; what is zero is left out."""
    found: dict[tuple[int, str, int | None, int | None], list[int]] = {}
    for line in JournalLine.objects.filter(entry__source_kind=kind):
        sums = found.setdefault((line.account_id, line.currency, line.contact_id, line.tax_rate_id), [0, 0])
        sums[0] += line.debit - line.credit
        sums[1] += line.currency_debit - line.currency_credit
    return {key: (base, own) for key, (base, own) in found.items() if base or own}


def tax_sums() -> dict[tuple[int, str], tuple[int, int, int]]:
    sums: dict[tuple[int, str], list[int]] = {}
    for row in TaxEntry.objects.all():
        each = sums.setdefault((row.tax_rate_id, row.basis), [0, 0, 0])
        for index, amount in enumerate((row.taxable, row.tax, row.recoverable)):
            each[index] += amount
    return {key: (one, two, three) for key, (one, two, three) in sums.items() if one or two or three}


@pytest.mark.parametrize("currency", ["USD", *RATES])
@pytest.mark.parametrize("kind", POSTING)
def test_issuing_posts_what_the_rules_say(kind: str, currency: str) -> None:
    document = paper(kind, currency=currency)
    entry = document.entry
    assert entry is not None
    assert in_the_books(entry) == by_the_rules(document)
    assert_balanced(entry)
    assert (entry.source_kind, entry.source_id, entry.source_number) == (kind, document.pk, document.number)
    assert (entry.date, entry.memo) == (DAY, f"{KINDS_BY_VALUE[kind].label} {document.number}")
    [total] = [line for line in entry.lines.all() if line.account_id == document.account_id and not line.tax_rate_id][
        :1
    ]
    assert document.base_total == total.debit + total.credit
    is_open = bool(KINDS_BY_VALUE[kind].control)
    assert total.contact_id == (document.contact_id if is_open else None)


@pytest.mark.parametrize("currency", ["USD", "EUR"])
@pytest.mark.parametrize("kind", POSTING)
def test_voiding_takes_all_of_it_back(kind: str, currency: str) -> None:
    document = paper(kind, currency=currency)
    assert nets(kind)
    void = void_document(kind=kind, document_id=document.pk, reason="By mistake", actor=1)
    assert void.reversal is not None
    assert (void.status, void.reversal.date, void.reversal.memo) == ("void", DAY, "By mistake")
    assert nets(kind) == {}
    assert tax_sums() == {}
    assert verify() == []


@pytest.mark.parametrize("kind", POSTING)
def test_changing_what_is_issued_books_the_new_document_only(kind: str) -> None:
    document = paper(kind, currency="EUR")
    first, before = document.entry, document.number
    lines = [WrittenLine(unit_price=price("10"), account_id=account("4000").pk, tax_ids=[])]
    cleared = {"discount_percent": None, "shipping": 0, "adjustment": 0, "round_total_to": 0, "shipping_tax_ids": []}
    changed = edit_document(
        kind=kind,
        document_id=document.pk,
        actor=1,
        date=DAY + datetime.timedelta(days=3),
        lines=lines,
        **cleared,
    )
    assert changed.number == before
    assert changed.entry is not None
    assert changed.entry != first
    assert in_the_books(changed.entry) == by_the_rules(changed)
    assert sum(size * times for (_, _, size), times in in_the_books(changed.entry).items()) == 2 * 1000
    assert [entry.purpose for entry in JournalEntry.objects.order_by("pk")] == ["document", "reversal", "document"]
    assert JournalEntry.objects.get(purpose="reversal").date == DAY
    void_document(kind=kind, document_id=document.pk, actor=1)
    assert (nets(kind), tax_sums()) == ({}, {})
    assert verify() == []


@pytest.mark.parametrize("kind", POSTING)
def test_the_tax_ledger_says_what_was_booked(kind: str) -> None:
    document = paper(kind, currency="EUR")
    sign = KINDS_BY_VALUE[kind].sign
    of_ledger = {row.tax_rate_id: row for row in TaxEntry.objects.filter(entry=document.entry, basis="accrual")}
    assert all(row.contact_id == document.contact_id for row in of_ledger.values())
    booked: dict[int, int] = {}
    for line in JournalLine.objects.filter(entry=document.entry, tax_rate_id__isnull=False):
        assert line.tax_rate_id is not None
        booked[line.tax_rate_id] = booked.get(line.tax_rate_id, 0) + line.credit - line.debit
    purchase = KINDS_BY_VALUE[kind].side == "purchases"
    for each in document.taxes.all():
        if each.kind == "withholding":
            assert each.tax_rate_id not in of_ledger
            continue
        row = of_ledger[each.tax_rate_id]
        owed = {"standard": -row.recoverable, "reverse_charge": row.tax - row.recoverable}[each.kind]
        assert booked.get(each.tax_rate_id, 0) == (owed if purchase else row.tax)
        assert abs(row.taxable - sign * each.taxable * 11_037 // 10_000) <= 1
    both = {"accrual"} if KINDS_BY_VALUE[kind].control else {"accrual", "cash"}
    assert {row.basis for row in TaxEntry.objects.all()} == (both if document.taxes.all() else set())


def test_a_rule_refuses_amounts_it_does_not_know() -> None:
    with pytest.raises(UnknownAmount, match="invoice books no tip"):
        entry_lines(INVOICE, [Amount("tip", 5)], currency="USD")


def test_an_amount_below_zero_goes_to_the_other_side() -> None:
    amounts = [Amount("total", -500, account("1100").pk), Amount("line", -500, account("4000").pk)]
    lines = entry_lines(INVOICE, amounts, currency="USD")
    assert [(line.debit, line.credit) for line in lines] == [(0, 500), (500, 0)]


def test_every_rule_is_of_something_and_every_amount_is_explained() -> None:
    assert {kind.rule for kind in KINDS if kind.posts} <= set(RULES)
    assert {row.amount for rule in RULES.values() for row in rule.rows} <= set(AMOUNTS)
    for name in ("credit_note", "vendor_credit"):
        original = RULES[{"credit_note": "invoice", "vendor_credit": "bill"}[name]]
        assert [(row.account, row.amount) for row in RULES[name].rows] == [
            (row.account, row.amount) for row in original.rows
        ]
        assert all(one.side != other.side for one, other in zip(RULES[name].rows, original.rows, strict=True))


def test_the_page_of_the_rules_is_fresh() -> None:
    page = Path(__file__).parents[2] / PAGE
    assert page.read_text(encoding="utf-8") == posting_rules(), "run: manage.py posting_rules"


def test_a_role_that_is_pointed_elsewhere_leaves_what_is_booked() -> None:
    document = paper("invoice")
    SystemRole.objects.filter(role="other_charges").update(account_id=account("4000").pk)
    assert verify() == []
    other = issue_document(kind="invoice", document_id=paper("invoice", issue=False).pk, actor=1)
    assert other.role_accounts["other_charges"] == account("4000").pk != document.role_accounts["other_charges"]
    assert verify() == []


def test_the_books_are_compared_with_documents() -> None:
    document = paper("bill")
    document.lines.filter(position=1).update(net=1)
    assert f"Bill {document.number} and entry 1 differ in line 1." in [each.detail for each in verify()]


LINE = st.builds(
    WrittenLine,
    quantity=st.integers(-3 * 10**6, 40 * 10**6),
    unit_price=st.integers(0, 999 * 10**8),
    discount_percent=st.none() | st.integers(0, HUNDRED),
    tax_ids=st.lists(st.integers(0, 4), unique=True, max_size=3),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(POSTING[:3] + POSTING[4:8]),
    currency=st.sampled_from(["USD", *RATES]),
    lines=st.lists(LINE, min_size=1, max_size=6),
    included=st.booleans(),
    rounding=st.sampled_from(["document", "line"]),
    discount=st.none() | st.integers(0, HUNDRED * 99 // 100),
    adjustment=st.integers(-300, 300),
)
def test_random_documents_balance_and_are_taken_back_in_full(
    kind: str,
    currency: str,
    lines: Iterable[WrittenLine],
    included: bool,
    rounding: str,
    discount: int | None,
    adjustment: int,
) -> None:
    if currency != "USD":
        rate(currency, RATES[currency])
    policy = KINDS_BY_VALUE[kind]
    taxes = taxes_of(policy.side)
    accounts = [account(code).pk for code in ACCOUNTS[policy.side]]
    # A million on top, so that no total is zero or less: a hundredth of it is left, and lines take off 27,000 at most.
    written = [
        replace(line, account_id=accounts[place % 2], tax_ids=[taxes[each].pk for each in line.tax_ids])
        for place, line in enumerate(lines)
    ]
    written.append(WrittenLine(quantity=10**6, unit_price=price("999999"), account_id=accounts[0], tax_ids=[]))
    document = create_document(
        kind=kind,
        issue=True,
        actor=1,
        contact_id=contact().pk,
        date=DAY,
        currency=currency,
        account_id=account("1010").pk if policy.money_types else None,
        lines=written,
        prices_include_tax=included,
        tax_rounding=rounding,
        discount_percent=discount,
        adjustment=adjustment,
    )
    assert in_the_books(document.entry) == by_the_rules(document)
    assert_balanced(document.entry)
    units = currency_of(currency).minor_units
    assert document.total > 0
    assert document.subtotal - document.discount + document.tax + adjustment == document.total
    assert abs(document.base_total) < 10**13 * units
    void_document(kind=kind, document_id=document.pk, actor=1)
    assert (nets(kind), tax_sums()) == ({}, {})
