"""Price lists, and which price a line of a document begins with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.contacts.models import Contact
from ledger_core.currencies.models import EnabledCurrency
from ledger_core.items import price_lists
from ledger_core.items.models import Item, Price, PriceList
from ledger_core.items.price_lists import WrittenPrice
from ledger_core.items.queries import PURCHASES, SALES, FoundPrice, Wanted, price_of, prices_of
from tenancy.db import connection
from tenancy.models import Organization

MAJOR, PIECES = 10**8, 10**6


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def pen(in_north: Any) -> Item:
    return Item.objects.create(kind="goods", name="Pen", code="P", sale_price=3 * MAJOR, purchase_price=1 * MAJOR)


@pytest.fixture
def euros(in_north: Any) -> PriceList:
    """Pens cost 2.50 EUR, from a hundred on 2.00; with tax."""
    EnabledCurrency.objects.create(code="EUR", enabled_by=1)
    return PriceList.objects.create(name="Europe", currency="EUR", prices_include_tax=True)


def created(answer: Any) -> Any:
    assert answer.status_code == 201, answer.content
    return answer.json()


def errors_of(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def breaks(pen: Item) -> list[WrittenPrice]:
    return [WrittenPrice(pen.pk, 250_000_000), WrittenPrice(pen.pk, 200_000_000, 100 * PIECES)]


def test_the_list_in_the_documents_currency_decides_by_quantity(pen: Item, euros: PriceList) -> None:
    price_lists.replace_prices(price_list_id=euros.pk, prices=breaks(pen))

    def of(quantity: int, **other: Any) -> FoundPrice | None:
        about = {"side": SALES, "currency": "EUR", "price_list": euros.pk, **other}
        return price_of(pen, quantity=quantity, **about)

    few, many = FoundPrice(250_000_000, True, "price_list"), FoundPrice(200_000_000, True, "price_list")
    assert [of(1), of(100 * PIECES - 1), of(100 * PIECES), of(-100 * PIECES)] == [few, few, many, many]
    assert of(PIECES, currency="USD") == FoundPrice(3 * MAJOR, False, "item")
    assert of(PIECES, side=PURCHASES) is None  # a list for sales, and no purchase price in euros
    assert of(PIECES, side=PURCHASES, currency="USD") == FoundPrice(1 * MAJOR, False, "item")
    price_lists.edit_price_list(price_list_id=euros.pk, is_active=False)
    assert of(PIECES) is None


def test_below_the_first_quantity_of_the_list_the_items_own_price_holds(pen: Item) -> None:
    dollars = PriceList.objects.create(name="Wholesale", currency="USD")
    price_lists.replace_prices(price_list_id=dollars.pk, prices=[WrittenPrice(pen.pk, 2 * MAJOR, 10 * PIECES)])
    about = {"side": SALES, "currency": "USD", "price_list": dollars.pk}
    assert price_of(pen, quantity=9 * PIECES, **about) == FoundPrice(3 * MAJOR, False, "item")  # type: ignore[arg-type]
    assert price_of(pen, quantity=10 * PIECES, **about) == FoundPrice(2 * MAJOR, False, "price_list")  # type: ignore[arg-type]


def test_a_price_in_base_currency_is_converted_only_when_asked(pen: Item) -> None:
    assert price_of(pen, side=SALES, currency="EUR") is None
    # 3.00 USD at 1.08 USD for a euro
    assert price_of(pen, side=SALES, currency="EUR", rate=10_800_000_000) == FoundPrice(277_777_778, False, "converted")
    pen.sale_price = 9 * 10**18
    assert price_of(pen, side=SALES, currency="EUR", rate=1) is None  # more than a price can be
    pen.sale_price = None
    assert price_of(pen, side=SALES, currency="USD") is None


def test_prices_of_many_lines_take_one_query(pen: Item, euros: PriceList) -> None:
    pencil = Item.objects.create(kind="goods", name="Pencil", sale_price=MAJOR)
    price_lists.replace_prices(price_list_id=euros.pk, prices=[*breaks(pen), WrittenPrice(pencil.pk, 7)])
    wanted = [Wanted(pen), Wanted(pencil), Wanted(pen, 500 * PIECES)]
    with CaptureQueriesContext(connection()) as queries:
        found = prices_of(wanted, side=SALES, currency="EUR", price_list=euros.pk)
    assert len(queries) == 1
    assert [each and each.price for each in found] == [250_000_000, 7, 200_000_000]


def test_a_price_is_asked_for_over_the_api(client: APIClient, pen: Item, euros: PriceList) -> None:
    price_lists.replace_prices(price_list_id=euros.pk, prices=breaks(pen))
    path = f"/api/items/{pen.pk}/price"
    assert client.get(path).json() == {"price": "3", "currency": "USD", "includes_tax": False, "source": "item"}
    listed = client.get(f"{path}?currency=eur&price_list={euros.pk}&quantity=150").json()
    assert listed == {"price": "2", "currency": "EUR", "includes_tax": True, "source": "price_list"}
    nothing = client.get(f"{path}?currency=EUR&side=purchases").json()
    assert nothing == {"price": None, "currency": "EUR", "includes_tax": False, "source": None}
    client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-01", "rate": "1.25"})
    converted = client.get(f"{path}?currency=EUR&convert=true&date=2026-01-09").json()
    assert (converted["price"], converted["source"]) == ("2.4", "converted")
    assert errors_of(client.get(f"{path}?currency=EUR&convert=true&date=2025-12-31")) == [("/rate", "no_rate")]
    assert errors_of(client.get(f"{path}?currency=GBP")) == [("/currency", "currency_not_enabled")]


def test_a_price_list_is_written_and_read(client: APIClient, pen: Item) -> None:
    body = {"name": "Wholesale", "currency": "usd", "prices_include_tax": True}
    answer = client.post("/api/price-lists", body)
    found = created(answer)
    assert found == {
        "id": found["id"],
        "name": "Wholesale",
        "currency": "USD",
        "is_for_sales": True,
        "prices_include_tax": True,
        "is_active": True,
        "updated_at": found["updated_at"],
    }
    assert errors_of(client.post("/api/price-lists", {**body, "name": "wholesale"})) == [("/name", "name_taken")]
    assert errors_of(client.post("/api/price-lists", {"name": "UK", "currency": "GBP"})) == [
        ("/currency", "currency_not_enabled")
    ]
    where = f"/api/price-lists/{found['id']}/prices"
    price = created(client.post(where, {"item": pen.pk, "price": "2.75", "min_quantity": "0.5"}))
    assert price == {
        "id": price["id"],
        "item": {"id": str(pen.pk), "code": "P", "name": "Pen"},
        "min_quantity": "0.5",
        "price": "2.75",
    }
    assert client.get(where).json()["results"] == [price]
    assert client.get(f"{where}?item={pen.pk + 1}").json()["count"] == 0
    assert errors_of(client.post(where, {"item": pen.pk, "price": "1", "min_quantity": "0.5"})) == [
        ("/min_quantity", "repeated")
    ]
    changed = client.patch(f"/api/prices/{price['id']}", {"price": "2.8"}).json()
    assert changed == {**price, "price": "2.8"}
    created(client.post(where, {"item": pen.pk, "price": "1"}))
    assert errors_of(client.patch(f"/api/prices/{price['id']}", {"min_quantity": "0"})) == [
        ("/min_quantity", "repeated")
    ]
    assert client.delete(f"/api/prices/{price['id']}").status_code == 204
    assert [row["min_quantity"] for row in client.get(where).json()["results"]] == ["0"]
    told = ActivityEntry.objects.filter(subject_kind="price_list").order_by("pk")
    assert [entry.verb for entry in told] == ["created", "edited", "edited", "edited", "edited"]
    assert (told[2].before, told[2].after) == ({"price": "2.75"}, {"price": "2.8"})
    stale = client.patch(f"/api/price-lists/{found['id']}", {"name": "X"}, headers={"If-Match": answer["ETag"]})
    assert stale.status_code == 412  # its prices have changed since


def test_with_prices_in_it_a_list_keeps_its_currency_and_side(client: APIClient, pen: Item, euros: PriceList) -> None:
    path = f"/api/price-lists/{euros.pk}"
    assert client.patch(path, {"currency": "USD"}).json()["currency"] == "USD"
    assert client.patch(path, {"is_for_sales": False}).json()["is_for_sales"] is False
    price_lists.add_price(price_list_id=euros.pk, price=WrittenPrice(pen.pk, 1))
    assert errors_of(client.patch(path, {"currency": "EUR"})) == [("/currency", "fixed_by_prices")]
    assert errors_of(client.patch(path, {"is_for_sales": True})) == [("/is_for_sales", "fixed_by_prices")]
    assert client.patch(path, {"currency": "USD", "name": "Other"}).json()["name"] == "Other"


def test_all_prices_are_replaced_or_none(client: APIClient, pen: Item, euros: PriceList) -> None:
    where = f"/api/price-lists/{euros.pk}/prices"
    first = [{"item": pen.pk, "price": "2.5"}, {"item": pen.pk, "price": "2", "min_quantity": "100"}]
    assert client.put(where, {"prices": first}).json() == {"prices": 2}
    wrong = [{"item": 999_999, "price": "1"}, {"item": pen.pk, "price": "1"}, {"item": pen.pk, "price": "3"}]
    assert errors_of(client.put(where, {"prices": wrong})) == [
        ("/prices/0/item", "unknown_item"),
        ("/prices/2/min_quantity", "repeated"),
    ]
    assert list(Price.objects.values_list("price", "min_quantity")) == [(250_000_000, 0), (200_000_000, 100_000_000)]
    assert client.put(where, {"prices": []}).json() == {"prices": 0}
    assert not Price.objects.exists()


def test_thousands_of_prices_are_replaced_with_few_queries(pen: Item, euros: PriceList) -> None:
    Item.objects.bulk_create(Item(kind="goods", name=f"Item {number}") for number in range(3_000))
    prices = [WrittenPrice(pk, 5) for pk in Item.objects.values_list("pk", flat=True)]
    for _ in range(2):
        with CaptureQueriesContext(connection()) as queries:
            price_lists.replace_prices(price_list_id=euros.pk, prices=prices)
        assert len(queries) < 30
    assert Price.objects.filter(price_list=euros).count() == 3_001


def test_a_list_that_contacts_have_is_kept(client: APIClient, pen: Item, euros: PriceList) -> None:
    price_lists.replace_prices(price_list_id=euros.pk, prices=breaks(pen))
    contact = Contact.objects.create(name="Bob", is_customer=True, currency="EUR", price_list=euros)
    refused = client.delete(f"/api/price-lists/{euros.pk}")
    assert (refused.status_code, refused.json()["code"]) == (409, "price_list_in_use")
    assert Price.objects.count() == 2
    contact.delete()
    assert client.delete(f"/api/price-lists/{euros.pk}").status_code == 204
    assert (PriceList.objects.count(), Price.objects.count()) == (0, 0)


def test_the_prices_of_a_list_take_the_same_queries_whatever_it_holds(
    client: APIClient, pen: Item, euros: PriceList
) -> None:
    counts = []
    for _ in range(2):
        price_lists.add_price(price_list_id=euros.pk, price=WrittenPrice(pen.pk, 1, 1_000 + Price.objects.count()))
        with CaptureQueriesContext(connection()) as queries:
            client.get(f"/api/price-lists/{euros.pk}/prices")
        counts.append(len(queries))
        have = Price.objects.count()
        rows = (Price(price_list=euros, item=pen, price=1, min_quantity=have + number) for number in range(30))
        Price.objects.bulk_create(rows)
    assert counts == [3, 3]
