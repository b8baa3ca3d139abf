"""Enabled currencies, exchange rates, files with rates, the provider."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import DatabaseError
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.arithmetic.money import ONE, rate_text, to_rate
from ledger_core.currencies import operations
from ledger_core.currencies.jobs import fetch_rates_for_all
from ledger_core.currencies.models import EnabledCurrency, ExchangeRate
from ledger_core.currencies.operations import enable_currency, store_rates
from ledger_core.currencies.queries import NoRate, find_rates, needed_rate, rate_on
from ledger_core.currencies.rate_files import Rate, read_csv, read_ecb
from tenancy import aliases, context, jobs
from tenancy.jobs.schedule import SCHEDULE
from tenancy.models import Organization
from tenancy.provisioning.operations import suspend

day = datetime.date

ECB = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube>
    <Cube time='2026-01-09'>
      <Cube currency='USD' rate='1.0800'/>
      <Cube currency='JPY' rate='162.00'/>
      <Cube currency='GBP' rate='0.8400'/>
      <Cube currency='HRK' rate='7.5345'/>
    </Cube>
    <Cube time='2026-01-08'>
      <Cube currency='USD' rate='1.1000'/>
      <Cube currency='GBP' rate='0.8800'/>
    </Cube>
  </Cube>
</gesmes:Envelope>
"""


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def rate(currency: str, date: str, text: str) -> Rate:
    return Rate(currency, day.fromisoformat(date), to_rate(text))


# --- files -----------------------------------------------------------------------------------------------------------


def test_it_reads_csv_with_columns_in_any_order() -> None:
    found = read_csv("\ufeffRate,Currency,Note,Date\n1.0825,eur,x,2026-01-09\n\n 0.0067 ,JPY,,2026-01-09\n", base="USD")
    assert found.errors == []
    assert found.rates == [rate("EUR", "2026-01-09", "1.0825"), rate("JPY", "2026-01-09", "0.0067")]


def test_it_names_every_wrong_line_of_a_csv_file() -> None:
    text = (
        "currency,date,rate\nEUR,2026-01-09,1.08\nXXX,2026-01-09,1\nUSD,2026-01-09,1\nEUR,9.1.2026,1\n"
        "EUR,1850-01-01,1\nEUR,2026-01-10,-1\nEUR,2026-01-11,1.00000000001\nEUR,2026-01-12,x\nEUR\nEUR,2026-01-09,2\n"
    )
    found = read_csv(text, base="USD")
    assert found.rates == [rate("EUR", "2026-01-09", "1.08")]
    assert [(error.line, error.detail) for error in found.errors] == [
        (3, "'XXX' is no active ISO 4217 currency."),
        (4, "USD is the base currency: its rate is always 1."),
        (5, "'9.1.2026' is no date such as 2026-01-31."),
        (6, "1850-01-01: a date is between 1900-01-01 and 2200-12-31."),
        (7, "'-1' is no exchange rate: a decimal number over zero such as 1.0825."),
        (8, "'1.00000000001': An exchange rate has at most 10 decimals."),
        (9, "'x' is no exchange rate: a decimal number over zero such as 1.0825."),
        (10, "'' is no date such as 2026-01-31."),
        (10, "'' is no exchange rate: a decimal number over zero such as 1.0825."),
        (11, "EUR on 2026-01-09 is in the file twice."),
    ]


def test_a_csv_file_names_its_columns() -> None:
    for text in ("", "EUR,2026-01-09,1.08\n", "currency,rate\n"):
        [error] = read_csv(text, base="USD").errors
        assert error.line == 1
        assert "is missing" in error.detail


def test_it_reads_the_ecbs_file_where_the_euro_is_base() -> None:
    found = read_ecb(ECB, base="EUR")
    assert found.errors == []
    assert found.rates == [
        rate("USD", "2026-01-09", "0.9259259259"),  # 1 / 1.08
        rate("JPY", "2026-01-09", "0.0061728395"),
        rate("GBP", "2026-01-09", "1.1904761905"),
        rate("USD", "2026-01-08", "0.9090909091"),
        rate("GBP", "2026-01-08", "1.1363636364"),
    ]


def test_it_crosses_the_ecbs_rates_where_another_currency_is_base() -> None:
    found = read_ecb(ECB, base="USD")
    assert found.rates == [
        rate("EUR", "2026-01-09", "1.08"),
        rate("JPY", "2026-01-09", "0.0066666667"),  # 1.08 / 162
        rate("GBP", "2026-01-09", "1.2857142857"),  # 1.08 / 0.84
        rate("EUR", "2026-01-08", "1.1"),
        rate("GBP", "2026-01-08", "1.25"),
    ]


@pytest.mark.parametrize(
    ("text", "base", "detail"),
    [
        ("<x", "USD", "The file is not XML."),
        ("<x/>", "USD", "There are no rates in this file; is it the ECB's eurofxref?"),
        (
            '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
            "USD",
            "The file has a document type declaration; the ECB's has none.",
        ),
        (ECB, "KWD", "2026-01-09: it has no rate of KWD, the base currency."),
        (ECB.replace("'1.0800'", "'-1'"), "USD", "2026-01-09: An exchange rate is greater than zero."),
        (ECB.replace("2026-01-09", "tomorrow"), "USD", "tomorrow: 'tomorrow' is no date such as 2026-01-31."),
    ],
)
def test_it_says_what_is_wrong_with_an_ecb_file(text: str, base: str, detail: str) -> None:
    assert read_ecb(text, base=base).errors[0].detail == detail


# --- look-ups --------------------------------------------------------------------------------------------------------


def test_the_latest_rate_on_or_before_a_day_holds(in_north: Any, django_assert_num_queries: Any) -> None:
    rates = [rate("EUR", "2026-01-05", "1.05"), rate("EUR", "2026-01-09", "1.09"), rate("JPY", "2026-01-01", "0.0067")]
    store_rates(rates=rates, source="import", actor=1)

    def on(date: str) -> tuple[int, int, bool] | None:
        found = rate_on(currency="EUR", date=day.fromisoformat(date))
        return found and (found.rate, found.age, found.is_stale)

    assert on("2026-01-04") is None
    assert on("2026-01-05") == (to_rate("1.05"), 0, False)
    assert on("2026-01-08") == (to_rate("1.05"), 3, False)
    assert on("2026-01-16") == (to_rate("1.09"), 7, False)
    assert on("2026-01-17") == (to_rate("1.09"), 8, True)
    assert rate_on(currency="EUR", date=day(2026, 1, 17), max_age=7) is None
    with django_assert_num_queries(2, using=in_north.alias):
        found = find_rates(currencies=["USD", "EUR", "JPY", "KWD"], date=day(2026, 1, 9))
    assert {code: each.rate for code, each in found.items()} == {
        "USD": ONE,
        "EUR": to_rate("1.09"),
        "JPY": to_rate("0.0067"),
    }


def test_a_missing_rate_says_what_to_do(in_north: Any) -> None:
    with pytest.raises(NoRate) as refused:
        needed_rate(currency="EUR", date=day(2026, 1, 9))
    assert (refused.value.status, refused.value.code) == (400, "no_rate")
    assert refused.value.detail == (
        "There is no exchange rate of EUR on 2026-01-09 or before. Enter one, or give the rate here."
    )


@pytest.mark.parametrize("source", ["provider", "import"])
def test_manual_rates_are_left_alone_unless_somebody_says_so(client: APIClient, in_north: Any, source: str) -> None:
    client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-09", "rate": "1.5"})
    fetched = [rate("EUR", "2026-01-09", "1.08"), rate("EUR", "2026-01-08", "1.1")]
    stored = store_rates(rates=fetched, source=source, actor=None)
    assert (stored.written, stored.unchanged, [row.rate for row in stored.kept]) == (1, 0, [to_rate("1.5")])
    rows = ExchangeRate.objects.order_by("date").values_list("date", "rate", "source")
    assert list(rows) == [
        (day(2026, 1, 8), to_rate("1.1"), source),
        (day(2026, 1, 9), to_rate("1.5"), "manual"),
    ]
    stored = store_rates(rates=fetched, source="import", actor=1, overwrite=True)
    assert (stored.written, stored.unchanged, stored.kept) == (1, 1, [])
    assert ExchangeRate.objects.get(date=day(2026, 1, 9)).rate == to_rate("1.08")
    assert ExchangeRate.objects.count() == 2


def test_the_trail_tells_of_every_rate_that_was_replaced(client: APIClient, in_north: Any) -> None:
    made = client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-09", "rate": "1.5"}).json()
    text = "currency,date,rate\nEUR,2026-01-09,1.08\nEUR,2026-01-10,1.09\n"
    answer = client.post("/api/exchange-rates/import", {"content": text, "overwrite": True}).json()
    assert (answer["stored"], answer["unchanged"], answer["kept"]) == (2, 0, 0)
    edited, stored = client.get("/api/activity").json()["results"][1::-1]
    assert (edited["verb"], edited["subject"]["id"], edited["before"], edited["after"]) == (
        "edited",
        made["id"],
        {"rate": "1.5", "source": "manual"},
        {"rate": "1.08", "source": "import"},
    )
    assert (stored["verb"], stored["summary"]) == ("stored", "2 exchange rates, 1 in the place of another")


def test_an_import_says_which_manual_rates_it_kept(client: APIClient, in_north: Any) -> None:
    client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-09", "rate": "1.5"})
    client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-10", "rate": "1.6"})
    text = "currency,date,rate\nEUR,2026-01-09,1.08\nEUR,2026-01-10,1.6\nEUR,2026-01-11,1.7\n"
    answer = client.post("/api/exchange-rates/import", {"content": text}).json()
    assert (answer["found"], answer["stored"], answer["unchanged"], answer["kept"]) == (3, 1, 1, 1)
    assert answer["kept_rates"] == [{"currency": "EUR", "date": "2026-01-09", "rate": "1.5"}]
    assert [rate["source"] for rate in client.get("/api/exchange-rates").json()["results"]] == [
        "import",
        "manual",  # the same rate: it stays what somebody entered
        "manual",
    ]
    told = client.get("/api/activity").json()["results"][0]
    assert told["summary"] == "1 exchange rate; 1 manual rate kept"


# --- over the API ----------------------------------------------------------------------------------------------------


def test_currencies_are_enabled_and_disabled(client: APIClient, in_north: Any) -> None:
    [base] = client.get("/api/currencies").json()
    assert (base["code"], base["is_base"], base["decimals"], base["latest"]["rate"]) == ("USD", True, 2, "1")
    made = client.post("/api/currencies", {"code": "kwd"})
    assert made.status_code == 201, made.content
    assert made.json() == {"code": "KWD", "name": "Kuwaiti Dinar", "decimals": 3, "is_base": False, "latest": None}
    client.post("/api/exchange-rates", {"currency": "KWD", "date": "2026-01-09", "rate": "3.25"})
    latest = client.get("/api/currencies").json()[1]["latest"]
    assert (latest["rate"], latest["date"], latest["source"]) == ("3.25", "2026-01-09", "manual")
    assert client.post("/api/currencies", {"code": "KWD"}).status_code == 201  # again changes nothing
    assert EnabledCurrency.objects.count() == 1
    assert client.delete("/api/currencies/KWD").status_code == 204
    assert client.delete("/api/currencies/KWD").status_code == 404


@pytest.mark.parametrize(
    ("code", "expected"), [("XXX", "unknown_currency"), ("USD", "base_currency"), ("EURO", "invalid")]
)
def test_only_foreign_currencies_are_enabled(client: APIClient, code: str, expected: str) -> None:
    answer = client.post("/api/currencies", {"code": code})
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/code", expected)]


def test_a_currency_that_an_account_needs_stays_enabled(client: APIClient) -> None:
    client.post("/api/currencies", {"code": "EUR"})
    client.post("/api/accounts", {"code": "1050", "name": "Euro bank", "type": "bank", "currency": "EUR"})
    answer = client.delete("/api/currencies/EUR")
    assert (answer.status_code, answer.json()["code"]) == (409, "currency_in_use")
    assert answer.json()["detail"] == "Account 1050 Euro bank takes entries in EUR only. Make it inactive first."


def test_rates_are_written_changed_and_deleted(client: APIClient) -> None:
    made = client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-09", "rate": 1.0825}).json()
    assert (made["currency"], made["date"], made["rate"], made["source"]) == ("EUR", "2026-01-09", "1.0825", "manual")
    again = client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-09", "rate": "1.1"})
    assert (again.status_code, again.json()["code"]) == (409, "rate_exists")
    address = f"/api/exchange-rates/{made['id']}"
    assert client.patch(address, {"rate": "1.0900000001"}).json()["rate"] == "1.0900000001"
    assert client.get("/api/exchange-rates").json()["results"] == [{**made, "rate": "1.0900000001"}]
    assert client.delete(address).status_code == 204
    assert client.get("/api/exchange-rates").json()["count"] == 0
    assert client.patch(address, {"rate": "1"}).status_code == 404
    trail = client.get("/api/activity", {"subject": "exchange_rate"}).json()["results"]
    assert [(each["verb"], each["before"], each["after"]) for each in trail] == [
        ("deleted", {"rate": "1.0900000001"}, None),
        ("edited", {"rate": "1.0825"}, {"rate": "1.0900000001"}),
        ("created", None, {"rate": "1.0825"}),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"rate": "0"}, "/rate", "not_an_amount"),
        ({"rate": "1.00000000001"}, "/rate", "too_many_decimals"),
        ({"rate": "1000000000"}, "/rate", "too_large"),
        ({"rate": None}, "/rate", "null"),
        ({"currency": "USD"}, "/currency", "base_currency"),
        ({"currency": "ABC"}, "/currency", "unknown_currency"),
        ({"date": "2300-01-01"}, "/date", "out_of_range"),
    ],
)
def test_a_wrong_rate_is_refused(client: APIClient, changes: dict[str, Any], pointer: str, code: str) -> None:
    body = {"currency": "EUR", "date": "2026-01-09", "rate": "1.08", **changes}
    answer = client.post("/api/exchange-rates", body)
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert client.get("/api/exchange-rates").json()["count"] == 0


def test_the_rate_of_a_day_is_looked_up(client: APIClient) -> None:
    client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-09", "rate": "1.08"})
    found = client.get("/api/exchange-rates/latest", {"currency": "eur", "date": "2026-01-20"}).json()
    assert found == {"rate": "1.08", "date": "2026-01-09", "source": "manual", "age": 11, "is_stale": True}
    missing = client.get("/api/exchange-rates/latest", {"currency": "EUR", "date": "2026-01-08"})
    assert (missing.status_code, missing.json()["code"]) == (400, "no_rate")


def test_a_file_is_imported_all_or_nothing(client: APIClient, in_north: Any) -> None:
    text = "currency,date,rate\nEUR,2026-01-09,1.08\nGBP,2026-01-09,1.25\n"
    tried = client.post("/api/exchange-rates/import", {"content": text, "check_only": True}).json()
    assert (tried["found"], tried["stored"], tried["errors"]) == (2, 0, [])
    assert tried["rates"][0] == {"currency": "EUR", "date": "2026-01-09", "rate": "1.08"}
    wrong = {"content": text + 'EUR,2026-99-30,"1,08"\n'}
    details = [
        "'2026-99-30' is no date such as 2026-01-31.",
        "'1,08' is no exchange rate: a decimal number over zero such as 1.0825.",
    ]
    checked = client.post("/api/exchange-rates/import", {**wrong, "check_only": True})
    assert (checked.status_code, checked.json()["found"], checked.json()["stored"]) == (200, 2, 0)
    assert checked.json()["errors"] == [{"line": 4, "detail": detail} for detail in details]
    broken = client.post("/api/exchange-rates/import", wrong)
    assert (broken.status_code, broken.json()["code"]) == (422, "import_refused")
    assert broken.json()["errors"] == [
        {"pointer": "/content/4", "code": "wrong_line", "detail": detail} for detail in details
    ]
    assert not ExchangeRate.objects.exists()
    assert client.post("/api/exchange-rates/import", {"content": text}).json()["stored"] == 2
    again = client.post("/api/exchange-rates/import", {"content": text}).json()
    assert (again["stored"], again["unchanged"]) == (0, 2)
    assert sorted(ExchangeRate.objects.values_list("currency", "rate", "source")) == [
        ("EUR", to_rate("1.08"), "import"),
        ("GBP", to_rate("1.25"), "import"),
    ]
    ecb = client.post("/api/exchange-rates/import", {"format": "ecb", "content": ECB}).json()
    assert (ecb["found"], ecb["stored"], ecb["unchanged"]) == (5, 4, 1)
    assert ExchangeRate.objects.count() == 5


def test_without_a_provider_nothing_is_fetched(client: APIClient) -> None:
    answer = client.post("/api/exchange-rates/fetch")
    assert (answer.status_code, answer.json()["code"]) == (409, "provider_off")


questions: list[str] = []  # the addresses that the provider below was asked for


@pytest.fixture
def provider(settings: Any) -> Iterator[list[bytes]]:
    """An HTTP server that answers with what is in the list."""
    answers = [ECB.encode()]
    questions.clear()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            questions.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answers[0])

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.EXCHANGE_RATES_URL = f"http://127.0.0.1:{server.server_port}/eurofxref.xml"
    yield answers
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_provider_is_asked_by_a_job(client: APIClient, provider: list[bytes], north: Organization) -> None:
    client.post("/api/currencies", {"code": "GBP"})
    asked = client.post("/api/exchange-rates/fetch")
    assert asked.status_code == 202, asked.content
    jobs.run_due()
    job = client.get(f"/api/jobs/{asked.json()['job']}").json()
    assert (job["state"], job["result"]) == ("succeeded", {"rates": 2, "dates": ["2026-01-08", "2026-01-09"]})
    with context.enter(north.tenant()):
        rows = ExchangeRate.objects.order_by("date").values_list("currency", "rate", "source")
        assert list(rows) == [("GBP", to_rate("1.25"), "provider"), ("GBP", to_rate("1.2857142857"), "provider")]
        aliases.release()


def test_a_provider_that_answers_nonsense_changes_nothing(
    client: APIClient, provider: list[bytes], north: Organization
) -> None:
    provider[0] = json.dumps({"rates": {}}).encode()
    asked = client.post("/api/exchange-rates/fetch").json()
    jobs.run_due()
    job = client.get(f"/api/jobs/{asked['job']}").json()
    assert (job["state"], job["problem"]["code"]) == ("queued", "provider_failed")  # it tries again later
    with context.enter(north.tenant()):
        assert not ExchangeRate.objects.exists()
        aliases.release()


# --- every day, for those who asked ----------------------------------------------------------------------------------


class Run:
    """What a job is told with."""

    user_id = None
    told: tuple[int, int, str] | None = None

    def progress(self, *what: Any) -> None:
        self.told = what  # type: ignore[assignment]


@pytest.fixture
def asking(north: Organization, south: Organization) -> None:
    """North, in dollars, and South, in euros, use each other's currency and pounds, and want rates every day."""
    Organization.objects.update(fetches_exchange_rates=True)
    for organization, codes in ((north, ("EUR", "GBP")), (south, ("USD", "GBP"))):
        with context.enter(organization.tenant()):
            for code in codes:
                enable_currency(code=code, actor=1)
            aliases.release()


def stored_in(organization: Organization) -> list[tuple[str, str, str, str]]:
    with context.enter(organization.tenant()):
        rows = ExchangeRate.objects.order_by("currency", "date")
        found = [(row.currency, row.date.isoformat(), rate_text(row.rate), row.source) for row in rows]
        aliases.release()
    return found


def stored_entries(organization: Organization) -> list[str]:
    with context.enter(organization.tenant()):
        trail = ActivityEntry.objects.filter(subject_kind="exchange_rates").order_by("pk")
        found = list(trail.values_list("summary", flat=True))
        aliases.release()
    return found


def test_one_look_at_the_provider_serves_everybody_who_asked(
    asking: None, provider: list[bytes], north: Organization, south: Organization
) -> None:
    run = Run()
    assert fetch_rates_for_all(run) == {"organizations": 2, "rates": 8, "failed": []}
    assert (questions, run.told) == (["/eurofxref.xml"], (2, 2, "organizations"))
    assert stored_in(north) == [
        ("EUR", "2026-01-08", "1.1", "provider"),
        ("EUR", "2026-01-09", "1.08", "provider"),
        ("GBP", "2026-01-08", "1.25", "provider"),
        ("GBP", "2026-01-09", "1.2857142857", "provider"),
    ]
    assert [row[:2] for row in stored_in(south)] == [
        ("GBP", "2026-01-08"),
        ("GBP", "2026-01-09"),
        ("USD", "2026-01-08"),
        ("USD", "2026-01-09"),
    ]
    assert stored_entries(north) == ["4 exchange rates"]


def test_what_is_known_already_is_neither_written_nor_told_again(
    asking: None, provider: list[bytes], north: Organization
) -> None:
    fetch_rates_for_all(Run())
    with context.enter(north.tenant()):
        by_hand = ExchangeRate.objects.get(currency="EUR", date="2026-01-09")
        operations.change_rate(rate_id=by_hand.pk, rate=to_rate("1.5"), actor=1)
        aliases.release()
    assert fetch_rates_for_all(Run()) == {"organizations": 2, "rates": 0, "failed": []}
    assert stored_in(north)[1] == ("EUR", "2026-01-09", "1.5", "manual")
    assert stored_entries(north) == ["4 exchange rates"]
    provider[0] = ECB.replace("0.8800", "0.8000").encode()  # the provider corrects a rate
    assert fetch_rates_for_all(Run()) == {"organizations": 2, "rates": 2, "failed": []}
    assert stored_in(north)[2] == ("GBP", "2026-01-08", "1.375", "provider")


def test_nobody_is_asked_where_nobody_wants_rates(provider: list[bytes], north: Organization) -> None:
    assert fetch_rates_for_all(Run()) == {"organizations": 0, "rates": 0, "failed": []}
    assert (questions, stored_in(north)) == ([], [])


def test_without_a_provider_the_daily_job_does_nothing(asking: None, north: Organization) -> None:
    assert fetch_rates_for_all(Run()) == {"organizations": 0, "rates": 0, "failed": []}
    assert stored_in(north) == []


def test_only_those_who_asked_and_are_ready_get_rates(
    asking: None, provider: list[bytes], north: Organization, south: Organization
) -> None:
    Organization.objects.filter(pk=north.pk).update(fetches_exchange_rates=False)
    assert fetch_rates_for_all(Run()) == {"organizations": 1, "rates": 4, "failed": []}
    assert (stored_in(north), len(stored_in(south))) == ([], 4)
    Organization.objects.update(fetches_exchange_rates=True)
    suspend(south.pk)
    assert fetch_rates_for_all(Run()) == {"organizations": 1, "rates": 4, "failed": []}


def test_one_that_fails_does_not_stop_the_others(
    asking: None,
    provider: list[bytes],
    north: Organization,
    south: Organization,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = operations.store_rates

    def broken_in_north(**about: Any) -> operations.Stored:
        if context.current().id == north.pk:
            raise DatabaseError("the disk is gone")
        return store(**about)

    monkeypatch.setattr(operations, "store_rates", broken_in_north)
    assert fetch_rates_for_all(Run()) == {"organizations": 1, "rates": 4, "failed": [north.pk]}
    assert (stored_in(north), len(stored_in(south))) == ([], 4)


def test_nonsense_from_the_provider_changes_nothing_anywhere(
    asking: None, provider: list[bytes], north: Organization, south: Organization
) -> None:
    provider[0] = b"<html>Come back later</html>"
    assert fetch_rates_for_all(Run())["failed"] == sorted([north.pk, south.pk])
    assert (stored_in(north), stored_in(south), len(questions)) == ([], [], 1)


def test_an_owner_asks_for_it_and_the_trail_tells(
    client_of: Callable[..., APIClient], alice: Any, bob: Any, north: Organization
) -> None:
    address = f"/api/organizations/{north.pk}"
    owner = client_of(alice, north)
    assert owner.get(address).json()["fetches_exchange_rates"] is False
    assert owner.patch(address, {"fetches_exchange_rates": True}).json()["fetches_exchange_rates"] is True
    newest = owner.get("/api/organization-activity").json()["results"][0]
    assert (newest["verb"], newest["before"], newest["after"]) == (
        "edited",
        {"fetches_exchange_rates": False},
        {"fetches_exchange_rates": True},
    )
    assert client_of(bob, north).patch(address, {"fetches_exchange_rates": False}).status_code == 403
    north.refresh_from_db()
    assert north.fetches_exchange_rates is True
    assert "exchange_rates.fetch_all" in [each.job for each in SCHEDULE]
