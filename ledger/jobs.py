"""Every kind of job. A new one is a line here and a handler in a package's `jobs.py`; see tenancy/jobs/kinds.py."""

from tenancy.jobs.kinds import JobKind

JOBS = (
    JobKind(
        name="organization.set_up",
        handler="tenancy.provisioning.jobs.set_up",
        scope="system",
        priority=0,
        on_failed="tenancy.provisioning.jobs.set_up_failed",
    ),
    # A mail server may be down for a while: twenty attempts take four hours.
    JobKind(name="mail.send", handler="tenancy.mail.deliver", scope="system", attempts=20, priority=2),
    JobKind(
        name="organizations.keep_warm", handler="tenancy.provisioning.jobs.keep_warm", scope="system", queue="bulk"
    ),
    JobKind(
        name="organizations.finish_migrations",
        handler="tenancy.provisioning.jobs.finish_migrations",
        scope="system",
        queue="bulk",
    ),
    JobKind(name="organizations.measure", handler="tenancy.provisioning.jobs.measure", scope="system", queue="bulk"),
    JobKind(name="idempotency.clean_up", handler="ledger_core.base.jobs.forget_keys", scope="system", queue="bulk"),
    JobKind(name="exchange_rates.fetch", handler="ledger_core.currencies.jobs.fetch_rates", scope="organization"),
    JobKind(
        name="exchange_rates.fetch_all",
        handler="ledger_core.currencies.jobs.fetch_rates_for_all",
        scope="system",
        queue="bulk",
    ),
    JobKind(name="books.advance", handler="ledger_core.seals.jobs.advance", queue="bulk", scope="organization"),
    JobKind(name="books.advance_all", handler="ledger_core.seals.jobs.advance_all", scope="system", queue="bulk"),
    JobKind(
        name="attachments.clean_up",
        handler="ledger_core.attachments.jobs.clean_up",
        scope="organization",
        queue="bulk",
    ),
    JobKind(
        name="attachments.clean_up_all",
        handler="ledger_core.attachments.jobs.clean_up_all",
        scope="system",
        queue="bulk",
    ),
    JobKind(name="recurring.sweep", handler="ledger_core.recurring.jobs.sweep", scope="system"),
    JobKind(name="recurring.run", handler="ledger_core.recurring.jobs.run_due", scope="organization"),
    JobKind(name="jobs.clean_up", handler="tenancy.jobs.retention.clean_up", scope="system", queue="bulk"),
    JobKind(
        name="organization.back_up",
        handler="tenancy.lifecycle.jobs.back_up",
        scope="system",
        queue="bulk",
        attempts=3,
        time_limit=6 * 3600,
    ),
    JobKind(name="organizations.back_up_due", handler="tenancy.lifecycle.jobs.back_up_due", scope="system"),
    JobKind(
        name="organizations.try_backup",
        handler="tenancy.lifecycle.jobs.try_backup",
        scope="system",
        queue="bulk",
        time_limit=6 * 3600,
    ),
    JobKind(name="organizations.tidy", handler="tenancy.lifecycle.jobs.tidy", scope="system", queue="bulk"),
)
