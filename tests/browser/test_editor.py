"""The editor of documents without the mouse: from the list to an invoice that is issued."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Person, log_in

MakeOwner = Callable[..., Person]


def take_first(page: Page, label: str, typed: str, option: str) -> None:
    """Types into the field that has the focus, and takes what is offered first."""
    expect(page.get_by_role("combobox", name=label, exact=True)).to_be_focused()
    page.keyboard.type(typed)
    offered = page.get_by_role("option", name=option).filter(visible=True)
    expect(offered).to_have_attribute("data-combobox-selected", "true")
    page.keyboard.press("Enter")


def type_line(page: Page, line: int, description: str, account: str, quantity: str, price: str, tax: str) -> None:
    """One line, cell by cell; beginning in its item, which is left empty."""
    expect(page.get_by_role("combobox", name=f"Item, line {line}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label(f"Description, line {line}")).to_be_focused()
    page.keyboard.type(description)
    page.keyboard.press("Enter")
    take_first(page, f"Account, line {line}", account, account)
    for name, value in (("Quantity", quantity), ("Price", price), ("Discount", "")):
        expect(page.get_by_label(f"{name}, line {line}")).to_be_focused()
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    take_first(page, f"Tax, line {line}", tax, tax)


def test_an_invoice_is_created_and_issued_by_keyboard_alone(page: Page, make_owner: MakeOwner) -> None:
    log_in(page, make_owner(page.context, country="GB"))
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", level=1, name="Invoices")).to_be_visible()
    expect(page.get_by_text("No invoices yet")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", level=1, name="New invoice")).to_be_visible()

    customer = page.get_by_role("combobox", name="Customer", exact=True)
    expect(customer).to_be_focused()
    page.keyboard.type("Bluebird Bakery")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    unknown = page.locator('[name="contact"][data-unknown]')
    expect(dialog.or_(unknown)).to_be_visible()
    if unknown.is_visible():  # typed faster than the server answers: it is said that there is none
        page.keyboard.press("Enter")
    name = dialog.get_by_label("Name", exact=True)
    expect(name).to_have_value("Bluebird Bakery")
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(customer).to_have_value("Bluebird Bakery")
    expect(customer).to_be_focused()
    page.keyboard.press("Enter")  # on to the lines

    type_line(page, 1, "Beans, dark", "4000", "3", "12.50", "VAT 20 %")
    type_line(page, 2, "Course for two", "4020", "2", "40", "VAT 5 % (reduced)")
    expect(page.get_by_role("combobox", name="Item, line 3")).to_be_focused()
    sums = page.get_by_role("group", name="What it adds up to")
    for figure in ("117.50", "7.50", "4.00", "129.00"):  # 37.50 + 80.00, their taxes, the total
        expect(sums.get_by_text(figure, exact=True)).to_be_visible()

    page.keyboard.press("Control+Enter")
    heading = page.get_by_role("heading", level=1, name="Invoice INV-00001")
    expect(heading).to_be_visible()
    expect(heading).to_be_focused()
    facts = page.get_by_role("main").locator("dt")
    for term, value in (
        ("VAT 20 %", "7.50"),
        ("VAT 5 % (reduced)", "4.00"),
        ("Total GBP", "129.00"),
        ("Open", "129.00"),
    ):
        found = facts.filter(has_text=re.compile(f"^{re.escape(term)}$")).first
        expect(found.locator("xpath=following-sibling::dd[1]")).to_have_text(value)
