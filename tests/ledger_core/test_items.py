"""Items, their units and categories: the API, the accounts they are booked on, and what a deletion refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.books.operations import Line, Source, post
from ledger_core.chart.models import Account
from ledger_core.documents.models import Document, DocumentLine
from ledger_core.items import operations
from ledger_core.items.models import Item, ItemCategory, Unit
from ledger_core.items.queries import ItemAccounts, accounts_of, items_by_id
from ledger_core.taxes.models import TaxRate
from tenancy.db import connection
from tenancy.models import Membership, Organization
from tenancy.problems import Invalid
from tests.ledger_core.conftest import JANUARY_9

Find = Callable[[str], Account]
ITEM = {"kind": "service", "name": "Consulting"}


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


def created(answer: Any) -> Any:
    assert answer.status_code == 201, answer.content
    return answer.json()


def errors_of(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_an_item_is_created_with_everything(client: APIClient, account: Find) -> None:
    unit, category = Unit.objects.get(name="hour"), ItemCategory.objects.create(name="Work")
    tax = TaxRate.objects.create(name="VAT", code="X", kind="standard")
    body = {
        "kind": "service",
        "name": "Consulting",
        "code": "cons-1",
        "barcode": "4006381333931",
        "unit": str(unit.pk),
        "category": str(category.pk),
        "sale_price": "120.5",
        "purchase_price": "0.00000001",
        "prices_include_tax": True,
        "sale_description": "An hour of consulting",
        "income_account": str(account("4010").pk),
        "expense_account": str(account("6100").pk),
        "sales_tax": str(tax.pk),
    }
    answer = client.post("/api/items", body)
    shown = created(answer)
    assert shown == {
        **body,
        "id": shown["id"],
        "unit_name": "hour",
        "category_name": "Work",
        "is_sold": True,
        "is_purchased": True,
        "purchase_description": "",
        "inventory_account": None,
        "purchase_tax": None,
        "is_active": True,
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
    }
    item = Item.objects.get()
    assert (item.sale_price, item.purchase_price, item.code_key) == (12_050_000_000, 1, "CONS-1")
    [entry] = ActivityEntry.objects.filter(subject_kind="item")
    assert (entry.verb, entry.subject_label, entry.after["sale_price"]) == ("created", "cons-1 Consulting", "120.5")
    again = client.get(f"/api/items/{shown['id']}")
    assert (again.json(), again["ETag"]) == (shown, answer["ETag"])


def test_a_price_is_exact_or_refused(client: APIClient) -> None:
    for price, code in (("1.123456789", "too_many_decimals"), ("-1", "negative"), ("1e30", "not_an_amount")):
        assert errors_of(client.post("/api/items", {**ITEM, "sale_price": price})) == [("/sale_price", code)]
    assert errors_of(client.post("/api/items", {**ITEM, "sale_price": "90000000000.01"})) == [
        ("/sale_price", "too_large")
    ]
    assert created(client.post("/api/items", {**ITEM, "sale_price": "90000000000.00"}))["sale_price"] == "90000000000"


def test_stock_items_are_no_kind_yet(client: APIClient) -> None:
    assert errors_of(client.post("/api/items", {**ITEM, "kind": "stock"})) == [("/kind", "invalid_choice")]


def test_a_code_is_there_once_whatever_its_case(client: APIClient) -> None:
    first = created(client.post("/api/items", {**ITEM, "code": "Abc"}))
    assert errors_of(client.post("/api/items", {**ITEM, "code": "aBC"})) == [("/code", "code_taken")]
    other = created(client.post("/api/items", ITEM))  # any number of items have none
    created(client.post("/api/items", ITEM))
    assert errors_of(client.patch(f"/api/items/{other['id']}", {"code": "ABC"})) == [("/code", "code_taken")]
    assert client.patch(f"/api/items/{first['id']}", {"code": "ABC"}).json()["code"] == "ABC"


def test_of_two_who_take_a_code_at_once_the_second_is_told(in_north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    operations.create_item(kind="goods", name="Pen", code="P")
    looked = []

    def taken(item: Item) -> bool:
        looked.append(item)
        return len(looked) > 1  # the first look came too early

    monkeypatch.setattr(operations, "_code_is_taken", taken)
    with pytest.raises(Invalid) as refused:
        operations.create_item(kind="goods", name="Pencil", code="p")
    assert refused.value.errors[0].code == "code_taken"
    assert Item.objects.count() == 1


def test_accounts_are_checked_by_type(client: APIClient, account: Find) -> None:
    wrong = {
        "income_account": account("6100").pk,
        "expense_account": account("4010").pk,
        "inventory_account": account("1010").pk,
    }
    assert errors_of(client.post("/api/items", {**ITEM, **wrong})) == [(f"/{name}", "wrong_type") for name in wrong]
    Account.objects.filter(code="4010").update(is_active=False)
    assert errors_of(client.post("/api/items", {**ITEM, "income_account": account("4010").pk})) == [
        ("/income_account", "inactive_account")
    ]
    assert errors_of(client.post("/api/items", {**ITEM, "income_account": 999_999, "unit": 999_999})) == [
        ("/unit", "unknown_unit"),
        ("/income_account", "unknown_account"),
    ]
    assert not Item.objects.exists()


def test_taxes_are_checked_by_side(client: APIClient) -> None:
    tax = TaxRate.objects.create(name="Input tax", code="IN", kind="standard", is_for_sales=False)
    assert errors_of(client.post("/api/items", {**ITEM, "sales_tax": tax.pk})) == [("/sales_tax", "wrong_side")]
    item = created(client.post("/api/items", {**ITEM, "purchase_tax": tax.pk}))
    TaxRate.objects.filter(pk=tax.pk).update(is_active=False)
    assert errors_of(client.post("/api/items", {**ITEM, "purchase_tax": tax.pk})) == [("/purchase_tax", "inactive_tax")]
    # What was chosen before may stay.
    assert client.patch(f"/api/items/{item['id']}", {"name": "Advice"}).json()["name"] == "Advice"


def test_an_item_is_sold_or_bought(client: APIClient) -> None:
    neither = {**ITEM, "is_sold": False, "is_purchased": False}
    assert errors_of(client.post("/api/items", neither)) == [("/is_sold", "no_side")]


def test_editing_is_told_with_before_and_after_and_needs_the_present_state(client: APIClient) -> None:
    answer = client.post("/api/items", {**ITEM, "sale_price": "1"})
    path = f"/api/items/{answer.json()['id']}"
    assert client.patch(path, {"sale_price": "2.5"}, headers={"If-Match": answer["ETag"]}).json()["sale_price"] == "2.5"
    stale = client.patch(path, {"sale_price": "3"}, headers={"If-Match": answer["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    entry = ActivityEntry.objects.get(verb="edited", subject_kind="item")
    assert (entry.before, entry.after) == ({"sale_price": "1"}, {"sale_price": "2.5"})
    assert Item.objects.get().sale_price == 250_000_000


def test_an_item_is_deactivated_and_activated_again(client: APIClient) -> None:
    item = created(client.post("/api/items", ITEM))
    for _ in range(2):
        assert client.post(f"/api/items/{item['id']}/deactivate").json()["is_active"] is False
    assert client.get("/api/items?is_active=true").json()["count"] == 0
    assert client.post(f"/api/items/{item['id']}/activate").json()["is_active"] is True
    verbs = list(ActivityEntry.objects.filter(subject_kind="item").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["created", "deactivated", "activated"]


def test_an_item_on_a_document_or_an_entry_stays(client: APIClient, account: Find) -> None:
    rows = [created(client.post("/api/items", {**ITEM, "name": name})) for name in ("drafted", "booked", "free")]
    drafted, booked, free = (int(row["id"]) for row in rows)
    document = Document.objects.create(kind="invoice", date=JANUARY_9, currency="USD", created_by=1)
    DocumentLine.objects.create(document=document, position=1, item_id=drafted, account=account("4010"))
    lines = [Line(account("1010").pk, debit=100), Line(account("4010").pk, credit=100, item_id=booked)]
    post(date=JANUARY_9, lines=lines, source=Source("test"), actor=1)
    for used in (drafted, booked):
        answer = client.delete(f"/api/items/{used}")
        assert (answer.status_code, answer.json()["code"]) == (409, "item_in_use")
        assert "Make it inactive" in answer.json()["detail"]
    assert client.delete(f"/api/items/{free}").status_code == 204
    assert set(Item.objects.values_list("pk", flat=True)) == {drafted, booked}
    assert ActivityEntry.objects.get(verb="deleted").before["name"] == "free"
    assert client.delete(f"/api/items/{free}").status_code == 404


def test_files_go_with_their_item(client: APIClient) -> None:
    item = created(client.post("/api/items", ITEM))
    where = f"/api/items/{item['id']}/attachments"
    file = SimpleUploadedFile("manual.txt", b"How to use it")
    attached = created(client.post(where, {"file": file}, format="multipart"))
    assert attached["subject"] == {"kind": "item", "id": item["id"]}
    assert [each["name"] for each in client.get(where).json()] == ["manual.txt"]
    assert client.get("/api/items/999999/attachments").status_code == 404
    assert client.delete(f"/api/items/{item['id']}").status_code == 204
    assert client.get(f"/api/attachments/{attached['id']}").status_code == 404


def test_the_list_is_filtered_searched_and_ordered(client: APIClient) -> None:
    category = ItemCategory.objects.create(name="Tools")
    for name, kind, code, price in (
        ("Saw", "goods", "T-1", "9"),
        ("axe", "goods", "T-2", "30"),
        ("Repair", "service", "", "5"),
    ):
        body = {"kind": kind, "name": name, "code": code, "sale_price": price, "is_purchased": kind == "goods"}
        created(client.post("/api/items", {**body, "category": category.pk if kind == "goods" else None}))

    def names(query: str) -> set[str]:
        return {row["name"] for row in client.get(f"/api/items?{query}").json()["results"]}

    assert names("kind=service") == {"Repair"}
    assert names(f"category={category.pk}") == {"Saw", "axe"}
    assert names("search=t-2") == {"axe"}
    assert names("is_purchased=false") == {"Repair"}
    priced = client.get("/api/items?ordering=-sale_price").json()["results"]
    assert [row["name"] for row in priced] == ["axe", "Saw", "Repair"]
    assert errors_of(client.get("/api/items?category=x"))[0][0] == "/category"


def test_the_list_takes_the_same_queries_whatever_it_holds(client: APIClient) -> None:
    unit, category = Unit.objects.get(name="hour"), ItemCategory.objects.create(name="Work")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection()) as queries:
            client.get("/api/items")
        counts.append(len(queries))
        for number in range(30):
            Item.objects.create(kind="goods", name=f"Item {number}", unit=unit, category=category)
    assert counts[0] + 1 == counts[1] == 2  # the count, and then the page


def test_units_are_there_from_the_beginning_and_kept_while_used(client: APIClient) -> None:
    units = {row["name"]: row for row in client.get("/api/units").json()}
    assert (units["hour"]["code"], units["piece"]["code"], len(units)) == ("HUR", "C62", 12)
    assert errors_of(client.post("/api/units", {"name": "HOUR"})) == [("/name", "name_taken")]
    box = created(client.post("/api/units", {"name": "box", "code": "BX"}))
    changed = client.patch(f"/api/units/{box['id']}", {"name": "crate"}).json()
    assert (changed["name"], changed["code"]) == ("crate", "BX")
    created(client.post("/api/items", {**ITEM, "unit": box["id"]}))
    assert client.get(f"/api/units/{box['id']}").json() == changed
    refused = client.delete(f"/api/units/{box['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "unit_in_use")
    assert client.delete(f"/api/units/{units['week']['id']}").status_code == 204
    assert not Unit.objects.filter(name="week").exists()
    told = ActivityEntry.objects.filter(subject_kind="unit").order_by("pk").values_list("verb", "subject_label")
    assert list(told) == [("created", "box"), ("edited", "crate"), ("deleted", "week")]


def test_categories_make_no_circle(client: APIClient) -> None:
    top = created(client.post("/api/item-categories", {"name": "Top"}))
    middle = created(client.post("/api/item-categories", {"name": "Middle", "parent": top["id"]}))
    bottom = created(client.post("/api/item-categories", {"name": "Bottom", "parent": middle["id"]}))
    for under in (top, middle, bottom):
        assert errors_of(client.patch(f"/api/item-categories/{top['id']}", {"parent": under["id"]})) == [
            ("/parent", "cycle")
        ]
    assert errors_of(client.post("/api/item-categories", {"name": "Lost", "parent": 999_999})) == [
        ("/parent", "unknown_category")
    ]
    moved = client.patch(f"/api/item-categories/{bottom['id']}", {"parent": top["id"]})
    assert moved.json()["parent"] == top["id"]
    assert client.get("/api/item-categories").json()[0] == moved.json()
    refused = client.delete(f"/api/item-categories/{top['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "category_in_use")
    assert client.delete(f"/api/item-categories/{bottom['id']}").status_code == 204


def test_categories_are_eight_deep_at_most(in_north: Any) -> None:
    above = None
    for level in range(8):
        above = operations.create_category(name=f"Level {level}", parent_id=above and above.pk)
    with pytest.raises(Invalid) as refused:
        operations.create_category(name="Too deep", parent_id=above and above.pk)
    assert refused.value.errors[0].code == "too_deep"
    pair = operations.create_category(name="Pair")
    operations.create_category(name="Of pair", parent_id=pair.pk)
    seventh = ItemCategory.objects.get(name="Level 6")
    with pytest.raises(Invalid):  # two levels under the seventh
        operations.edit_category(category_id=pair.pk, parent_id=seventh.pk)


def test_a_category_can_be_edited_without_its_parent(client: APIClient, account: Find) -> None:
    top = created(client.post("/api/item-categories", {"name": "Top"}))
    under = created(client.post("/api/item-categories", {"name": "Under", "parent": top["id"]}))
    changed = client.patch(f"/api/item-categories/{under['id']}", {"income_account": account("4010").pk}).json()
    assert (changed["parent"], changed["income_account"]) == (top["id"], str(account("4010").pk))
    assert errors_of(client.patch(f"/api/item-categories/{under['id']}", {"income_account": account("1010").pk})) == [
        ("/income_account", "wrong_type")
    ]


def test_accounts_come_from_the_item_then_its_categories(account: Find) -> None:
    income, cost, own = account("4010").pk, account("5010").pk, account("6100").pk
    top = operations.create_category(name="Top", income_account_id=income, expense_account_id=cost)
    under = operations.create_category(name="Under", parent_id=top.pk, expense_account_id=own)
    plain = operations.create_item(kind="goods", name="Plain")
    inherits = operations.create_item(kind="goods", name="Inherits", category_id=under.pk)
    overrides = operations.create_item(
        kind="goods", name="Overrides", category_id=top.pk, income_account_id=account("4020").pk
    )
    with CaptureQueriesContext(connection()) as queries:
        found = accounts_of([plain, inherits, overrides])
    assert len(queries) == 1
    assert found == {
        plain.pk: ItemAccounts(None, None, None),
        inherits.pk: ItemAccounts(income, own, None),
        overrides.pk: ItemAccounts(account("4020").pk, cost, None),
    }
    with CaptureQueriesContext(connection()) as queries:
        assert accounts_of([plain]) == {plain.pk: ItemAccounts()}
    assert len(queries) == 0
    assert set(items_by_id([plain.pk, 999_999])) == {plain.pk}


def test_an_account_that_items_name_is_kept(client: APIClient, account: Find) -> None:
    mine = client.post("/api/accounts", {"code": "4999", "name": "Mine", "type": "income"}).json()
    created(client.post("/api/items", {**ITEM, "income_account": mine["id"]}))
    refused = client.delete(f"/api/accounts/{mine['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "account_in_use")
    assert Account.objects.filter(code="4999").exists()


@pytest.mark.parametrize(
    ("role", "may"),
    [("bookkeeper", [201, 200, 403]), ("read_only", [403, 403, 403]), ("accountant", [201, 200, 204])],
)
def test_roles(
    role: str, may: list[int], client: APIClient, client_of: Callable[..., APIClient], bob: Any, north: Organization
) -> None:
    Membership.objects.filter(organization=north, user=bob).update(role=role)
    theirs = client_of(bob, north)
    item = created(client.post("/api/items", ITEM))
    path = f"/api/items/{item['id']}"
    assert theirs.get(path).json() == item
    answers = [theirs.post("/api/items", ITEM), theirs.patch(path, {"name": "Other"}), theirs.delete(path)]
    assert [answer.status_code for answer in answers] == may


def test_the_description_is_exact(client: APIClient) -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    paths = schema["paths"]
    assert set(paths["/api/items"]) == {"get", "post"}
    assert set(paths["/api/price-lists/{id}/prices"]) == {"get", "post", "put"}
    item = schema["components"]["schemas"]["Item"]["properties"]
    assert set(item) == set(created(client.post("/api/items", ITEM)))
    assert item["sale_price"] == {"type": "string", "format": "decimal", "example": "49.9", "nullable": True}


def test_every_model_of_trade_can_be_asked_who_refers_to_it(in_north: Any) -> None:
    """`is_referred_to` builds a query for every foreign key there is; a mistake in one would show here."""
    from ledger_core.base.references import is_referred_to
    from ledger_core.contacts.models import Contact, PaymentTerms

    models: list[type[Model]] = [Item, ItemCategory, Unit, TaxRate, Account, Contact, PaymentTerms]
    assert [is_referred_to(model(pk=10**9)) for model in models] == [False] * len(models)
