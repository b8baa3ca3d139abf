"""What holds for the totals of any document: random ones, with every kind of tax, discount and rounding."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger_core.arithmetic.money import divide_half_up
from ledger_core.arithmetic.taxes import HUNDRED, PRICE_SCALE, QUANTITY_SCALE, Effect, Tax, TaxKind
from ledger_core.arithmetic.totals import (
    Charge,
    Discount,
    DocumentInput,
    LineInput,
    LineTotals,
    NothingToDiscount,
    Totals,
    totals,
)

MINOR_UNITS = {"JPY": 1, "USD": 100, "KWD": 1000}
PERCENTS = st.sampled_from([0, 50_000, 70_000, 88_750, 99_750, 190_000, 200_000]) | st.integers(0, 60 * 10_000)
SHARES = st.sampled_from([0, HUNDRED // 2, HUNDRED]) | st.integers(0, HUNDRED)
PRICES = st.integers(-5, 5).map(lambda cents: cents * 10**6) | st.integers(-(10**12), 10**12)
QUANTITIES = st.integers(-3, 12).map(lambda pieces: pieces * QUANTITY_SCALE) | st.integers(-(10**9), 10**9)


@st.composite
def pools(draw: st.DrawFn) -> list[Tax]:
    """The taxes of an organization, of which lines have some."""
    return [
        Tax(
            number,
            percent=draw(PERCENTS),
            kind=draw(st.sampled_from([TaxKind.STANDARD] * 3 + list(TaxKind))),
            compound=draw(st.booleans()),
            recoverable=draw(SHARES),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]


@st.composite
def discounts(draw: st.DrawFn) -> Discount:
    if draw(st.booleans()):
        return Discount(percent=draw(st.integers(0, HUNDRED)))
    return Discount(amount=draw(st.integers(-(10**4), 10**4)))


@st.composite
def documents(draw: st.DrawFn) -> DocumentInput:
    pool = draw(pools())
    some_taxes = st.lists(st.sampled_from(pool), unique_by=lambda tax: tax.id, max_size=3).map(tuple)
    lines = st.builds(
        LineInput, quantity=QUANTITIES, unit_price=PRICES, discount=st.none() | discounts(), taxes=some_taxes
    )
    document = DocumentInput(
        currency=draw(st.sampled_from(sorted(MINOR_UNITS))),
        lines=tuple(draw(st.lists(lines, max_size=6))),
        prices_include_tax=draw(st.booleans()),
        rounding=draw(st.sampled_from(["document", "line"])),
        discount=draw(st.none() | discounts()),
        shipping=draw(st.none() | st.builds(Charge, st.integers(-(10**5), 10**5), some_taxes)),
        adjustment=draw(st.integers(-(10**4), 10**4)),
        round_total_to=draw(st.sampled_from([0, 0, 1, 5, 100])),
        is_purchase=draw(st.booleans()),
    )
    takes_an_amount_off = document.discount is not None and document.discount.amount != 0
    assume(not takes_an_amount_off or sum(map(priced, totals(replace(document, discount=None)).lines)) != 0)
    return document


def priced(line: LineTotals) -> int:
    """What a line comes to before the document's discount, as prices are written."""
    return line.amount - line.discount


def exact_taxes(price: int, taxes: tuple[Tax, ...], document: DocumentInput) -> dict[int, Fraction]:
    """The taxes on a price straight from what the words mean, in fractions."""
    parts: dict[int, Fraction] = {}
    added = assessed = Fraction(0)
    for tax in taxes:
        percent = Fraction(tax.percent, HUNDRED)
        if tax.kind == TaxKind.STANDARD:
            parts[tax.id] = percent * (1 + added if tax.compound else 1)
            added += parts[tax.id]
        elif tax.kind == TaxKind.REVERSE_CHARGE and document.is_purchase:
            parts[tax.id] = percent * (1 + added + assessed if tax.compound else 1)
            assessed += parts[tax.id]
        elif tax.kind == TaxKind.WITHHOLDING:
            parts[tax.id] = percent * (1 + added if tax.compound else 1)
        else:
            parts[tax.id] = Fraction(0)
    net = Fraction(price) / (1 + added) if document.prices_include_tax else Fraction(price)
    return {id: part * net for id, part in parts.items()}


def all_exact_taxes(document: DocumentInput, result: Totals) -> list[tuple[dict[int, Fraction], dict[int, int]]]:
    """For each line and for the shipping: the exact taxes, and the ones it got."""
    found = []
    for line, amounts in zip(document.lines, result.lines, strict=True):
        price = amounts.total if document.prices_include_tax else amounts.taxable
        found.append(
            (exact_taxes(price, line.taxes, document), {tax.id: tax.amount for tax in amounts.taxes}),
        )
    if document.shipping:
        exact = exact_taxes(document.shipping.amount, document.shipping.taxes, document)
        found.append((exact, {tax.id: tax.amount for tax in result.shipping_taxes}))
    return found


@given(documents())
def test_everything_adds_up(document: DocumentInput) -> None:
    result = totals(document)
    assert (
        result.subtotal - result.discount + result.shipping_net + result.tax + result.adjustment + result.rounding
        == result.total
    )
    assert result.subtotal == sum(line.net for line in result.lines)
    assert result.discount == sum(line.document_discount for line in result.lines)
    assert result.tax == sum(line.tax for line in result.lines) + result.shipping_tax
    assert result.net == sum(line.taxable for line in result.lines) + result.shipping_net
    for line in result.lines:
        assert line.taxable == line.net - line.document_discount
        assert line.total == line.taxable + line.tax


@given(documents())
def test_lines_are_quantity_times_price_less_their_discount(document: DocumentInput) -> None:
    for line, amounts in zip(document.lines, totals(document).lines, strict=True):
        exact = Fraction(line.quantity * line.unit_price * MINOR_UNITS[document.currency], QUANTITY_SCALE * PRICE_SCALE)
        assert abs(amounts.amount - exact) <= Fraction(1, 2)
        if line.discount is None:
            assert amounts.discount == 0
        elif line.discount.percent is None:
            assert amounts.discount == line.discount.amount
        else:
            assert abs(amounts.discount - Fraction(amounts.amount * line.discount.percent, HUNDRED)) <= Fraction(1, 2)


@given(documents())
def test_each_tax_is_the_sum_of_its_lines(document: DocumentInput) -> None:
    result = totals(document)
    everywhere = [tax for line in result.lines for tax in line.taxes] + list(result.shipping_taxes)
    assert [total.id for total in result.taxes] == sorted({tax.id for tax in everywhere})
    for total in result.taxes:
        found = [tax for tax in everywhere if tax.id == total.id]
        assert total.taxable == sum(tax.taxable for tax in found)
        assert total.amount == sum(tax.amount for tax in found)
        assert total.recoverable == sum(tax.recoverable for tax in found)
        assert total.unrecoverable == sum(tax.unrecoverable for tax in found)
    for effect, amount in (
        (Effect.ADDED, result.tax),
        (Effect.SELF_ASSESSED, result.self_assessed),
        (Effect.WITHHELD, result.withheld),
    ):
        assert sum(total.amount for total in result.taxes if total.effect == effect) == amount
    assert all(total.amount == 0 for total in result.taxes if total.effect == Effect.REPORTED)


@given(documents())
def test_taxes_are_exact_but_for_one_rounding(document: DocumentInput) -> None:
    result = totals(document)
    by_line = all_exact_taxes(document, result)
    for exact, got in by_line:
        assert exact.keys() == got.keys()
        for id, amount in got.items():
            if document.rounding == "line":
                assert amount == divide_half_up(exact[id].numerator, exact[id].denominator)
            else:
                assert abs(amount - exact[id]) < 1
    if document.rounding == "document":
        for total in result.taxes:
            whole = sum((exact.get(total.id, Fraction(0)) for exact, _ in by_line), Fraction(0))
            assert total.amount == divide_half_up(whole.numerator, whole.denominator)


@given(documents())
def test_a_compound_tax_is_on_the_taxes_before_it(document: DocumentInput) -> None:
    for line, amounts in zip(document.lines, totals(document).lines, strict=True):
        if all(tax.kind == TaxKind.STANDARD for tax in line.taxes):
            before = 0
            for tax, charged in zip(line.taxes, amounts.taxes, strict=True):
                assert charged.taxable == amounts.taxable + (before if tax.compound else 0)
                before += charged.amount


@given(documents())
def test_prices_with_tax_never_move(document: DocumentInput) -> None:
    """The total is what was priced less what was discounted, to the cent, whatever the taxes are."""
    result = totals(replace(document, prices_include_tax=True))
    gross = sum(map(priced, result.lines))
    off = 0
    if document.discount is not None:
        percent = document.discount.percent
        off = document.discount.amount if percent is None else divide_half_up(gross * percent, HUNDRED)
    assert result.total == gross - off + result.shipping + result.adjustment + result.rounding
    for line in result.lines:
        if document.discount is None:
            assert line.total == priced(line)
    assert result.shipping == result.shipping_net + result.shipping_tax


@given(documents())
def test_prices_without_tax_are_the_net_amounts(document: DocumentInput) -> None:
    result = totals(replace(document, prices_include_tax=False))
    assert [line.net for line in result.lines] == [priced(line) for line in result.lines]
    assert result.shipping_net == result.shipping
    if document.discount is None:
        assert result.discount == 0
    elif document.discount.percent is None:
        assert result.discount == document.discount.amount
    else:
        assert result.discount == divide_half_up(result.subtotal * document.discount.percent, HUNDRED)


@given(documents())
def test_tax_on_purchases_is_claimed_back_or_part_of_the_cost(document: DocumentInput) -> None:
    result = totals(replace(document, is_purchase=True))
    unrecoverable = sum(line.unrecoverable for line in result.lines) + result.shipping_unrecoverable
    assert sum(total.recoverable for total in result.taxes) + unrecoverable == result.tax + result.self_assessed
    for total in result.taxes:
        if total.effect in (Effect.ADDED, Effect.SELF_ASSESSED):
            assert total.recoverable + total.unrecoverable == total.amount
        else:
            assert total.recoverable == total.unrecoverable == 0
    for line in result.lines:
        assert line.unrecoverable == sum(tax.unrecoverable for tax in line.taxes)


@given(documents())
def test_tax_on_sales_is_not_ours_to_claim(document: DocumentInput) -> None:
    result = totals(replace(document, is_purchase=False))
    assert result.self_assessed == 0
    assert all(line.unrecoverable == 0 for line in result.lines)
    assert all(total.recoverable == total.unrecoverable == 0 for total in result.taxes)


def mirrored(document: DocumentInput) -> DocumentInput:
    def turned(discount: Discount | None) -> Discount | None:
        return discount and replace(discount, amount=-discount.amount)

    shipping = document.shipping and replace(document.shipping, amount=-document.shipping.amount)
    lines = tuple(replace(line, unit_price=-line.unit_price, discount=turned(line.discount)) for line in document.lines)
    return replace(
        document, lines=lines, discount=turned(document.discount), shipping=shipping, adjustment=-document.adjustment
    )


def numbers(result: Totals) -> list[int]:
    """Every amount of the totals, in one row."""
    whole = [
        *(result.subtotal, result.discount, result.shipping, result.shipping_net, result.shipping_tax),
        *(result.shipping_unrecoverable, result.tax, result.self_assessed, result.withheld),
        *(result.adjustment, result.rounding, result.total),
    ]
    for line in result.lines:
        whole += [line.amount, line.discount, line.net, line.document_discount, line.taxable]
        whole += [line.tax, line.unrecoverable, line.total]
    taxes = [*(tax for line in result.lines for tax in line.taxes), *result.shipping_taxes, *result.taxes]
    for tax in taxes:
        whole += [tax.taxable, tax.amount, tax.recoverable, tax.unrecoverable]
    return whole


@given(documents())
def test_a_mirror_image_has_mirrored_totals(document: DocumentInput) -> None:
    """So that a credit note of a whole invoice takes back exactly what the invoice charged."""
    assert numbers(totals(mirrored(document))) == [-number for number in numbers(totals(document))]


def whatever_order(document: DocumentInput, result: Totals) -> Counter[tuple[object, ...]]:
    """What lines got, without saying which of several lines that are alike to the taxes."""
    return Counter(
        (line.taxes, priced(amounts), amounts.net, amounts.document_discount, amounts.taxable, amounts.taxes)
        for line, amounts in zip(document.lines, result.lines, strict=True)
    )


@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(document: DocumentInput, random: Random) -> None:
    lines = list(document.lines)
    random.shuffle(lines)
    shuffled = replace(document, lines=tuple(lines))
    first, second = totals(document), totals(shuffled)
    assert replace(second, lines=()) == replace(first, lines=())
    assert whatever_order(shuffled, second) == whatever_order(document, first)


@given(documents())
def test_all_taken_off_leaves_nothing(document: DocumentInput) -> None:
    result = totals(replace(document, discount=Discount(percent=HUNDRED), shipping=None, adjustment=0))
    assert (result.total, result.tax, result.self_assessed, result.withheld) == (0, 0, 0, 0)
    assert result.discount == result.subtotal
    assert all((line.taxable, line.tax, line.total) == (0, 0, 0) for line in result.lines)


@given(documents())
def test_a_discount_of_nothing_is_no_discount(document: DocumentInput) -> None:
    without = totals(replace(document, discount=None))
    assert totals(replace(document, discount=Discount(percent=0))) == without
    assert totals(replace(document, discount=Discount(amount=0))) == without


@given(documents(), st.sampled_from([1, 5, 10, 100]))
def test_cash_rounding_ends_on_a_coin(document: DocumentInput, coin: int) -> None:
    exact, rounded = totals(replace(document, round_total_to=0)), totals(replace(document, round_total_to=coin))
    assert rounded.total % coin == 0
    assert abs(rounded.rounding) * 2 <= coin
    assert rounded.total - rounded.rounding == exact.total
    assert exact.rounding == 0


VAT = Tax(1, 200_000)
PIECE = QUANTITY_SCALE


def test_a_tax_is_on_a_line_once() -> None:
    with pytest.raises(ValueError, match="on a line once"):
        totals(DocumentInput("EUR", (LineInput(PIECE, PRICE_SCALE, None, (VAT, VAT)),)))


def test_one_id_means_one_tax() -> None:
    lines = (
        LineInput(PIECE, PRICE_SCALE, None, (VAT,)),
        LineInput(PIECE, PRICE_SCALE, None, (replace(VAT, percent=1),)),
    )
    with pytest.raises(ValueError, match="Two taxes have the id 1"):
        totals(DocumentInput("EUR", lines))


def test_an_amount_needs_lines_to_be_taken_off() -> None:
    with pytest.raises(NothingToDiscount, match="lines that sum to zero"):
        totals(DocumentInput("EUR", (), discount=Discount(amount=1)))


def test_taxes_are_rounded_in_one_of_two_ways() -> None:
    with pytest.raises(ValueError, match="not per 'piece'"):
        totals(DocumentInput("EUR", (), rounding="piece"))


def test_no_line_gets_the_odd_cent_of_every_tax() -> None:
    """Twelve lines of 0.01 with two taxes inside: 0.52 and 1.04 cents, rounded to one each. On the same line they would
    make its net amount negative."""
    taxes = Tax(1, 50_000), Tax(2, 99_750)
    lines = tuple(LineInput(PIECE, PRICE_SCALE // 100, None, taxes) for _ in range(12))
    result = totals(DocumentInput("CAD", lines, prices_include_tax=True))
    assert [line.tax for line in result.lines] == [1, 1] + [0] * 10
    assert [line.taxable for line in result.lines] == [0, 0] + [1] * 10
    assert ([total.amount for total in result.taxes], result.total) == ([1, 1], 12)


def test_which_line_gets_which_odd_cent_does_not_hang_on_their_order() -> None:
    """Two lines of 0.10 with 5 % twice are half a cent four times: one cent for each tax, one for each line."""
    one, two = Tax(1, 50_000), Tax(2, 50_000)
    ten_cents = LineInput(PIECE, PRICE_SCALE // 10)
    lines = replace(ten_cents, taxes=(one, two)), replace(ten_cents, taxes=(two, one))
    for order in (lines, lines[::-1]):
        got = {
            line.taxes: {tax.id: tax.amount for tax in amounts.taxes}
            for line, amounts in zip(order, totals(DocumentInput("EUR", order)).lines, strict=True)
        }
        assert got == {(one, two): {1: 1, 2: 0}, (two, one): {1: 0, 2: 1}}


def test_what_is_withheld_owes_a_line_nothing() -> None:
    taxes = Tax(1, 50_000, TaxKind.WITHHOLDING), Tax(2, 50_000)
    ten_cents = LineInput(PIECE, PRICE_SCALE // 10, None, taxes)
    result = totals(DocumentInput("EUR", (ten_cents, ten_cents)))
    assert [[tax.amount for tax in line.taxes] for line in result.lines] == [[1, 1], [0, 0]]
    assert [line.total for line in result.lines] == [11, 10]


def test_a_document_without_lines_is_worth_its_adjustment() -> None:
    result = totals(DocumentInput("EUR", (), adjustment=-7))
    assert (result.subtotal, result.tax, result.adjustment, result.total) == (0, 0, -7, -7)
    assert (result.lines, result.taxes) == ((), ())
