"""Work that outlives a request: mail, imports, setting up an organization, recurring work.

The job *record* is ours and is the truth; Celery only delivers its id. With MONGODB_URL the records are in MongoDB,
else in the system database, behind the same interface (`store`). A worker claims a record by its id, holds it by a
lease that a heartbeat renews, and writes the outcome only while it still holds it. A sweep publishes again what was
lost on the way, is due, or whose worker died. So every job runs at least once and may run twice: handlers are written
so that the second time does no harm. Every job kind is a line in `ledger/jobs.py`. Why: docs/decisions/0004-jobs.md.
"""

from tenancy.jobs.kinds import JobKind
from tenancy.jobs.queue import enqueue, is_alive, retry
from tenancy.jobs.runner import JobRun, run_due
from tenancy.jobs.schedule import install as install_schedule

__all__ = ["JobKind", "JobRun", "enqueue", "install_schedule", "is_alive", "retry", "run_due"]
