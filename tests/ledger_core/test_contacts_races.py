"""Two people at the same moment, with contacts, items and price lists: exactly one wins, or both do, never half."""

from __future__ import annotations

from functools import partial

from ledger_core.books.bulk import Unposted
from ledger_core.books.models import JournalLine
from ledger_core.books.operations import Line, Source
from ledger_core.chart.models import Account
from ledger_core.contacts import operations
from ledger_core.contacts.models import Contact, PaymentTerms
from ledger_core.exchange.operations import External, post_external
from ledger_core.items.models import Item, Price, PriceList
from ledger_core.items.operations import create_item
from ledger_core.items.price_lists import WrittenPrice, replace_prices
from tenancy.context import Tenant
from tests.ledger_core.conftest import JANUARY_9
from tests.ledger_core.test_races import ROUNDS, at_once


def customer(name: str) -> Contact:
    return operations.create_contact(name=name, is_customer=True)


def test_of_two_merges_into_each_other_one_is_done(in_north: Tenant) -> None:
    for _ in range(ROUNDS):
        a, b = customer("a"), customer("b")
        results = at_once(
            in_north,
            partial(operations.merge_contacts, contact_id=a.pk, into=b.pk),
            partial(operations.merge_contacts, contact_id=b.pk, into=a.pk),
        )
        assert sorted(results) == ["done", "invalid"]
        merged = Contact.objects.filter(pk__in=[a.pk, b.pk], merged_into__isnull=False, is_active=False)
        assert merged.count() == 1


def test_merges_at_once_make_no_chain(in_north: Tenant) -> None:
    for _ in range(ROUNDS):
        a, b, c = customer("a"), customer("b"), customer("c")
        first, second = at_once(
            in_north,
            partial(operations.merge_contacts, contact_id=a.pk, into=b.pk),
            partial(operations.merge_contacts, contact_id=b.pk, into=c.pk),
        )
        assert (first, second) in (("done", "done"), ("invalid", "done"))
        a.refresh_from_db()
        assert a.merged_into_id == (c.pk if first == "done" else None)
        assert not Contact.objects.filter(merged_into__merged_into__isnull=False).exists()


def test_a_contact_is_deleted_or_booked(in_north: Tenant) -> None:
    ids = dict(Account.objects.values_list("code", "pk"))
    for number in range(ROUNDS):
        bob = customer("Bob")
        lines = [Line(ids["1100"], debit=100, contact_id=bob.pk), Line(ids["4010"], credit=100)]
        entries = {0: External(Unposted(JANUARY_9, lines, Source("bulk")), f"entry {number}")}
        results = at_once(
            in_north,
            partial(post_external, entries=entries, refused={}, source="bulk", actor=1),
            partial(operations.delete_contact, contact_id=bob.pk),
        )
        assert results in (["done", "contact_in_use"], ["invalid", "done"])
        assert Contact.objects.filter(pk=bob.pk).exists() == (results[0] == "done")
        assert JournalLine.objects.filter(contact_id=bob.pk).exists() == (results[0] == "done")


def test_a_code_is_given_once(in_north: Tenant) -> None:
    for number in range(ROUNDS):
        acts = [partial(create_item, kind="goods", name="Pen", code=f"{code}{number}") for code in ("p", "P", "p")]
        assert sorted(at_once(in_north, *acts)) == ["done", "invalid", "invalid"]
    assert Item.objects.count() == ROUNDS


def test_there_is_one_default(in_north: Tenant) -> None:
    ids = list(PaymentTerms.objects.filter(is_default=False).values_list("pk", flat=True))
    for _ in range(ROUNDS):
        acts = [partial(operations.edit_terms, terms_id=pk, is_default=True) for pk in ids[:3]]
        assert at_once(in_north, *acts) == ["done"] * 3
        assert PaymentTerms.objects.filter(is_default=True).count() == 1


def test_a_price_list_is_one_persons_work(in_north: Tenant) -> None:
    found = PriceList.objects.create(name="All", currency="USD")
    items = [Item.objects.create(kind="goods", name=f"Item {number}") for number in range(20)]
    for _ in range(ROUNDS):
        acts = [
            partial(replace_prices, price_list_id=found.pk, prices=[WrittenPrice(item.pk, price) for item in items])
            for price in (1, 2, 3)
        ]
        assert at_once(in_north, *acts) == ["done"] * 3
        prices = list(Price.objects.values_list("price", flat=True))
        assert len(prices) == 20
        assert len(set(prices)) == 1
