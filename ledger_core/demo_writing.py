"""Writes the demo's books: what `demo_books` says happened, through the operations that the API uses, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from ledger_core import demo_books as story
from ledger_core import demo_partners as partners
from ledger_core.arithmetic.money import to_minor, to_rate, to_scaled
from ledger_core.books.operations import Line
from ledger_core.chart.models import Account
from ledger_core.chart.operations import edit_account
from ledger_core.contacts.models import Contact, PaymentTerms
from ledger_core.contacts.operations import create_contact
from ledger_core.currencies.models import ExchangeRate
from ledger_core.currencies.operations import enable_currency, store_rates
from ledger_core.currencies.rate_files import Rate
from ledger_core.documents.conversion import convert_document
from ledger_core.documents.kinds import KINDS_BY_VALUE
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.models import Document, DocumentLine
from ledger_core.documents.operations import create_document, move_document, void_document
from ledger_core.items.models import Item, Unit
from ledger_core.items.operations import create_item
from ledger_core.journals.operations import create_journal, void_journal
from ledger_core.payments.applying import apply_document
from ledger_core.payments.kinds import CREDIT_KINDS_BY_VALUE, PAYMENT_KINDS_BY_VALUE
from ledger_core.payments.operations import record_payment
from ledger_core.payments.shares import Allocate
from ledger_core.payments.write_offs import write_off
from ledger_core.recurring.kinds import KINDS_BY_VALUE as RECURRING
from ledger_core.recurring.models import RecurringRun
from ledger_core.recurring.operations import create_template, edit_template, run_missed
from ledger_core.taxes.filing import file_return, pay_return, prepare_return
from ledger_core.taxes.kinds import ACCRUAL
from ledger_core.taxes.models import TaxRate
from tenancy.db import operation

EURO = "EUR"
PRICE_DECIMALS, PIECE = 8, 10**6


@operation
def write_books(*, actor: int) -> None:
    """The whole year in one transaction: there is all of it or nothing."""
    writer = _Writer(actor)
    for event in story.events():
        writer.write(event)


class _Writer:
    """Knows by their names what was written so far."""

    def __init__(self, actor: int) -> None:
        self.actor = actor
        self.accounts = dict(Account.objects.values_list("code", "pk"))
        self.taxes = dict(TaxRate.objects.values_list("code", "pk"))
        edit_account(account_id=self.accounts[story.BANK], currency=story.BASE)  # the bank changes what comes in euros
        self._write_rates()
        self.contacts = self._write_contacts()
        self.items = self._write_items()
        self.documents: dict[str, tuple[str, int]] = {}  # kind and id by name
        self.verbs: dict[type[story.Event], Callable[[Any], None]] = {
            story.Journal: self._journal,
            story.Paper: self._paper,
            story.Conversion: self._conversion,
            story.Decision: self._decision,
            story.Payment: self._payment,
            story.Application: self._application,
            story.WriteOff: self._write_off,
            story.Void: self._void,
            story.Recurring: self._recurring,
            story.TaxReturn: self._tax_return,
        }

    def write(self, event: story.Event) -> None:
        self.verbs[type(event)](event)

    def _write_rates(self) -> None:
        enable_currency(code=EURO, actor=self.actor)
        rates = [Rate(EURO, date, to_rate(rate)) for date, rate in story.rates()]
        store_rates(rates=rates, source=ExchangeRate.Source.MANUAL, actor=self.actor)

    def _write_contacts(self) -> dict[str, Contact]:
        terms = dict(PaymentTerms.objects.values_list("name", "pk"))
        made = {}
        for partner in chain(partners.CUSTOMERS, partners.VENDORS):
            is_vendor = partner in partners.VENDORS
            side = {
                "purchase_tax_id" if is_vendor else "sales_tax_id": self.taxes.get(partner.tax),
                "expense_account_id" if is_vendor else "income_account_id": self.accounts.get(partner.account),
            }
            place = {name: getattr(partner, name) for name in ("street", "postal_code", "city", "country")}
            made[partner.name] = create_contact(
                name=partner.name,
                is_customer=not is_vendor,
                is_vendor=is_vendor,
                currency=partner.currency,
                payment_terms_id=terms[partner.terms],
                addresses=[{"kind": "billing", "is_default": True, **place}],
                persons=[{"name": partner.person, "is_primary": True}] if partner.person else [],
                **side,
            )
        return made

    def _write_items(self) -> dict[str, Item]:
        units = dict(Unit.objects.values_list("name", "pk"))
        return {
            ware.code: create_item(
                kind=ware.kind,
                code=ware.code,
                name=ware.name,
                unit_id=units[ware.unit],
                sale_price=_price(ware.sold_at),
                purchase_price=_price(ware.bought_at),
                is_purchased=ware.kind == partners.GOODS,
                sales_tax_id=self.taxes[ware.tax],
                purchase_tax_id=self.taxes[ware.tax],
                income_account_id=self.accounts[ware.income],
                expense_account_id=self.accounts[ware.expense],
            )
            for ware in partners.ITEMS
        }

    def _journal(self, event: story.Journal) -> None:
        journal = create_journal(
            date=event.date,
            memo=event.memo,
            reference=event.reference,
            lines=[
                *(Line(self.accounts[code], debit=pence) for code, pence in event.debits),
                *(Line(self.accounts[code], credit=pence) for code, pence in event.credits),
            ],
            publish=event.publish,
            actor=self.actor,
        )
        if event.voided_because:
            void_journal(journal_id=journal.pk, reason=event.voided_because, actor=self.actor)

    def _paper(self, event: story.Paper) -> None:
        document = create_document(
            kind=event.kind,
            lines=[self._line(line) for line in event.lines],
            actor=self.actor,
            issue=event.issue,
            date=event.date,
            contact_id=self.contacts[event.partner].pk if event.partner else None,
            account_id=self.accounts.get(event.account),
            **event.fields,
        )
        self.documents[event.name] = (event.kind, document.pk)

    def _line(self, line: story.Sold) -> WrittenLine:
        return WrittenLine(
            item_id=self.items[line.item].pk if line.item else None,
            quantity=line.quantity * PIECE,
            unit_price=_price(line.price or ""),
            account_id=self.accounts.get(line.account),
            tax_ids=None if line.tax is None else [self.taxes[line.tax]],
            description=line.text,
            billable_to_id=self.contacts[line.for_customer].pk if line.for_customer else None,
            source_line_id=self._lines(line.bills)[0] if line.bills else None,
        )

    def _lines(self, name: str) -> list[int]:
        _, document_id = self.documents[name]
        return list(DocumentLine.objects.filter(document=document_id).order_by("position").values_list("pk", flat=True))

    def _conversion(self, event: story.Conversion) -> None:
        kind, document_id = self.documents[event.of]
        chosen = None
        if event.quantities:
            lines = self._lines(event.of)
            chosen = {pk: quantity * PIECE for pk, quantity in zip(lines, event.quantities, strict=False)}
        made = convert_document(
            kind=kind,
            document_id=document_id,
            to=event.to,
            lines=chosen,
            actor=self.actor,
            issue=True,
            date=event.date,
        )
        self.documents[event.name] = (event.to, made.pk)

    def _decision(self, event: story.Decision) -> None:
        kind, document_id = self.documents[event.of]
        move = next(move for move in KINDS_BY_VALUE[kind].moves if move.verb == event.verb)
        move_document(kind=kind, document_id=document_id, move=move, actor=self.actor)

    def _payment(self, event: story.Payment) -> None:
        settled = list(self._settled(event.settles))
        currency = settled[0].currency
        amount = sum(document.open_amount for document in settled)
        if event.amount is not None:
            amount = to_minor(event.amount, currency)
        record_payment(
            kind=PAYMENT_KINDS_BY_VALUE[event.kind],
            contact_id=settled[0].contact_id or 0,
            date=event.date,
            account_id=self.accounts[story.BANK],
            amount=amount,
            currency=currency,
            bank_amount=None if event.bank_amount is None else to_minor(event.bank_amount, story.BASE),
            bank_charges=to_minor(event.charges, currency),
            allocations=[
                Allocate(document_id=document.pk, amount=min(amount, document.open_amount)) for document in settled
            ],
            method=event.method,
            actor=self.actor,
        )

    def _settled(self, names: tuple[str, ...]) -> Iterator[Document]:
        for name in names:
            yield Document.objects.get(pk=self.documents[name][1])

    def _application(self, event: story.Application) -> None:
        kind, document_id = self.documents[event.of]
        (credit,) = self._settled((event.of,))
        apply_document(
            kind=CREDIT_KINDS_BY_VALUE[kind],
            document_id=document_id,
            allocations=[Allocate(document_id=self.documents[event.to][1], amount=credit.open_amount)],
            date=event.date,
            actor=self.actor,
        )

    def _write_off(self, event: story.WriteOff) -> None:
        _, document_id = self.documents[event.of]
        write_off(document_id=document_id, date=event.date, reason=event.reason, actor=self.actor)

    def _void(self, event: story.Void) -> None:
        kind, document_id = self.documents[event.of]
        void_document(kind=kind, document_id=document_id, reason=event.reason, actor=self.actor)

    def _recurring(self, event: story.Recurring) -> None:
        """A template that goes on: its first dates are made, the next one is the worker's."""
        kind = RECURRING[event.kind]
        what = {"item": self.items[event.item].pk} if event.item else {"account": self.accounts[event.account]}
        template = create_template(
            kind=kind,
            name=event.name,
            content={
                "contact": self.contacts[event.partner].pk,
                "lines": [{**what, "quantity": "1", "unit_price": event.price, "description": event.name}],
            },
            frequency="monthly",
            start=event.date,
            count=event.done,
            actor=self.actor,
        )
        run_missed(kind=kind, template_id=template.pk, actor=self.actor)
        edit_template(kind=kind, template_id=template.pk, count=None)
        runs = RecurringRun.objects.filter(template=template).order_by("date").values_list("document_id", flat=True)
        for number, document_id in enumerate(runs, start=1):
            self.documents[f"{event.name} {number}"] = (event.kind, document_id or 0)

    def _tax_return(self, event: story.TaxReturn) -> None:
        date_from, date_to = story.quarter(event.last)
        draft = prepare_return(date_from=date_from, date_to=date_to, basis=ACCRUAL, actor=self.actor)
        if event.paid_on is None:
            return
        file_return(return_id=draft.pk, actor=self.actor)
        pay_return(
            return_id=draft.pk,
            date=event.paid_on,
            account_id=self.accounts[story.BANK],
            reference=f"VAT to {date_to}",
            actor=self.actor,
        )


def _price(pounds: str) -> int | None:
    return to_scaled(pounds, decimals=PRICE_DECIMALS, most=10**9) if pounds else None
