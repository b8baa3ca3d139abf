"""GET and PATCH /api/auth/me."""


def test_it_says_who_the_caller_is_and_where(client_of, alice, north):
    answer = client_of(alice, north).get("/api/auth/me")
    assert answer.status_code == 200
    assert answer.json() == {
        "id": str(alice.pk),
        "email": "alice@example.com",
        "full_name": "Alice",
        "email_confirmed": True,
        "is_staff": False,
        "organization": north.id,
    }


def test_a_person_may_change_their_name_and_nothing_else(client_of, alice):
    client = client_of(alice)
    answer = client.patch(
        "/api/auth/me", {"full_name": "Alice North", "email": "x@example.com", "is_staff": True, "id": "7"}
    )
    assert answer.status_code == 200
    assert answer.json() == client.get("/api/auth/me").json()
    assert answer.json()["full_name"] == "Alice North"
    alice.refresh_from_db()
    assert (alice.full_name, alice.email, alice.is_staff) == ("Alice North", "alice@example.com", False)
    assert alice.check_password("correct horse battery")


def test_an_empty_name_is_refused(client_of, alice):
    answer = client_of(alice).patch("/api/auth/me", {"full_name": " "})
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/full_name", "blank")]


def test_a_name_that_is_too_long_is_refused(client_of, alice):
    answer = client_of(alice).patch("/api/auth/me", {"full_name": "x" * 121})
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/full_name", "max_length")]


def test_strangers_are_told_to_log_in(client, db):
    answer = client.get("/api/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"
