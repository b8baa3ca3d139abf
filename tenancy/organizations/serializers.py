from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenancy import names
from tenancy.abilities import ROLE_CHOICES, ROLES
from tenancy.models import Organization, OrganizationDatabase
from tenancy.organizations import choices


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """An organization as one of its members sees it; `role` and `abilities` are the caller's."""

    role = serializers.SerializerMethodField()
    abilities = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=OrganizationDatabase.State.choices, source="database.state", read_only=True)
    set_up_job = serializers.CharField(source="database.set_up_job", read_only=True)
    problem = serializers.SerializerMethodField()

    class Meta:
        model = Organization
        fields = (
            "id",
            "name",
            "role",
            "abilities",
            "state",
            "base_currency",
            "country",
            "language",
            "timezone",
            "fiscal_year_start",
            "industry",
            "fetches_exchange_rates",
            "set_up_job",
            "problem",
            "created_at",
        )
        read_only_fields: tuple[str, ...] = ("id", "created_at")
        extra_kwargs = {"name": {"trim_whitespace": True, "validators": names.NAME}, "industry": {"required": False}}

    def get_role(self, organization: Organization) -> serializers.ChoiceField(choices=ROLE_CHOICES):  # type: ignore[valid-type]
        return self.context["role_of"][organization.id]

    def get_abilities(self, organization: Organization) -> list[str]:
        return sorted(ROLES[self.context["role_of"][organization.id]])

    def get_problem(self, organization: Organization) -> str:
        """What went wrong is staff's to read; a member learns what to do."""
        if organization.database.state == OrganizationDatabase.State.FAILED:
            return "Setting up failed. Try again; if it fails again, tell the people who run this installation."
        return ""

    def validate_base_currency(self, value: str) -> str:
        return _one_of(value.upper(), choices.currencies(), "This is not an ISO 4217 currency in use.")

    def validate_country(self, value: str) -> str:
        return _one_of(value.upper(), choices.countries(), "This is not an ISO 3166-1 country code.")

    def validate_language(self, value: str) -> str:
        return _one_of(value, dict(choices.LANGUAGES), "The application does not speak this language.")

    def validate_timezone(self, value: str) -> str:
        return _one_of(value, choices.timezones(), "This is not an IANA time zone, such as Europe/Paris.")

    def validate_industry(self, value: str) -> str:
        return _one_of(value, dict(choices.INDUSTRIES), "There is no chart of accounts for this industry.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A new organization's time zone follows its country unless it is given."""
        if self.instance is None and "timezone" not in attrs:
            attrs["timezone"] = choices.countries()[attrs["country"]]["timezones"][0]
        return attrs


FIXED = ("base_currency", "country", "industry")


class OrganizationChangeSerializer(OrganizationSerializer):
    """After setting up, what the books were built on stays: the base currency, the country and the chart's industry."""

    class Meta(OrganizationSerializer.Meta):
        read_only_fields = ("id", "created_at", *FIXED)

    def to_internal_value(self, data: Any) -> Any:
        """Asking for another currency is answered, not ignored."""
        given = data if isinstance(data, dict) else {}
        wrong = [name for name in FIXED if name in given and given[name] != getattr(self.instance, name)]
        if wrong:
            message = "This cannot be changed once the organization is founded."
            raise serializers.ValidationError({name: [serializers.ErrorDetail(message, "fixed")] for name in wrong})
        return super().to_internal_value(data)


def _one_of(value: str, known: Any, message: str) -> str:
    if value not in known:
        raise serializers.ValidationError(message, code="unknown")
    return value


class StartedSerializer(serializers.Serializer[Any]):
    """Setting up has been asked for; poll the job."""

    organization = OrganizationSerializer()
    job = serializers.CharField(help_text="Id for GET /api/jobs/{id}")


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not DRF's own label


class CountrySerializer(ChoiceSerializer):
    currency = serializers.CharField()
    timezones = serializers.ListField(child=serializers.CharField())


class SetUpChoicesSerializer(serializers.Serializer[Any]):
    countries = CountrySerializer(many=True)
    currencies = ChoiceSerializer(many=True)
    languages = ChoiceSerializer(many=True)
    timezones = ChoiceSerializer(many=True)
    industries = ChoiceSerializer(many=True)
