"""Invoices by the hundred thousand, and their payments, written by SQL as copies of one of each.

One invoice and its payment go through the API; whatever these wrote, the copies have too, with numbers, dates,
customers and keys of their own. The triggers stay where they are. `verify_books` finds nothing wrong.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from tests import server

CUSTOMERS = 1_000
FIRST_DAY, DAYS = "2024-07-01", 730  # the last day is 2026-06-30
PAID_AFTER = 30  # days; every twentieth invoice is never paid
UNPAID = 20
PREFIX = "ledger_core_"


@dataclass
class Invoices:
    """So many invoices of one line in the books of a server."""

    site: server.Server
    count: int
    accounts: dict[str, str] = field(default_factory=dict)  # ids by code
    tax: str = ""
    items: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = self.site.connect()
        self.accounts = {code: str(pk) for pk, code in self.site.sql(f"SELECT id, code FROM {PREFIX}account")}
        self._set_up()
        invoice = self.post("/api/invoices", self.body(lines=1, date=FIRST_DAY))
        payment = self._pay(invoice)
        self._copy_customers()
        if self.count:
            self._copy(int(invoice["id"]), int(payment["id"]))
        self.site.manage("advance_balances", "--all")
        self.client = self.site.connect()  # the server has closed one that said nothing for so long

    def post(self, path: str, body: dict[str, Any]) -> Any:
        status, answer = self.client.post(path, body, key=str(uuid.uuid4()))
        assert status == 201, (status, answer)
        return answer

    def body(self, *, lines: int, customer: int = 0, date: str = "2026-03-15") -> dict[str, Any]:
        """An invoice to be issued at once: items at prices of their own, each line taxed."""
        written = [
            {"item": item, "quantity": str(place + 1), "unit_price": f"{20 + place}.95", "tax_ids": [self.tax]}
            for place, item in enumerate(self.items[:lines])
        ]
        return {"contact": self.customers[customer], "date": date, "lines": written, "issue": True}

    def _set_up(self) -> None:
        about = {"name": "Sales tax", "code": "LOAD", "kind": "standard", "percent": "20"}
        self.tax = self.post("/api/tax-rates", about)["id"]
        customer = {"name": "Customer 0", "is_customer": True, "currency": "USD"}
        self.customers = [self.post("/api/contacts", customer)["id"]]
        income = {"income_account": self.accounts["4000"], "is_sold": True, "is_purchased": False}
        self.items = [
            self.post("/api/items", {"name": f"Item {place}", "kind": "service", **income})["id"] for place in range(5)
        ]

    def _pay(self, invoice: dict[str, Any]) -> Any:
        total = invoice["total"]
        body = {
            "contact": self.customers[0],
            "date": self._day(f"DATE_ADD('{FIRST_DAY}', INTERVAL {PAID_AFTER} DAY)"),
            "account": self.accounts["1010"],
            "amount": total,
            "allocations": [{"document": invoice["id"], "amount": total}],
        }
        return self.post("/api/payments-received", body)

    def _day(self, expression: str) -> str:
        return str(self.site.sql(f"SELECT {expression}")[0][0])

    def _copy_customers(self) -> None:
        [template] = self.customers
        new = {"id": f"{template} + s.seq", "name": "CONCAT('Customer ', s.seq)"}
        self._insert("contact", f"t.id = {template}", new, f"seq_1_to_{CUSTOMERS - 1} s")
        self.customers = [str(int(template) + place) for place in range(CUSTOMERS)]

    def _copy(self, invoice: int, payment: int) -> None:
        date = f"DATE_ADD('{FIRST_DAY}', INTERVAL FLOOR((s.seq - 1) * {DAYS} / {self.count}) DAY)"
        contact = f"{self.customers[0]} + MOD(s.seq, {CUSTOMERS})"
        [(entry, number)] = self._row("document", invoice, "entry_id, number")
        [(paid_entry, paid_number)] = self._row("payment", payment, "entry_id, number")
        prefix = number.rstrip("0123456789")
        last = self.site.sql(f"SELECT MAX(id), MAX(number) FROM {PREFIX}journalentry")[0]
        of_invoice = _Copy(
            source=f"seq_1_to_{self.count} s",
            entry=f"{last[0]} + s.seq",
            row=f"{invoice} + s.seq",
            number=_number(prefix, "1 + s.seq"),
            date=date,
            contact=contact,
            template_number=number,
        )
        self._entries(of_invoice, entry)
        self._insert("document", f"t.id = {invoice}", of_invoice.row_fields(serial="1 + s.seq"), of_invoice.source)
        self._insert("documentline", f"t.document_id = {invoice}", {"document_id": of_invoice.row}, of_invoice.source)
        self._insert("documenttax", f"t.document_id = {invoice}", {"document_id": of_invoice.row}, of_invoice.source)
        payments = self._paid_count()
        which = f"(s.seq + (s.seq - 1) DIV {UNPAID - 1})"  # every twentieth is left out
        of_payment = _Copy(
            source=f"seq_1_to_{payments} s",
            entry=f"{last[0]} + {self.count} + s.seq",
            row=f"{payment} + s.seq",
            number=_number(paid_number.rstrip("0123456789"), "1 + s.seq"),
            date=f"DATE_ADD({date.replace('s.seq', which)}, INTERVAL {PAID_AFTER} DAY)",
            contact=contact.replace("s.seq", which),
            template_number=paid_number,
            settled=(number, _number(prefix, f"1 + {which}")),
        )
        if payments:
            self._entries(of_payment, paid_entry)
            self._insert("payment", f"t.id = {payment}", of_payment.row_fields(serial="1 + s.seq"), of_payment.source)
            allocation = {
                "payment_id": of_payment.row,
                "document_id": f"{invoice} + {which}",
                "entry_id": of_payment.entry,
                "date": of_payment.date,
            }
            self._insert("allocation", f"t.payment_id = {payment}", allocation, of_payment.source)
        self._post_entries(last, payments)
        open_ones = (
            f"id > {invoice} AND (MOD(id - {invoice}, {UNPAID}) = 0"
            f" OR id - {invoice} > {payments} + ({payments} - 1) DIV {UNPAID - 1})"
        )
        self._run(f"UPDATE {PREFIX}document SET settled = 0, settled_base = 0 WHERE {open_ones}")
        self._continue_series("invoice", self.count)
        self._continue_series("payment_received", payments)
        self._continue_series("journal_entry", self.count + payments)
        tables = ", ".join(
            PREFIX + each for each in ("journalentry", "journalline", "document", "payment", "allocation")
        )
        self._run(f"ANALYZE TABLE {tables}")

    def _paid_count(self) -> int:
        """How many of the invoices that are old enough are paid."""
        old = self.count * (DAYS - PAID_AFTER) // DAYS
        return old - old // UNPAID

    def _entries(self, copy: _Copy, template: int) -> None:
        """Entries, unposted, with their lines and what they say about taxes."""
        renamed = f"REPLACE({{}}, '{copy.template_number}', {copy.number})"
        about = {
            "id": copy.entry,
            "number": "NULL",
            "posted_at": "NULL",
            "date": copy.date,
            "source_id": copy.row,
            "source_number": copy.number,
            "memo": renamed.format("t.memo"),
        }
        self._insert("journalentry", f"t.id = {template}", about, copy.source)
        line = {
            "entry_id": copy.entry,
            "date": copy.date,
            "contact_id": f"IF(t.contact_id IS NULL, NULL, {copy.contact})",
        }
        if copy.settled:
            former, number = copy.settled
            line["description"] = f"REPLACE(t.description, '{former}', {number})"
        self._insert("journalline", f"t.entry_id = {template}", line, copy.source)
        tax = {"entry_id": copy.entry, "date": copy.date, "contact_id": copy.contact}
        self._insert("taxentry", f"t.entry_id = {template}", tax, copy.source)

    def _post_entries(self, last: tuple[int, int], payments: int) -> None:
        set_ = f"number = id - {last[0]} + {last[1]}, posted_at = TIMESTAMP(date, '12:00:00')"
        self._run(f"UPDATE {PREFIX}journalentry SET {set_} WHERE id > {last[0]} ORDER BY id")
        [(count,)] = self.site.sql(f"SELECT COUNT(*) FROM {PREFIX}journalentry WHERE posted_at IS NOT NULL")
        assert count == last[1] + self.count + payments, count

    def _continue_series(self, kind: str, count: int) -> None:
        self._run(f"UPDATE {PREFIX}series SET next_number = next_number + {count} WHERE kind = '{kind}'")

    def _row(self, table: str, pk: int, columns: str) -> list[tuple[Any, ...]]:
        return self.site.sql(f"SELECT {columns} FROM {PREFIX}{table} WHERE id = {pk}")

    def _insert(self, table: str, which: str, new: dict[str, str], source: str) -> None:
        """Copies of some rows of a table, one for each number of `source`; `new` says what is different of them."""
        query = (
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
            " AND extra NOT LIKE '%%auto_increment%%'"
        )
        columns = [row[0] for row in self.site.sql(query, self.site.database(), PREFIX + table)]
        columns += [name for name in new if name == "id"]
        values = ", ".join(new.get(name, f"t.`{name}`") for name in columns)
        names = ", ".join(f"`{name}`" for name in columns)
        self._run(
            f"INSERT INTO {PREFIX}{table} ({names})"
            f" SELECT {values} FROM {source} JOIN {PREFIX}{table} t WHERE {which} ORDER BY s.seq"
        )

    def _run(self, statement: str) -> None:
        self.site.sql(statement)


@dataclass(frozen=True)
class _Copy:
    """How copies of a document or payment differ from the one they are copies of, in SQL over `s.seq`."""

    source: str
    entry: str
    row: str
    number: str
    date: str
    contact: str
    template_number: str
    settled: tuple[str, str] | None = None  # the number of the invoice, of the template and of the copy

    def row_fields(self, *, serial: str) -> dict[str, str]:
        return {
            "id": self.row,
            "number": self.number,
            "serial": serial,
            "date": self.date,
            "contact_id": self.contact,
            "entry_id": self.entry,
        }


def _number(prefix: str, serial: str) -> str:
    return f"CONCAT('{prefix}', LPAD({serial}, GREATEST(5, LENGTH({serial})), '0'))"
