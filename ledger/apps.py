from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from ledger import (
            celery,  # noqa: F401 (the process has its Celery application from here on)
            checks,
        )

        checks.refuse_wrong_settings()
