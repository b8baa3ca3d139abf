"""/admin/login/."""

import pytest
from django.test import Client
from rest_framework.settings import api_settings

PASSWORD = "correct horse battery"
PATH = "/admin/login/?next=/admin/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(new_user):
    return new_user("staff", is_staff=True, is_superuser=True)


def log_in(password, address="203.0.113.5"):
    client = Client(REMOTE_ADDR=address)
    return client.post(PATH, {"username": "Staff@example.com ", "password": password})


def test_staff_log_in_by_address_and_password(staff):
    answer = log_in(PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_staff_land_on_their_first_page_wherever_they_came_from(staff):
    answer = Client().post("/admin/login/", {"username": "staff@example.com", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_people_who_are_not_staff_stay_out(new_user):
    new_user("staff")
    assert "staff account" in log_in(PASSWORD).content.decode()


def test_guessing_is_stopped_before_the_password_is_looked_at(staff, monkeypatch):
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "login_account", "3/min")
    for number in range(3):
        assert "Too many attempts" not in log_in("wrong", f"203.0.113.{number}").content.decode()
    answer = log_in(PASSWORD, "203.0.113.99")
    assert answer.status_code == 200
    assert "Too many attempts. Try again in" in answer.content.decode()


def test_one_address_guessing_many_accounts_is_stopped_too(staff, monkeypatch):
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "login", "2/min")
    for _ in range(2):
        log_in("wrong")
    assert "Too many attempts" in log_in(PASSWORD).content.decode()
    assert log_in(PASSWORD, "198.51.100.7").status_code == 302
