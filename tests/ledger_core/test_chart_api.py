"""The chart of accounts over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry
from ledger_core.chart import operations
from ledger_core.chart.models import Account, SystemRole
from ledger_core.chart.operations import AccountInUse, create_account, delete_account, edit_account, point_role
from ledger_core.chart.queries import account_of_role, chart
from ledger_core.chart.types import ACCOUNT_TYPES, ROLES, ROLES_BY_VALUE
from tenancy import context
from tenancy.db import connection
from tenancy.models import Organization
from tenancy.problems import Invalid

Find = Callable[[str], Account]


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def by_code(client: APIClient) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in client.get("/api/accounts").json()}


def test_a_new_organization_has_a_chart_in_tree_order(client: APIClient) -> None:
    answer = client.get("/api/accounts")
    assert answer.status_code == 200
    rows = answer.json()
    assert len(rows) == 83
    assert [row["code"] for row in rows[:7]] == ["1000", "1010", "1020", "1030", "1040", "1100", "1200"]
    bank = rows[1]
    assert bank == {
        "id": bank["id"],
        "code": "1010",
        "name": "Bank account",
        "type": "bank",
        "root": "asset",
        "normal_side": "debit",
        "parent": rows[0]["id"],
        "description": "",
        "currency": None,
        "is_active": True,
        "roles": [],
        "has_entries": False,
        "depth": 1,
        "path": "Cash and bank / Bank account",
    }
    assert by_code(client)["1100"]["roles"] == ["receivable"]
    assert by_code(client)["2200"]["name"] == "Sales tax payable"


def test_the_tax_account_is_called_what_the_country_calls_it(south: Organization) -> None:
    with context.enter(south.tenant()):
        assert account_of_role("tax").name == "VAT payable"


def test_every_role_has_an_account_of_a_fitting_type(in_north: Any) -> None:
    rows = SystemRole.objects.select_related("account")
    assert {row.role for row in rows} == {role.value for role in ROLES}
    assert [row.role for row in rows if row.account.type not in ROLES_BY_VALUE[row.role].types] == []


def test_account_types_say_where_a_balance_appears(client: APIClient) -> None:
    rows = client.get("/api/account-types").json()
    assert [row["value"] for row in rows] == [each.value for each in ACCOUNT_TYPES]
    assert rows[6] == {
        "value": "accumulated_depreciation",
        "label": "Accumulated depreciation",
        "root": "asset",
        "normal_side": "credit",
        "statement": "balance_sheet",
        "section": "fixed_assets",
    }
    assert {row["statement"] for row in rows if row["root"] in ("income", "expense")} == {"profit_and_loss"}


def test_it_creates_edits_and_deletes_an_account(client: APIClient) -> None:
    parent = by_code(client)["1000"]["id"]
    body = {"code": "1015-eur", "name": "Euro account", "type": "bank", "parent": parent, "currency": "eur"}
    made = client.post("/api/accounts", body)
    assert made.status_code == 201
    assert (made.json()["currency"], made.json()["path"]) == ("EUR", "Cash and bank / Euro account")
    address = f"/api/accounts/{made.json()['id']}"
    changed = client.patch(address, {"name": "Euros", "parent": None, "is_active": False}).json()
    assert (changed["name"], changed["parent"], changed["depth"], changed["is_active"]) == ("Euros", None, 0, False)
    assert client.get(address).json() == changed
    assert client.delete(address).status_code == 204
    assert client.get(address).json()["code"] == "not_found"
    assert "1015-eur" not in by_code(client)


def error_of(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert len(body["errors"]) == 1, body
    return answer.status_code, body["errors"][0]["pointer"], body["errors"][0]["code"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"code": "1010"}, "/code", "code_taken"),
        ({"code": "10 10"}, "/code", "invalid"),
        ({"code": "é"}, "/code", "invalid"),
        ({"code": ""}, "/code", "blank"),
        ({"code": "x" * 21}, "/code", "max_length"),
        ({"name": ""}, "/name", "blank"),
        ({"name": "a\x00b"}, "/name", "null_characters_not_allowed"),
        ({"type": "wealth"}, "/type", "invalid_choice"),
        ({"type": None}, "/type", "null"),
        ({"parent": 987654}, "/parent", "unknown_account"),
        ({"parent": "abc"}, "/parent", "invalid"),
        ({"parent": 2**63}, "/parent", "max_value"),
        ({"parent": True}, "/parent", "invalid"),
        ({"currency": "XXX"}, "/currency", "unknown_currency"),
    ],
)
def test_it_refuses_a_wrong_field(client: APIClient, change: dict[str, Any], pointer: str, code: str) -> None:
    body = {"code": "1999", "name": "New", "type": "bank", **change}
    assert error_of(client.post("/api/accounts", body)) == (400, pointer, code)
    assert len(client.get("/api/accounts").json()) == 83


def test_codes_are_unique_whatever_their_case(client: APIClient) -> None:
    assert client.post("/api/accounts", {"code": "a1", "name": "One", "type": "bank"}).status_code == 201
    for code in ("a1", "A1"):
        again = client.post("/api/accounts", {"code": code, "name": "Two", "type": "bank"})
        assert error_of(again) == (400, "/code", "code_taken")
        assert again.json()["detail"] == f"There is already an account with code {code}."


def test_a_parent_is_of_the_same_kind(client: APIClient) -> None:
    body = {"code": "1999", "name": "New", "type": "bank", "parent": by_code(client)["2300"]["id"]}
    answer = client.post("/api/accounts", body)
    assert error_of(answer) == (400, "/parent", "other_root")
    assert answer.json()["detail"] == "2300 Other current liabilities is not an account of the same kind (asset)."


def test_an_account_with_others_under_it_keeps_its_kind(in_north: Any, account: Find) -> None:
    with pytest.raises(Invalid, match="The accounts under this one are of another kind"):
        edit_account(account_id=account("1300").pk, type="other_current_liability")


def test_the_tree_has_no_circles_and_eight_levels(in_north: Any) -> None:
    chain = [create_account(code="D1", name="Level 1", type="bank")]
    for level in range(2, 9):
        chain.append(create_account(code=f"D{level}", name=f"Level {level}", type="bank", parent_id=chain[-1].pk))
    with pytest.raises(Invalid, match="Accounts can be nested 8 deep"):
        create_account(code="D9", name="Level 9", type="bank", parent_id=chain[-1].pk)
    with pytest.raises(Invalid, match="An account cannot be under one of the accounts under it"):
        edit_account(account_id=chain[0].pk, parent_id=chain[-1].pk)
    with pytest.raises(Invalid, match="An account cannot be under itself"):
        edit_account(account_id=chain[0].pk, parent_id=chain[0].pk)
    top = create_account(code="T", name="Top", type="bank")
    with pytest.raises(Invalid, match="Accounts can be nested 8 deep"):
        edit_account(account_id=chain[0].pk, parent_id=top.pk)
    assert edit_account(account_id=chain[1].pk, parent_id=top.pk).parent_id == top.pk
    assert {node.account.code: node.depth for node in chart()}["D8"] == 7


def test_an_account_in_use_is_not_deleted(client: APIClient, in_north: Any, pay: Callable[..., JournalEntry]) -> None:
    pay()
    rows = by_code(client)
    assert (rows["6100"]["has_entries"], rows["6110"]["has_entries"]) == (True, False)
    for code, reason in {
        "6100": "Account 6100 Rent is used by entries or drafts. Make it inactive instead of deleting it.",
        "1000": "Account 1000 Cash and bank has accounts under it. Move or delete those first.",
        "1100": "Account 1100 Accounts receivable is used for Accounts receivable and cannot be deleted.",
    }.items():
        answer = client.delete(f"/api/accounts/{rows[code]['id']}")
        assert (answer.status_code, answer.json()["code"]) == (409, "account_in_use")
        assert answer.json()["detail"] == reason
    assert len(client.get("/api/accounts").json()) == 83


def test_an_account_used_a_moment_ago_is_not_deleted(
    in_north: Any, account: Find, pay: Callable[..., JournalEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if our own look at its lines came too early: the foreign key is the last word."""
    pay()
    monkeypatch.setattr(operations, "_refers", lambda relation, account: False)
    # MySQL refuses the row, SQLite the end of the transaction.
    with pytest.raises((AccountInUse, operations.IntegrityError)):
        delete_account(account_id=account("6100").pk)
    monkeypatch.undo()
    assert account("6100").name == "Rent"


def test_entries_fix_kind_and_currency(in_north: Any, account: Find, pay: Callable[..., JournalEntry]) -> None:
    pay()
    rent = account("6100").pk
    with pytest.raises(Invalid) as refused:
        edit_account(account_id=rent, type="income", currency="EUR")
    assert [(each.pointer, each.code) for each in refused.value.errors] == [
        ("/type", "type_fixed"),
        ("/currency", "currency_fixed"),
    ]
    assert edit_account(account_id=rent, type="other_expense").type == "other_expense"


def test_an_account_with_a_role_stays_active_and_fitting(in_north: Any, account: Find) -> None:
    with pytest.raises(AccountInUse, match="is used for Bad debts and cannot be made inactive"):
        edit_account(account_id=account("6610").pk, is_active=False)
    with pytest.raises(Invalid, match="The account is used for Bad debts; point that elsewhere first"):
        edit_account(account_id=account("6610").pk, type="depreciation")


def test_a_role_can_be_pointed_at_another_fitting_account(in_north: Any, account: Find) -> None:
    point_role(role="bad_debts", account_id=account("6900").pk)
    assert account_of_role("bad_debts").code == "6900"
    with pytest.raises(
        Invalid, match="Bad debts must be an account of type Cost of goods sold or Expense or Other exp"
    ):
        point_role(role="bad_debts", account_id=account("1010").pk)
    Account.objects.filter(code_key="6110").update(is_active=False)
    with pytest.raises(Invalid, match="Account 6110 Utilities is inactive"):
        point_role(role="bad_debts", account_id=account("6110").pk)
    assert account_of_role("bad_debts").code == "6900"


def test_the_chart_takes_two_queries(in_north: Any, account: Find) -> None:
    with CaptureQueriesContext(connection()) as captured:
        assert len(chart()) == 83
    assert len(captured) == 2
