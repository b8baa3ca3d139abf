from django.apps import AppConfig


class LedgerCoreConfig(AppConfig):
    name = "ledger_core"
    verbose_name = "Books"
    default_auto_field = "django.db.models.BigAutoField"
