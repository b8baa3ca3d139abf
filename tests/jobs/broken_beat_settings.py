"""As worker_settings, with a beat that fails at its first look at the schedule."""

from celery.beat import Scheduler

from tests.jobs.worker_settings import *  # noqa: F403

CELERY_BEAT_SCHEDULER = "tests.jobs.broken_beat_settings:Broken"


class Broken(Scheduler):
    """Cannot tell what is due."""

    def tick(self, *args: object, **kwargs: object) -> float:
        raise RuntimeError("no schedule today")
