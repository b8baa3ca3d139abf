"""Settings of the installations that the job tests start: the product's, with the test kinds."""

from ledger.settings import *  # noqa: F403

JOB_KINDS = "tests.jobs.kinds.JOBS"
