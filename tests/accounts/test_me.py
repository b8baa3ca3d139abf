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
