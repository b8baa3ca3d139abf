"""Reports as files: CSV, spreadsheets and PDFs, with names that are safe to open."""

from __future__ import annotations

import csv
import datetime
import io
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from ledger_core.books.operations import Line, Source, post
from ledger_core.chart.models import Account
from ledger_core.reports.rendering import pdf
from ledger_core.reports.rendering.csv import csv_bytes
from ledger_core.reports.rendering.figures import amount_text
from ledger_core.reports.rendering.xlsx import xlsx_bytes
from ledger_core.reports.table import (
    ACCOUNT,
    AMOUNT,
    PERCENT,
    SECTION,
    TEXT,
    THOUSANDS,
    WHOLE,
    Table,
    TableColumn,
    TableRow,
)
from tests.golden.worked_books import post_worked_books

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TRICKS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")']


@pytest.fixture
def client(client_of: Callable[..., Any], alice: Any, north: Any) -> Any:
    return client_of(alice, north)


@pytest.fixture
def table() -> Table:
    return Table(
        name="balance-sheet",
        title="Balance sheet",
        organization="North",
        currency="USD",
        about=("At 2026-03-31",),
        columns=(TableColumn("Account", TEXT), TableColumn("Mar 2026"), TableColumn("%", PERCENT)),
        rows=[
            TableRow(SECTION, 0, ("Assets", None, None)),
            TableRow(ACCOUNT, 1, ("1010 Bank", 1_234_567_89, 1000)),
            TableRow(ACCOUNT, 1, ('1100 Owed, "really"', -5_00, -4)),
        ],
    )


def test_csv_has_exact_amounts_and_kinds_of_rows(client: Any, in_north: Any) -> None:
    post_worked_books()
    answer = client.get("/api/reports/balance-sheet?date=2026-03-31&format=csv&presentation=thousands")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''North%20balance-sheet%202026-03-31.csv"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Row", "Account", "2026-03-31"]
    assert ["account", "1010 Bank account", "29375.55"] in rows
    assert ["total", "Total assets", "44025.00"] in rows


def test_the_accept_header_chooses_the_form_too(client: Any, in_north: Any) -> None:
    assert client.get("/api/reports/journal", headers={"Accept": "text/csv"})["Content-Type"].startswith("text/csv")
    refused = client.get("/api/reports/journal", headers={"Accept": "image/png"})
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize("trick", TRICKS)
def test_csv_never_holds_a_formula_of_a_users(table: Table, trick: str) -> None:
    tricky = replace(table, rows=[TableRow(ACCOUNT, 0, (trick, -1, None))])
    (row,) = list(csv.reader(io.StringIO(csv_bytes(tricky).decode("utf-8-sig"), newline="")))[1:]
    assert row == ["account", f"'{trick}", "-0.01", ""]


def cells(content: bytes) -> dict[str, tuple[str, str]]:
    """Type and text of every cell: s is text, n (or nothing) a number; formulas are shown as `f`."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        shared = ["".join(each.itertext()) for each in ElementTree.fromstring(file.read("xl/sharedStrings.xml"))]  # noqa: S314  our own
        sheet = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))  # noqa: S314  our own
    found = {}
    for cell in sheet.iter(f"{SHEET}c"):
        kind, value = cell.get("t", "n"), cell.findtext(f"{SHEET}v") or ""
        if cell.find(f"{SHEET}f") is not None:
            kind = "f"
        found[cell.get("r", "")] = (kind, shared[int(value)] if kind == "s" else value)
    return found


def test_spreadsheets_hold_numbers(table: Table) -> None:
    found = cells(xlsx_bytes(table))
    assert found["A1"] == ("s", "North")
    assert found["A8"] == ("s", "1010 Bank")
    assert found["B8"] == ("n", "1234567.89")
    assert found["C8"] == ("n", "1")
    assert found["B9"] == ("n", "-5")


@pytest.mark.parametrize("trick", TRICKS)
def test_spreadsheets_never_hold_a_formula_of_a_users(table: Table, trick: str) -> None:
    tricky = replace(table, organization=trick, rows=[TableRow(ACCOUNT, 0, (trick, 1, None))])
    found = cells(xlsx_bytes(tricky))
    assert {kind for kind, _ in found.values()} <= {"s", "n"}
    assert found["A7"][0] == "s"


def test_amounts_beyond_what_spreadsheets_can_count_stay_exact(table: Table) -> None:
    large = replace(table, rows=[TableRow(ACCOUNT, 0, ("Large", 12_345_678_901_234_567, None))])
    assert cells(xlsx_bytes(large))["B7"] == ("s", "123,456,789,012,345.67")


def test_the_spreadsheet_of_every_report_opens(client: Any, in_north: Any) -> None:
    post_worked_books()
    for name in ("profit-and-loss", "general-ledger", "journal", "trial-balance"):
        answer = client.get(f"/api/reports/{name}?date_from=2026-01-01&date_to=2026-03-31&format=xlsx")
        assert cells(answer.content)["A1"] == ("s", "North")


@pytest.mark.parametrize(
    ("minor", "currency", "presentation", "text"),
    [
        (-123_456_789, "USD", "units", "-1,234,567.89"),
        (1_234_567, "JPY", "units", "1,234,567"),
        (1_234_567, "KWD", "units", "1,234.567"),
        (1_50, "USD", WHOLE, "2"),
        (-1_50, "USD", WHOLE, "-2"),
        (1_499_99, "USD", THOUSANDS, "1"),
        (1_500_000, "KWD", THOUSANDS, "2"),
        (-49_999, "USD", THOUSANDS, "0"),
    ],
)
def test_amounts_as_people_read_them(minor: int, currency: str, presentation: str, text: str) -> None:
    assert amount_text(minor, currency, presentation) == text


# --- PDF -------------------------------------------------------------------------------------------------------------


def pdf_of(table: Table) -> bytes:
    content = pdf.pdf_bytes(table)
    assert content.startswith(b"%PDF-1.")
    return content


def test_a_pdf_over_the_api(client: Any, in_north: Any) -> None:
    post_worked_books()
    answer = client.get("/api/reports/balance-sheet?date=2026-03-31&format=pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].endswith("North%20balance-sheet%202026-03-31.pdf")
    assert answer.content.startswith(b"%PDF-1.")


def test_every_script_has_its_font_in_the_pdf(table: Table) -> None:
    names = {
        "بنك": b"NotoSansArabic",
        "בנק": b"NotoSansHebrew",
        "बैंक": b"NotoSansDevanagari",
        "ธนาคาร": b"NotoSansThai",
        "银行 銀行": b"DroidSansFallback",
        "은행": b"NanumSquare",
        "Банк Τράπεζα": b"NotoSans-Regular",
    }
    for text, font in names.items():
        shown = replace(table, rows=[TableRow(ACCOUNT, 0, (text, 1, None))])
        assert font in pdf_of(shown), text


def test_what_users_write_is_no_markup(table: Table) -> None:
    """Otherwise these would fail to typeset, read a file, or run a loop without end."""
    for text in ('#read("/table.typ")', "$x$ *b* _i_ `c` <l> @r", "#{ while true {} }", "\\", "#panic()", "]]})"):
        pdf_of(replace(table, organization=text, title=text, rows=[TableRow(ACCOUNT, 0, (text, 1, None))]))


def test_a_right_to_left_page_differs(table: Table) -> None:
    assert pdf_of(replace(table, right_to_left=True)) != pdf_of(table)


def test_a_pdf_that_takes_too_long_is_given_up(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*args: Any, **options: Any) -> Any:
        raise subprocess.TimeoutExpired(args[0], options["timeout"])

    monkeypatch.setattr(pdf.subprocess, "run", hang)
    with pytest.raises(pdf.PdfFailed, match="more than 60 seconds"):
        pdf.pdf_bytes(table)


def test_a_failure_of_typst_is_told_without_its_details(
    table: Table, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(pdf, "ROOT", tmp_path)
    with pytest.raises(pdf.PdfFailed, match="Typesetting failed"):
        pdf.pdf_bytes(table)


@pytest.mark.parametrize(
    ("columns", "rows", "detail"), [(40, 1, "at most 32 columns"), (2, 10_001, "at most 10,000 rows")]
)
def test_a_pdf_has_a_limit(table: Table, columns: int, rows: int, detail: str) -> None:
    wide = replace(
        table,
        columns=(TableColumn("Account", TEXT), *[TableColumn("x", AMOUNT)] * (columns - 1)),
        rows=[TableRow(ACCOUNT, 0, ("x", *[1] * (columns - 1)))] * rows,
    )
    with pytest.raises(pdf.PdfTooLong, match=detail):
        pdf.pdf_bytes(wide)


def test_a_code_before_a_name_keeps_it_from_being_a_formula(client: Any, in_north: Any) -> None:
    Account.objects.filter(code="1010").update(name="=cmd|' /C calc'!A0")
    post_worked_books()
    answer = client.get("/api/reports/trial-balance?date=2026-03-31&format=csv")
    assert b"1010 =cmd" in answer.content


@pytest.mark.parametrize(("name", "shown"), [("journal", "1010 Bank account"), ("general-ledger", "Rent")])
def test_lines_in_csv_name_their_account_by_its_code(client: Any, in_north: Any, name: str, shown: str) -> None:
    lines = [Line(Account.objects.get(code=code).pk, **side) for code, side in SIDES.items()]
    post(date=datetime.date(2026, 1, 9), lines=lines, source=Source("test"), memo="Rent", actor=1)
    answer = client.get(f"/api/reports/{name}?format=csv&date_from=2026-01-01&date_to=2026-03-31")
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[:3] == ["Row", "Code", "Date"]
    (line,) = (row for row in rows if row[:2] == ["line", "1010"] and shown in row)
    assert "12.00" in line
    assert {row[1] for row in rows} == {"", "1010", "6100"}


SIDES = {"6100": {"debit": 1200}, "1010": {"credit": 1200}}
