"""The tasks of every day, from an empty organization, as a person does them; the figures on the screen are right.

Signing up, inviting a colleague and switching organizations are in test_main_path. Each task begins with an
organization in which nothing was ever done. British VAT is 20 %.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Person, log_in

MakeOwner = Callable[..., Person]

TODAY = datetime.now(UTC).date()
LAST_MONTH_END = TODAY.replace(day=1) - timedelta(days=1)
LAST_MONTH = LAST_MONTH_END.replace(day=1)


class Desk:
    """Somebody at work in one organization."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, section: str, heading: str | None = None) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=section, exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name=heading or section)).to_be_visible()

    def new(self, name: str) -> None:
        """The button of a list that makes one more."""
        self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name)).first.click()

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=text)).to_be_visible()

    def pick(self, label: str, typed: str, option: str | None = None, within: Locator | None = None) -> None:
        """Types into a field that searches, and takes what it offers."""
        field = (within or self.page).get_by_role("combobox", name=label, exact=True)
        field.click()
        field.fill(typed)
        options = self.page.get_by_role("option", name=option or typed).filter(visible=True)
        offered = (options if option else options.filter(has_not_text="Add “")).first  # not "add it as a new one"
        expect(offered).to_be_visible()
        offered.click()

    def choose(self, label: str, option: str, within: Locator | None = None) -> None:
        """One of a few."""
        (within or self.page).get_by_role("combobox", name=label, exact=True).click()
        self.page.get_by_role("option", name=option, exact=True).filter(visible=True).click()

    def meet(self, label: str, name: str, within: Locator | None = None) -> None:
        """A customer or vendor who is not there yet, added from the field."""
        self.pick(label, name, f"Add “{name}”", within=within)
        self.press("Add contact", within=self.dialog())
        expect(self.dialog()).to_be_hidden()

    def date(self, label: str, day: date) -> None:
        self.page.get_by_label(label, exact=True).fill(day.isoformat())

    def line(
        self,
        number: int,
        *,
        item: str = "",
        description: str = "",
        account: str = "",
        quantity: str = "",
        price: str = "",
        tax: str = "",
    ) -> None:
        """One line of a document."""
        if item:
            self.pick(f"Item, line {number}", item)
        if account:
            self.pick(f"Account, line {number}", account)
        for name, value in (("Description", description), ("Quantity", quantity), ("Price", price)):
            if value:
                self.page.get_by_label(f"{name}, line {number}").fill(value)
        if tax:
            self.pick(f"Tax, line {number}", tax)

    def sums(self, *expected: str) -> None:
        """What stands under the lines, piece by piece."""
        sums = self.page.get_by_role("group", name="What it adds up to")
        for text in expected:
            expect(sums).to_contain_text(text)

    def fact(self, term: str, value: str) -> None:
        """A name and its value on the page of a document or payment."""
        found = self.page.get_by_role("main").locator("dt").filter(has_text=re.compile(f"^{re.escape(term)}$")).first
        expect(found.locator("xpath=following-sibling::dd[1]")).to_have_text(value)

    def press(self, name: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def says(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def cells(self, row: str, table: str | None = None) -> list[str]:
        """The texts of the row that names something."""
        inside = self.page.get_by_role("table", name=table) if table else self.page
        found = inside.get_by_role("row").filter(has_text=row).first
        expect(found).to_be_visible()
        return [text.strip() for text in found.get_by_role("cell").all_inner_texts()]

    def report(self, address: str, title: str) -> None:
        self.page.goto(f"/reports/{address}")
        self.heading(title)

    def balances(self, **expected: str) -> None:
        """The trial balance: accounts by code, `d` or `c` and the amount."""
        self.report("trial-balance", "Trial balance")
        for code, amount in expected.items():
            row = self.page.get_by_role("row").filter(has_text=code.removeprefix("a"))
            debit, credit = ("", amount[1:]) if amount[0] == "c" else (amount[1:], "")
            expect(row).to_be_visible()
            assert [text.strip() for text in row.get_by_role("cell").all_inner_texts()][-2:] == [debit, credit]


@pytest.fixture
def desk(page: Page, make_owner: MakeOwner) -> Desk:
    log_in(page, make_owner(page.context, country="GB"))
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()
    return Desk(page)


def test_opening_balances_and_what_is_owed(desk: Desk) -> None:
    page = desk.page
    desk.go("Opening balances")
    desk.date("Balances at the end of", LAST_MONTH_END)
    page.get_by_label("Debit, Bank account").fill("5000")
    page.get_by_label("Credit, Owner's capital").fill("5,600")
    desk.press("Save and go on")
    form = page.get_by_role("form", name="Add what a customer owes")
    desk.meet("Customer", "Bluebird Bakery", within=form)
    form.get_by_label("Number").fill("OLD-17")
    form.get_by_label("Amount").fill("1,200")
    desk.press("Add", within=form)
    assert "1,200.00 GBP" in desk.cells("OLD-17")
    desk.page.get_by_role("link", name="Go on to vendors").click()
    form = page.get_by_role("form", name="Add what a vendor is owed")
    desk.meet("Vendor", "Harbour Estates", within=form)
    form.get_by_label("Amount").fill("600")
    desk.press("Add", within=form)
    expect(page.get_by_role("row").filter(has_text="Harbour Estates")).to_contain_text("600.00")
    desk.page.get_by_role("link", name="Check and post").last.click()
    desk.says("Debits and credits are equal")
    desk.press("Post everything")
    desk.says("Everything is posted")
    desk.balances(a1010="d5,000.00", a1100="d1,200.00", a2000="c600.00", a3000="c5,600.00")


def test_an_expense_with_tax_in_its_price(desk: Desk) -> None:
    desk.go("Expenses")
    desk.new("New expense")
    desk.choose("Prices", "With tax")
    desk.pick("Paid from", "1010")
    desk.line(1, description="Train to Leeds", account="6400", price="48", tax="VAT 20 %")
    desk.sums("40.00", "8.00", "48.00")
    desk.press("Publish")
    desk.heading("Expense EXP-00001")
    desk.balances(a6400="d40.00", a2200="d8.00", a1010="c48.00")


def test_a_bill_in_euro_is_paid_at_another_rate(desk: Desk) -> None:
    page = desk.page
    desk.page.goto("/settings/currencies")
    desk.press("Add currency")
    desk.pick("Currency", "EUR", within=desk.dialog())
    desk.press("Add currency", within=desk.dialog())
    for day, rate in ((LAST_MONTH, "0.85"), (TODAY, "0.88")):
        desk.press("Add rate")
        desk.date("Date", day)
        desk.dialog().get_by_label("Rate").fill(rate)
        desk.press("Save", within=desk.dialog())
        expect(desk.dialog()).to_be_hidden()
    desk.go("Bills")
    desk.new("New bill")
    desk.meet("Vendor", "Tradewind Coffee")
    desk.pick("Currency", "EUR")
    desk.date("Date", LAST_MONTH)
    desk.line(1, description="Green coffee", account="5000", quantity="100", price="10", tax="VAT 20 %")
    desk.sums("1,000.00", "200.00", "1,200.00", "1,020.00")  # the last in pounds at 0.85
    desk.press("Save and open")
    desk.heading("Bill BILL-00001")
    page.get_by_role("main").get_by_role("link", name="Pay", exact=True).click()
    expect(page.get_by_label("Amount (EUR)")).to_have_value("1200.00")
    desk.press("Record")
    desk.heading("Bill payment BP-00001")
    desk.says("1,056.00")  # left the account, at 0.88
    desk.balances(a5000="d850.00", a2200="d170.00", a1010="c1,056.00", a8100="d36.00")


def test_an_estimate_becomes_an_invoice_that_is_paid_in_part_credited_and_refunded(desk: Desk) -> None:
    page = desk.page
    desk.go("Items")
    desk.press("New item")
    dialog = desk.dialog()
    dialog.get_by_label("Name", exact=True).fill("Roasting course")
    dialog.get_by_label("Sales price").fill("250")
    desk.pick("Income account", "4020", within=dialog)
    desk.pick("Tax on sales", "VAT 20 %", within=dialog)
    desk.press("Add item", within=dialog)
    expect(desk.dialog()).to_be_hidden()

    desk.go("Estimates")
    desk.new("New estimate")
    desk.meet("Customer", "Bluebird Bakery")
    desk.line(1, item="Roasting course", quantity="4")
    desk.sums("1,000.00", "200.00", "1,200.00")
    desk.press("Save and mark as sent")
    desk.heading("Estimate EST-00001")
    desk.press("Accept")
    desk.says("EST-00001 accepted")
    desk.press("Make an invoice")
    desk.dialog().get_by_label("Issue it at once").check()
    desk.press("Make an invoice", within=desk.dialog())
    desk.heading("Invoice INV-00001")

    page.get_by_role("main").get_by_role("link", name="Receive payment").click()
    expect(page.get_by_label("Amount (GBP)")).to_have_value("1200.00")
    page.get_by_label("Amount (GBP)").fill("500")
    desk.press("Settle the oldest first")
    desk.press("Record")
    desk.heading("Payment received PR-00001")
    page.get_by_role("main").get_by_role("link", name="Invoice INV-00001").first.click()
    desk.says("Partly paid")
    desk.fact("Settled", "500.00")
    desk.fact("Open", "700.00")

    desk.press("More actions")
    page.get_by_role("menuitem", name="Credit").click()
    desk.dialog().get_by_label("Quantity of Roasting course").fill("1")
    desk.dialog().get_by_label("Issue it at once").check()
    desk.press("Credit", within=desk.dialog())
    desk.heading("Credit note CN-00001")
    desk.fact("VAT 20 %", "50.00")
    desk.fact("Total GBP", "300.00")
    desk.press("Refund")
    desk.pick("Paid from", "1010", within=desk.dialog())
    desk.press("Refund", within=desk.dialog())
    desk.says("Refund RF-00001 recorded")
    desk.balances(a1010="d200.00", a1100="d700.00", a2200="c150.00", a4020="c750.00")


def test_a_manual_journal(desk: Desk) -> None:
    page = desk.page
    desk.go("Journals")
    desk.new("New journal")
    page.get_by_label("Memo").fill("Depreciation of the van")
    for number, account, side, amount in ((1, "7000", "Debit", "250"), (2, "1590", "Credit", "250")):
        desk.pick(f"Account, line {number}", account)
        page.get_by_label(f"{side}, line {number}").fill(amount)
    page.keyboard.press("Control+Enter")
    desk.heading("Journal MJ-00001")
    desk.balances(a7000="d250.00", a1590="c250.00")


def test_an_invoice_every_month(desk: Desk) -> None:
    page = desk.page
    desk.go("Recurring invoices")
    desk.new("New recurring invoice")
    page.get_by_label("Name", exact=True).fill("Coffee for the office")
    desk.meet("Customer", "Fairmile Offices")
    desk.date("First date", LAST_MONTH)
    desk.line(1, description="Coffee, one month", account="4000", price="120", tax="VAT 20 %")
    desk.press("Save")
    desk.heading("Coffee for the office")
    desk.press("Make what is due")
    desk.says("What was due of Coffee for the office is made")
    page.get_by_role("main").get_by_role("link", name="Invoice of").first.click()
    desk.heading("Invoice INV-00002")  # of this month; the first one is of the month before
    desk.fact("Total GBP", "144.00")
    desk.balances(a1100="d288.00", a4000="c240.00", a2200="c48.00")


def test_month_end(desk: Desk) -> None:
    page = desk.page
    desk.go("Invoices")
    desk.new("New invoice")
    desk.meet("Customer", "Corner Deli")
    desk.date("Date", LAST_MONTH)
    desk.line(1, description="Beans", account="4000", price="500", tax="VAT 20 %")
    desk.press("Issue")
    desk.heading("Invoice INV-00001")

    desk.go("Tax returns")
    page.get_by_role("button", name="Prepare a return").first.click()
    dialog = desk.dialog()
    dialog.get_by_text("Month", exact=True).click()
    desk.date("First day", LAST_MONTH)
    desk.press("Prepare", within=dialog)
    desk.says("100.00")
    desk.press("File")
    desk.press("File the return", within=desk.dialog())
    desk.says("Return filed")
    figures = desk.cells("VAT 20 %")
    assert (figures.count("500.00"), figures.count("100.00")) == (1, 2)  # taxed sales; tax on them, owed

    desk.go("Closing")
    desk.press("Change the lock: Everything")
    desk.date("Last locked day", LAST_MONTH_END)
    desk.dialog().get_by_label("Reason").fill("Month end")
    desk.press("Set the lock", within=desk.dialog())
    desk.says("Everything: locked up to")
    desk.go("Invoices")
    desk.new("New invoice")
    desk.pick("Customer", "Corner Deli")
    desk.date("Date", LAST_MONTH)
    desk.line(1, description="Too late", account="4000", price="1")
    desk.press("Issue")
    expect(page.get_by_text("is in a locked period: everything up to")).to_be_visible()
    expect(page.get_by_label("Date", exact=True)).to_have_attribute("aria-invalid", "true")


def test_from_the_balance_sheet_to_the_invoice(desk: Desk) -> None:
    page = desk.page
    desk.go("Invoices")
    desk.new("New invoice")
    desk.meet("Customer", "Corner Deli")
    desk.line(1, description="Beans", account="4000", price="500", tax="VAT 20 %")
    desk.press("Issue")
    desk.heading("Invoice INV-00001")

    desk.report("balance-sheet", "Balance sheet")
    assert desk.cells("1100 Accounts receivable")[-1] == "600.00"
    assert desk.cells("Total assets")[-1] == "600.00"
    page.get_by_role("row").filter(has_text="1100 Accounts receivable").get_by_role("link", name="600.00").click()
    desk.says("Balance before")
    page.get_by_role("main").get_by_role("link", name="INV-00001").first.click()
    desk.heading("Invoice INV-00001")
