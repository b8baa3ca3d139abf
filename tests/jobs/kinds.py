"""Job kinds for the tests of the machinery; `settings.JOB_KINDS` names this registry in their place."""

from tenancy.jobs.kinds import JobKind

HERE = "tests.jobs.handlers"

JOBS = (
    JobKind(name="test.note", handler=f"{HERE}.note", scope="system"),
    JobKind(name="test.urgent", handler=f"{HERE}.note", scope="system", priority=0),
    JobKind(name="test.steps", handler=f"{HERE}.steps", scope="system"),
    JobKind(name="test.slow", handler=f"{HERE}.slow", scope="system", attempts=3, lease=3),
    JobKind(name="test.fails", handler=f"{HERE}.fails", scope="system", attempts=3, on_failed=f"{HERE}.note_failure"),
    JobKind(name="test.refused", handler=f"{HERE}.refused", scope="system", on_failed=f"{HERE}.note_failure"),
    JobKind(name="test.unavailable", handler=f"{HERE}.unavailable", scope="system", attempts=2),
    JobKind(name="test.not_json", handler=f"{HERE}.not_json", scope="system", attempts=1),
    JobKind(name="test.count_accounts", handler=f"{HERE}.count_accounts", scope="organization"),
    JobKind(name="test.books_without_organization", handler=f"{HERE}.count_accounts", scope="system", attempts=1),
    JobKind(name="test.stays_inside", handler=f"{HERE}.stays_inside", scope="organization", attempts=1),
    JobKind(name="test.where", handler=f"{HERE}.where", scope="system"),
    JobKind(name="test.visits", handler=f"{HERE}.visits", scope="organization", attempts=1),
)
