"""From signing up to a voided journal, as a person with a keyboard does it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.conftest import PASSWORD, Installation, Person, log_in, make_organization, new_person

MakeOwner = Callable[..., Person]
NewContext = Callable[..., BrowserContext]


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def go_to_report(page: Page, name: str) -> None:
    go(page, "Reports")
    page.get_by_role("main").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def cells(row: Locator) -> list[str]:
    """The texts of a row; its heading, where it has one, is the first."""
    expect(row).to_be_visible()
    return [text.strip() for text in row.get_by_role("cell").or_(row.get_by_role("rowheader")).all_inner_texts()]


def type_line(page: Page, line: int, account: str, debit: str = "", credit: str = "", description: str = "") -> None:
    """One line of the grid by keyboard alone, beginning in its account."""
    expect(page.get_by_label(f"Account, line {line}")).to_be_focused()
    page.keyboard.type(account)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type(description)
    page.keyboard.press("Enter")
    if debit:
        page.keyboard.type(debit)
    page.keyboard.press("Enter")
    if credit:
        page.keyboard.type(credit)
        page.keyboard.press("Enter")


def new_journal(page: Page, memo: str) -> None:
    go(page, "Journals")
    page.get_by_role("link", name="New journal").first.click()
    page.get_by_label("Memo").fill(memo)
    page.keyboard.press("Enter")


def test_from_sign_up_to_a_voided_journal(page: Page, installation: Installation) -> None:
    alice = new_person("Alice Archer")

    page.goto("/")
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("Your name").fill("Alice Archer")
    page.get_by_label("E-mail").fill(alice.address)
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("At least 10 characters, please.")).to_be_visible()
    page.get_by_label("Password", exact=True).fill("password1234")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("This password is too common.")).to_be_visible()  # the server's word, at the field
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text(f"We sent a message to {alice.address}")).to_be_visible()

    page.goto(installation.link_in(installation.mail_to(alice.address, "onfirm")))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="Log in").click()
    expect(page.get_by_label("E-mail")).to_have_value(alice.address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    page.get_by_label("Name of the organization").fill("North Widgets")
    country = page.get_by_role("combobox", name="Country")
    expect(country).to_have_value("")  # neither the time zone UTC nor English tells a country
    country.fill("Nowhereland")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    country.press("Enter")
    expect(page.get_by_text("Please fill this in.")).to_have_count(0)  # nothing was sent
    expect(country).to_have_value("Nowhereland")
    country.fill("Switzer")
    page.get_by_role("option", name="Switzerland").click()
    expect(page.get_by_role("combobox", name="Currency of the books")).to_have_value("CHF · Swiss Franc")
    page.get_by_label("Name of the organization").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("United States")  # over what is chosen
    page.keyboard.press("Enter")
    expect(country).to_have_value("United States")
    expect(page.get_by_role("combobox", name="Currency of the books")).to_have_value("USD · US Dollar")
    # Setting up takes a tenth of a second: hold what the page waits for (the job's state, and the way in), so that it
    # can be looked at.
    held: list[Route] = []
    waited_for = ("**/api/jobs/*", "**/api/auth/refresh")
    for address in waited_for:
        page.route(address, lambda route: held.append(route))  # noqa: PLW0108 - playwright reads its signature
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Setting up North Widgets")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    for route in held:
        route.continue_()
    for address in waited_for:
        page.unroute(address)
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()

    go(page, "Chart of accounts")
    expect(page.get_by_role("row", name="1010 Bank account")).to_be_visible()
    page.get_by_role("button", name="New account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Code").fill("1010")
    dialog.get_by_label("Name").fill("Coffee")
    dialog.get_by_role("combobox", name="Type").fill("expense")
    page.get_by_role("option", name="Expense", exact=True).click()
    dialog.get_by_role("button", name="Create account").click()
    expect(dialog.get_by_label("Code")).to_have_attribute("aria-invalid", "true")  # taken
    dialog.get_by_label("Code").fill("6105")
    dialog.get_by_role("button", name="Create account").click()
    expect(dialog).to_be_hidden()
    assert cells(page.get_by_role("row", name="6105 Coffee"))[:3] == ["6105", "Coffee", "Expense"]

    new_journal(page, "Coffee for the office")
    type_line(page, 1, "coff", debit="1234.5", description="Beans")
    type_line(page, 2, "1010", credit="1,234.50")
    expect(page.get_by_test_id("total-debit")).to_have_text("1,234.50")
    expect(page.get_by_test_id("total-credit")).to_have_text("1,234.50")
    expect(page.get_by_test_id("difference")).to_contain_text("Balanced")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Journal MJ-00001")).to_be_visible()
    entry = page.get_by_role("region", name="Entry")
    assert cells(entry.get_by_role("row", name="6105 Coffee")) == ["6105 Coffee\nBeans", "1,234.50", ""]
    assert cells(entry.get_by_role("row", name="1010 Bank account")) == ["1010 Bank account", "", "1,234.50"]

    go_to_report(page, "Trial balance")
    expect(page.get_by_role("row", name="Total")).to_be_visible()
    assert cells(page.get_by_role("row", name="6105 Coffee")) == ["6105 Coffee", "1,234.50", ""]
    assert cells(page.get_by_role("row", name="1010 Bank account")) == ["1010 Bank account", "", "1,234.50"]
    assert cells(page.get_by_role("row", name="Total")) == ["Total", "1,234.50", "1,234.50"]
    page.get_by_role("row", name="6105 Coffee").get_by_role("link", name="1,234.50").click()
    expect(page.get_by_role("row", name="MJ-00001")).to_contain_text("1,234.50")
    page.get_by_role("link", name="MJ-00001").click()

    page.get_by_role("button", name="Void").click()
    page.get_by_label("Reason (optional)").fill("Typed twice")
    page.get_by_role("button", name="Void journal").click()
    reversal = page.get_by_role("region", name="Reversal")
    expect(reversal.get_by_role("row", name="6105 Coffee")).to_be_visible()
    assert cells(reversal.get_by_role("row", name="6105 Coffee")) == ["6105 Coffee\nBeans", "", "1,234.50"]
    expect(page.get_by_text("Void", exact=True)).to_be_visible()
    expect(page.get_by_text("Journal MJ-00001 voided")).to_be_visible()
    expect(page.get_by_text("Typed twice", exact=True)).to_be_visible()
    expect(page.get_by_text("by Alice Archer").first).to_be_visible()
    expect(page.get_by_role("button", name="Void")).to_have_count(0)

    go_to_report(page, "Trial balance")
    expect(page.get_by_text("Nothing here")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_label("Accounts without amounts").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("row", name="6105 Coffee")).to_be_visible()
    assert cells(page.get_by_role("row", name="6105 Coffee")) == ["6105 Coffee", "", ""]
    assert cells(page.get_by_role("row", name="Total")) == ["Total", "0.00", "0.00"]


def test_an_unbalanced_journal_shows_the_difference_where_it_lacks(page: Page, make_owner: MakeOwner) -> None:
    log_in(page, make_owner(page.context))
    new_journal(page, "One cent off")
    type_line(page, 1, "rent", debit="100")
    type_line(page, 2, "bank account", credit="99.99")
    expect(page.get_by_test_id("difference-credit")).to_have_text("0.01")
    expect(page.get_by_test_id("difference-debit")).to_have_text("")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_have_text(
        "Debits and credits differ by 0.01 USD. Publishing needs equal totals; a draft does not."
    )
    expect(page.get_by_role("heading", name="New journal")).to_be_visible()

    page.get_by_label("Debit, line 1").fill("100.001")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("row", name="100.001")).to_contain_text("At most 2 decimals in this currency.")

    page.get_by_label("Debit, line 1").fill("100")
    page.get_by_label("Credit, line 2").fill("")
    page.get_by_label("Credit, line 2").press("=")
    expect(page.get_by_label("Credit, line 2")).to_have_value("100.00")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_be_visible()

    go_to_report(page, "Trial balance")
    expect(page.get_by_text("Nothing here")).to_be_visible()  # a draft is not in the books
    go(page, "Journals")
    page.get_by_text("Draft", exact=True).first.click()
    assert cells(page.get_by_role("row", name="One cent off"))[-2:] == ["Draft", "100.00"]


def test_what_is_typed_wrong_is_marked_at_once(page: Page, make_owner: MakeOwner) -> None:
    log_in(page, make_owner(page.context))
    new_journal(page, "Typed wrong")
    type_line(page, 1, "rent", debit="100")
    expect(page.get_by_label("Account, line 2")).to_be_focused()
    page.keyboard.type("xyzzy")
    page.keyboard.press("Enter")
    account = page.get_by_label("Account, line 2")
    second = page.get_by_role("row").filter(has=account)
    expect(second).to_contain_text("No account for “xyzzy”")
    expect(account).to_be_focused()
    expect(page.get_by_role("heading", name="New journal")).to_be_visible()  # nothing was saved

    page.get_by_label("Debit, line 1").fill("12,34")
    page.get_by_label("Debit, line 1").press("Tab")
    expect(page.get_by_role("row").filter(has=page.get_by_label("Account, line 1"))).to_contain_text(
        "This is not an amount."
    )
    expect(page.get_by_test_id("difference")).to_contain_text("Incomplete: an amount cannot be read")
    page.get_by_label("Debit, line 1").fill("100")
    page.get_by_label("Debit, line 2").press("=")  # what is missing is a credit
    expect(page.get_by_label("Credit, line 2")).to_have_value("100.00")
    expect(page.get_by_label("Credit, line 2")).to_be_focused()

    page.keyboard.press("Control+Enter")
    expect(account).to_be_focused()  # the first wrong cell
    page.keyboard.type("bank account")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", level=1, name="Draft")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Journal MJ-00001")).to_be_visible()


def test_what_the_server_refuses_stands_at_its_cell(page: Page, make_owner: MakeOwner) -> None:
    log_in(page, make_owner(page.context))
    new_journal(page, "To an inactive account")
    type_line(page, 1, "rent", debit="5")
    type_line(page, 2, "petty cash", credit="5")
    other_tab = page.context.new_page()
    other_tab.goto("/accounts?search=petty")
    other_tab.get_by_role("button", name="Actions for Petty cash").click()
    other_tab.get_by_role("menuitem", name="Deactivate").click()
    expect(other_tab.get_by_text("Inactive")).to_be_visible()
    page.bring_to_front()
    page.keyboard.press("Control+Enter")
    line = page.get_by_role("row").filter(has=page.get_by_label("Account, line 2"))
    expect(line).to_contain_text("inactive")
    expect(page.get_by_label("Account, line 2")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Account, line 1")).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Memo")).to_have_value("To an inactive account")


def test_an_invited_bookkeeper_joins_and_is_offered_what_the_role_allows(
    page: Page, new_context: NewContext, make_owner: MakeOwner, installation: Installation
) -> None:
    log_in(page, make_owner(page.context, organization="North & Sons"))
    bob = new_person("Bob Baker")
    go(page, "Members")
    page.get_by_role("button", name="Invite").click()
    page.get_by_role("dialog").get_by_label("E-mail").fill(bob.address)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("row", name=bob.address)).to_contain_text("Open")

    his = new_context().new_page()
    his.goto(installation.link_in(installation.mail_to(bob.address, "North & Sons")))
    expect(his.get_by_role("heading", name="Join North & Sons")).to_be_visible()
    expect(his.get_by_text("Alice Archer invites you to work in North & Sons as Bookkeeper.")).to_be_visible()
    his.get_by_role("link", name="Sign up").click()
    expect(his.get_by_label("E-mail")).to_have_value(bob.address)
    his.get_by_label("Your name").fill("Bob Baker")
    his.get_by_label("Password", exact=True).fill(PASSWORD)
    his.get_by_role("button", name="Sign up").click()
    his.get_by_role("button", name="Accept").click()
    expect(his.get_by_role("heading", name="Hello, Bob")).to_be_visible()

    expect(his.get_by_role("navigation").get_by_role("link", name="Journals", exact=True)).to_be_visible()
    expect(his.get_by_role("navigation").get_by_role("link", name="API keys")).to_have_count(0)
    new_journal(his, "Bob's first")
    type_line(his, 1, "rent", debit="10")
    type_line(his, 2, "bank account", credit="10")
    his.keyboard.press("Control+Enter")
    expect(his.get_by_role("heading", name="Journal MJ-00001")).to_be_visible()
    expect(his.get_by_role("button", name="Void")).to_have_count(0)  # not a bookkeeper's

    page.reload()
    row = page.get_by_role("row", name="Bob Baker")
    expect(row).to_contain_text(bob.address)
    row.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    his.get_by_role("navigation").get_by_role("link", name="Reports").click()
    expect(
        his.get_by_text("You belong to no organization yet").or_(his.get_by_label("Name of the organization"))
    ).to_be_visible()


def test_typed_work_survives_the_end_of_the_log_in(page: Page, make_owner: MakeOwner) -> None:
    alice = make_owner(page.context)
    log_in(page, alice)
    new_journal(page, "Half typed")
    type_line(page, 1, "rent", debit="7")
    type_line(page, 2, "bank account", credit="7")
    assert page.context.request.post("/api/auth/logout", data={}).status == 204  # ended elsewhere
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Please log in again")
    expect(dialog.get_by_label("Password", exact=True)).to_be_focused()
    dialog.get_by_label("Password", exact=True).fill("wrong password here")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Journal MJ-00001")).to_be_visible()  # it was published by itself
    expect(page.get_by_text("Half typed")).to_be_visible()


def test_each_tab_keeps_to_its_organization(page: Page, make_owner: MakeOwner) -> None:
    alice = make_owner(page.context, organization="North")
    make_organization(page.context, alice, "South")
    log_in(page, alice)
    expect(page.get_by_role("button", name="Organization: North").first).to_be_visible()
    new_journal(page, "Of North only")
    type_line(page, 1, "rent", debit="3")
    type_line(page, 2, "bank account", credit="3")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Journal MJ-00001")).to_be_visible()

    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Organization: North").first.click()
    other.get_by_role("menuitem", name="South").click()
    expect(other.get_by_role("button", name="Organization: South").first).to_be_visible()
    go(other, "Journals")
    expect(other.get_by_text("No journals yet")).to_be_visible()
    expect(other.get_by_text("Of North only")).to_have_count(0)

    page.bring_to_front()
    page.reload()
    expect(page.get_by_role("button", name="Organization: North").first).to_be_visible()
    go(page, "Journals")
    expect(page.get_by_text("Of North only")).to_be_visible()


def test_no_answer_from_the_server_is_said_and_can_be_tried_again(page: Page, make_owner: MakeOwner) -> None:
    log_in(page, make_owner(page.context))
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()
    page.route("**/api/accounts", lambda route: route.abort())
    page.get_by_role("navigation").get_by_role("link", name="Chart of accounts").click()
    expect(page.get_by_role("alert")).to_contain_text("No answer from the server")
    page.unroute("**/api/accounts")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("row", name="1010 Bank account")).to_be_visible()


def test_a_receivable_says_whose_debt_it_is(page: Page, make_owner: MakeOwner) -> None:
    """The contact is asked for by keyboard, comes back with the draft, and a date given over the API stays."""
    alice = make_owner(page.context)
    account = {"email": alice.address, "password": PASSWORD}
    headers = {"Authorization": f"Bearer {page.context.request.post('/api/auth/login', data=account).json()['access']}"}
    for name in ("Bluebird Bakery", "Hotel Meridian"):
        made = page.context.request.post(
            "/api/contacts", data={"name": name, "is_customer": True, "is_vendor": False}, headers=headers
        )
        assert made.status == 201, made.text()
    log_in(page, alice)
    new_journal(page, "Old claim")
    page.keyboard.type("1100")
    page.keyboard.press("Enter")
    contact = page.get_by_label("Customer or vendor, line 1")
    expect(contact).to_be_focused()
    page.keyboard.type("meri")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Description, line 1")).to_be_focused()
    expect(contact).to_have_value("Hotel Meridian")
    page.keyboard.press("Enter")
    page.keyboard.type("80")
    page.keyboard.press("Enter")
    type_line(page, 2, "2000", credit="")
    page.get_by_label("Credit, line 2").press("=")
    page.keyboard.press("Control+Enter")
    owed = page.get_by_label("Customer or vendor, line 2")
    expect(owed).to_have_attribute("aria-invalid", "true")  # the server asks for it
    owed.fill("nobody")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("No customer or vendor for “nobody”").first).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="New journal")).to_be_visible()  # nothing was saved
    owed.fill("blue")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", level=1, name="Draft")).to_be_visible()
    expect(page.get_by_role("row", name="2000 Accounts payable")).to_contain_text("Bluebird Bakery")
    journal_id = page.url.rsplit("/", 1)[-1]
    written = page.context.request.patch(
        f"/api/manual-journals/{journal_id}", data={"reverse_on": "2030-01-31"}, headers=headers
    )
    assert written.ok, written.text()
    page.reload()
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_label("Customer or vendor, line 1")).to_have_value("Hotel Meridian")
    expect(page.get_by_test_id("kept")).to_have_text("It is booked back on Jan 31, 2030.")
    page.get_by_label("Memo").fill("Old claims")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Journal MJ-00001")).to_be_visible()
    published = page.context.request.get(f"/api/manual-journals/{journal_id}", headers=headers).json()
    assert published["reverse_on"] == "2030-01-31"
    assert [line["debit"] for line in published["lines"]] == ["80.00", "0.00"]
