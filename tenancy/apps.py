from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "tenancy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tenancy import (
            aliases,
            schema,  # noqa: F401 (registers itself with drf-spectacular)
        )

        aliases.install()
