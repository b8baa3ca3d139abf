"""Tax rates: percentages by date, groups, what bookings fix, and what a new organization begins with."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.arithmetic.taxes import HUNDRED, Tax, TaxKind
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import reverse
from ledger_core.chart.models import Account
from ledger_core.taxes import template
from ledger_core.taxes.kinds import CASH, KINDS, PURCHASES, SALES, WITHOUT_PERCENT
from ledger_core.taxes.models import TaxEntry, TaxRate
from ledger_core.taxes.operations import TaxRow, mirror_entries, write_entries
from ledger_core.taxes.queries import accounts, expand, expand_all, relief_rates, resolve
from ledger_core.taxes.rates import create_rate, edit_rate, set_percentage
from tenancy import context
from tenancy.db import atomic, connection, operation
from tenancy.models import Organization
from tenancy.problems import Invalid

JANUARY_1, JUNE_30, JULY_1 = datetime.date(2026, 1, 1), datetime.date(2026, 6, 30), datetime.date(2026, 7, 1)
ALWAYS = datetime.date(1900, 1, 1)
MakeRate = Callable[..., TaxRate]


@pytest.fixture
def rate(in_north: Any) -> MakeRate:
    """`rate("VAT", 190_000)`: a standard rate of 19 %."""

    def make(code: str, percent: int | None = 190_000, **fields: Any) -> TaxRate:
        about = {"name": code, "kind": "standard", "valid_from": ALWAYS, **fields}
        return create_rate(code=code, percent=percent, **about)

    return make


def codes_of(error: Invalid) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in error.errors]


def test_a_rate_is_what_it_is_on_the_day(rate: MakeRate) -> None:
    vat = rate("VAT", 190_000, recoverable=500_000)
    set_percentage(rate_id=vat.pk, valid_from=JULY_1, percent=210_000)
    assert resolve(tax_ids=[vat.pk], date=JUNE_30, side=SALES) == {
        vat.pk: Tax(vat.pk, 190_000, "standard", recoverable=500_000)
    }
    assert resolve(tax_ids=[vat.pk], date=JULY_1, side=SALES)[vat.pk].percent == 210_000


def test_resolving_takes_two_queries(rate: MakeRate) -> None:
    ids = [rate(f"T{number}").pk for number in range(5)]
    with CaptureQueriesContext(connection()) as captured:
        assert len(resolve(tax_ids=ids, date=JULY_1, side=SALES)) == 5
    assert len(captured) == 2


def test_a_group_is_resolved_and_expanded_to_its_members_in_order(rate: MakeRate) -> None:
    first, second, third = rate("A", 50_000), rate("B", 70_000, is_compound=True), rate("C", 10_000)
    group = rate("G", None, kind="group", members=[second.pk, first.pk])
    assert expand([third.pk, group.pk, first.pk]) == [third.pk, second.pk, first.pk]
    assert expand_all([[group.pk], [], [first.pk]]) == [[second.pk, first.pk], [], [first.pk]]
    found = resolve(tax_ids=[group.pk], date=JULY_1, side=PURCHASES)
    assert found == {
        first.pk: Tax(first.pk, 50_000),
        second.pk: Tax(second.pk, 70_000, compound=True),
    }


def test_what_is_wrong_with_a_tax_is_said_where_it_was_named(rate: MakeRate) -> None:
    late = rate("LATE", 190_000, valid_from=JULY_1)
    gone, other = rate("GONE"), rate("OTHER", is_for_sales=False)
    edit_rate(rate_id=gone.pk, is_active=False)
    with pytest.raises(Invalid) as caught:
        resolve(
            tax_ids=[late.pk, gone.pk, other.pk, 4711],
            date=JUNE_30,
            side=SALES,
            pointers={late.pk: ["/lines/0/taxes/0", "/lines/2/taxes/0"], 4711: ["/lines/1/taxes/0"]},
        )
    assert codes_of(caught.value) == [
        ("/lines/0/taxes/0", "not_valid_on_date"),
        ("/lines/2/taxes/0", "not_valid_on_date"),
        ("/tax_ids", "inactive_tax"),
        ("/tax_ids", "wrong_side"),
        ("/lines/1/taxes/0", "unknown_tax"),
    ]
    assert caught.value.errors[0].detail == "Tax rate LATE LATE has no percentage on 2026-06-30."
    assert caught.value.errors[3].detail == "Tax rate OTHER OTHER is not for sales."


def test_a_group_fails_with_its_member(rate: MakeRate) -> None:
    member = rate("A")
    group = rate("G", None, kind="group", members=[member.pk])
    edit_rate(rate_id=member.pk, is_active=False)
    with pytest.raises(Invalid, match="Tax rate A A is inactive"):
        resolve(tax_ids=[group.pk], date=JULY_1, side=SALES)


def test_what_charges_nothing_needs_no_percentage(rate: MakeRate) -> None:
    exempt = rate("EX", None, kind="exempt")
    assert resolve(tax_ids=[exempt.pk], date=JULY_1, side=SALES) == {exempt.pk: Tax(exempt.pk, 0, TaxKind.EXEMPT)}


def test_tax_is_booked_on_the_rates_accounts_or_on_that_of_the_role(
    rate: MakeRate, account: Callable[[str], Account]
) -> None:
    role = Account.objects.get(system_roles__role="tax")
    claims = Account.objects.create(code="1299", name="Input tax", type="other_current_asset")
    own, none = rate("OWN", recoverable_account_id=claims.pk), rate("NONE")
    found = accounts([own.pk, none.pk])
    assert (found[own.pk].payable, found[own.pk].recoverable) == (role.pk, claims.pk)
    assert (found[none.pk].payable, found[none.pk].recoverable) == (role.pk, role.pk)


def test_relief_is_for_the_rates_that_allow_it(rate: MakeRate) -> None:
    yes, no = rate("YES"), rate("NO", bad_debt_relief=False)
    assert relief_rates([yes.pk, no.pk]) == {yes.pk}


@pytest.fixture
def taxed(rate: MakeRate, pay: Callable[..., JournalEntry]) -> Callable[..., tuple[TaxRate, JournalEntry]]:
    """`taxed(date)`: an entry on which 100.00 was taxed at 19 %, and the rate."""

    def make(date: datetime.date, code: str = "VAT") -> tuple[TaxRate, JournalEntry]:
        vat = TaxRate.objects.filter(code=code).first() or rate(code)
        entry = pay(date=date)
        write_entries(entry=entry, rows=[TaxRow(vat.pk, SALES, 190_000, taxable=10_000, tax=1_900)])
        return vat, entry

    return make


def test_a_reversal_mirrors_what_its_entry_says_on_both_bases(taxed: Any) -> None:
    vat, entry = taxed(JANUARY_1)
    rows = [
        TaxRow(vat.pk, PURCHASES, 190_000, taxable=500, tax=95, recoverable=47, basis=CASH, contact_id=7),
        TaxRow(vat.pk, PURCHASES, 0, taxable=0, tax=0),  # says nothing
    ]
    write_entries(entry=entry, rows=rows)
    with atomic():
        back = reverse(entry=entry, date=JUNE_30, actor=1)
        mirror_entries(entry=entry, reversal=back)
    fields = ("side", "basis", "date", "taxable", "tax", "recoverable", "contact_id")
    assert list(TaxEntry.objects.filter(entry=back).order_by("pk").values_list(*fields)) == [
        ("sales", "accrual", JUNE_30, -10_000, -1_900, 0, None),
        ("purchases", "cash", JUNE_30, -500, -95, -47, 7),
    ]
    assert TaxEntry.objects.filter(entry=entry).count() == 2


def test_the_database_keeps_tax_entries_as_they_are(taxed: Any) -> None:
    taxed(JANUARY_1)
    with pytest.raises(IntegrityError, match="A tax entry is never changed"), atomic():
        TaxEntry.objects.update(tax=1)
    with pytest.raises(IntegrityError, match="A tax entry is never deleted"), atomic():
        TaxEntry.objects.all().delete()
    assert list(TaxEntry.objects.values_list("tax", flat=True)) == [1_900]


@pytest.fixture
def client(north: Organization, alice: Any, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(alice, north)


def new(client: APIClient, **fields: Any) -> Any:
    about = {"name": "VAT", "code": "VAT", "kind": "standard", "percent": "19", **fields}
    return client.post("/api/tax-rates", about, format="json")


def test_a_rate_is_made_read_changed_and_deleted(client: APIClient, in_north: Any) -> None:
    made = new(client, percent="8.875", valid_from="2026-01-01", recoverable="62.5")
    assert made.status_code == 201
    body = made.json()
    assert body["percentages"] == [{"valid_from": "2026-01-01", "percent": "8.875"}]
    assert (body["percent"], body["recoverable"], body["is_used"], body["members"]) == ("8.875", "62.5", False, [])
    changed = client.patch(f"/api/tax-rates/{body['id']}", {"name": "City tax"}, headers={"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["name"]) == (200, "City tax")
    stale = client.patch(f"/api/tax-rates/{body['id']}", {"name": "Late"}, headers={"If-Match": made["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert client.get(f"/api/tax-rates/{body['id']}").json() == changed.json()
    assert client.delete(f"/api/tax-rates/{body['id']}").status_code == 204
    assert client.get(f"/api/tax-rates/{body['id']}").status_code == 404
    told = ActivityEntry.objects.filter(subject_kind="tax_rate").order_by("pk").values_list("verb", "subject_label")
    assert list(told) == [("created", "VAT VAT"), ("edited", "VAT City tax"), ("deleted", "VAT City tax")]


def test_what_is_wrong_with_a_new_rate_is_said_at_once(client: APIClient, in_north: Any) -> None:
    assert new(client).status_code == 201
    bank = Account.objects.filter(type="bank").first()
    assert bank is not None
    answer = new(client, code="vat", kind="exempt", is_for_sales=False, is_for_purchases=False, payable_account=bank.pk)
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/code", "code_taken"),
        ("/is_for_sales", "no_side"),
        ("/payable_account", "wrong_type"),
        ("/percent", "no_percent"),
    ]
    assert TaxRate.objects.filter(code_key="VAT").count() == 1


def test_a_group_has_members_that_are_no_groups(client: APIClient) -> None:
    one, two = new(client, code="A").json()["id"], new(client, code="B", is_for_sales=False).json()["id"]
    group = client.post("/api/tax-rates", {"name": "G", "code": "G", "kind": "group", "members": [one]}, format="json")
    assert group.status_code == 201
    assert [each["code"] for each in group.json()["members"]] == ["A"]
    where = f"/api/tax-rates/{group.json()['id']}"
    answer = client.patch(where, {"members": [one, two, group.json()["id"], one]}, format="json")
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/members", "twice"),
        ("/members/1", "wrong_side"),
        ("/members/2", "group_in_group"),
    ]
    refused = client.delete(f"/api/tax-rates/{one}")
    assert (refused.status_code, refused.json()["code"]) == (409, "tax_rate_in_use")
    assert refused.json()["detail"] == "Tax rate A VAT is used. Make it inactive instead of deleting it."
    assert client.delete(where).status_code == 204
    assert client.delete(f"/api/tax-rates/{one}").status_code == 204


def test_percentages_of_days_with_entries_stay(client: APIClient, taxed: Any) -> None:
    vat, _ = taxed(JUNE_30)
    where = f"/api/tax-rates/{vat.pk}/percentages"
    for day in ("1900-01-01", "2026-06-30"):  # the one it was booked at, and one that would begin on that day
        answer = client.post(where, {"valid_from": day, "percent": "21"})
        assert (answer.status_code, answer.json()["code"]) == (409, "percentage_in_use")
        assert "booked at VAT VAT up to 2026-06-30" in answer.json()["detail"]
    added = client.post(where, {"valid_from": "2026-07-01", "percent": "21"})
    assert [each["percent"] for each in added.json()["percentages"]] == ["19", "21"]
    before = client.post(where, {"valid_from": "2026-07-01", "percent": "22"})  # nothing is booked in July
    assert [each["percent"] for each in before.json()["percentages"]] == ["19", "22"]
    assert client.delete(f"{where}/1900-01-01").json()["code"] == "percentage_in_use"
    gone = client.delete(f"{where}/2026-07-01")
    assert [each["percent"] for each in gone.json()["percentages"]] == ["19"]
    assert client.delete(f"{where}/2026-07-01").status_code == 404
    assert client.delete(f"{where}/1900-01-01").json()["detail"].startswith("It is the only percentage of VAT VAT.")


def test_what_is_booked_fixes_accounts_and_compounding(client: APIClient, taxed: Any) -> None:
    vat, _ = taxed(JANUARY_1)
    where = f"/api/tax-rates/{vat.pk}"
    for change in ({"is_compound": True}, {"in_returns": False}, {"payable_account": vat_account()}):
        answer = client.patch(where, change, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "tax_rate_in_use")
    assert client.delete(where).json()["code"] == "tax_rate_in_use"
    inactive = client.patch(where, {"is_active": False, "name": "Old", "is_compound": False}, format="json")
    assert (inactive.json()["is_active"], inactive.json()["name"], inactive.json()["is_used"]) == (False, "Old", True)


def vat_account() -> int:
    return Account.objects.get(system_roles__role="tax").pk


def test_the_list_is_filtered_and_takes_the_same_queries_whatever_it_holds(
    client: APIClient, in_north: Any, django_assert_max_num_queries: Any
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection()) as captured:
            assert client.get("/api/tax-rates").status_code == 200
        return len(captured)

    few = queries()
    ids = [new(client, code=f"T{number}").json()["id"] for number in range(3)]
    client.post("/api/tax-rates", {"name": "G", "code": "G", "kind": "group", "members": ids}, format="json")
    assert queries() == few + 1  # the members of groups, once there is one
    found = client.get("/api/tax-rates", {"kind": "standard", "search": "T1"}).json()
    assert [each["code"] for each in found["results"]] == ["T1"]
    assert client.get("/api/tax-rates", {"kind": "group"}).json()["count"] == 1


def test_a_bookkeeper_sees_rates_and_changes_none(
    north: Organization, bob: Any, client_of: Callable[..., APIClient]
) -> None:
    client = client_of(bob, north)
    assert client.get("/api/tax-rates").json()["count"] == 3
    assert new(client).json()["code"] == "forbidden"


def test_a_new_organization_has_the_rates_of_its_country(south: Organization) -> None:
    with context.enter(south.tenant()):
        rows = list(TaxRate.objects.order_by("pk").values_list("code", "name", "kind"))
        standard = TaxRate.objects.get(code="S19")
        percents = [
            resolve(tax_ids=[standard.pk], date=date, side=SALES)[standard.pk].percent
            for date in (datetime.date(2020, 6, 30), datetime.date(2020, 12, 31), JANUARY_1)
        ]
    assert rows == [
        ("S19", "VAT 19 %", "standard"),
        ("R7", "VAT 7 % (reduced)", "standard"),
        ("RC19", "Reverse charge 19 %", "reverse_charge"),
        ("ZERO", "VAT zero-rated", "zero_rated"),
        ("EXEMPT", "VAT exempt", "exempt"),
        ("OUT", "Out of scope", "out_of_scope"),
    ]
    assert percents == [190_000, 160_000, 190_000]


def test_a_country_without_rates_of_its_own_has_the_common_ones(in_north: Any) -> None:
    rows = TaxRate.objects.order_by("pk").values_list("code", "name", "recoverable")
    assert list(rows) == [
        ("ZERO", "Sales tax zero-rated", HUNDRED),
        ("EXEMPT", "Sales tax exempt", HUNDRED),
        ("OUT", "Out of scope", HUNDRED),
    ]


@pytest.mark.parametrize("country", sorted(set(template.read()) - {"common"}))
def test_the_rates_of_every_country_are_sound(country: str) -> None:
    assert template.read()[country]["source"]
    rows = template.rates_of(country)
    codes = [row["code"] for row in rows]
    assert len(set(codes)) == len(codes)
    kinds = {value for value, _ in KINDS}
    for row in rows:
        assert set(row) <= {"code", "name", "kind", "percents", "recoverable", "in_returns", "members"}
        kind = row.get("kind", "standard")
        assert kind in kinds
        assert bool(row.get("percents")) == (kind not in WITHOUT_PERCENT)
        assert set(row.get("members", ())) <= set(codes)
        assert bool(row.get("members")) == (kind == "group")
        days = [datetime.date.fromisoformat(day) for day, _ in row.get("percents", ())]
        assert days == sorted(set(days))


def test_canadas_groups_are_seeded_with_their_members(in_north: Any) -> None:
    with atomic():
        TaxRate.objects.all().delete()
        write = operation(template.write_rates)
        write(country="CA", tax_names={"default": "VAT", "CA": "GST/HST"})
    group = TaxRate.objects.get(code="GST-PST-BC")
    found = resolve(tax_ids=[group.pk], date=JANUARY_1, side=PURCHASES)
    assert [(tax.percent, tax.recoverable) for tax in found.values()] == [(50_000, HUNDRED), (70_000, 0)]
