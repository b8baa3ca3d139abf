from __future__ import annotations

from itertools import islice
from typing import Any

from rest_framework import serializers

from ledger_core.arithmetic.schedule import FREQUENCIES, WEEKLY, Schedule
from ledger_core.base.serializers import BooksDateField, BooksSerializer, IdField, PersonField
from ledger_core.recurring.kinds import DRAFT, RecurringKind
from ledger_core.recurring.models import RecurringRun, RecurringTemplate

SHOWN_DATES = 5
FREQUENCY_CHOICES = [(each, each.title()) for each in FREQUENCIES]


class RecurringTemplateSerializer(BooksSerializer):
    """What every template answers, besides its content."""

    id = IdField()
    name = serializers.CharField()
    action = serializers.CharField(help_text="draft, or the verb that is done at once")
    frequency = serializers.ChoiceField(FREQUENCY_CHOICES)
    interval = serializers.IntegerField()
    start = serializers.DateField()
    day = serializers.IntegerField(allow_null=True)
    end = serializers.DateField(allow_null=True)
    count = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(RecurringTemplate.State.choices)
    problem = serializers.CharField(help_text="Why it needs attention")
    next_dates = serializers.SerializerMethodField(help_text=f"The next {SHOWN_DATES} dates, missed ones included")
    created_by = PersonField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_next_dates(self, template: RecurringTemplate) -> list[str]:
        if template.next_date is None:
            return []
        return next_dates(template.schedule, since=template.next_date)

    def to_representation(self, instance: RecurringTemplate) -> dict[str, Any]:
        """The template, with its content as it was written beside it."""
        own: dict[str, Any] = super().to_representation(instance)
        return {**instance.content, **own}


def next_dates(schedule: Schedule, **since: Any) -> list[str]:
    return [date.isoformat() for date in islice(schedule.dates(**since), SHOWN_DATES)]


class ScheduleSerializer(BooksSerializer):
    """When something recurs; it ends after `end` or after `count` dates, whichever comes first."""

    frequency = serializers.ChoiceField(FREQUENCY_CHOICES)
    interval = serializers.IntegerField(
        required=False, min_value=1, max_value=99, help_text="Every so many weeks, months, ... (default 1)"
    )
    start = BooksDateField()
    day = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=31,
        help_text="Of the month; short months use their last day. Default: the start's",
    )
    end = BooksDateField(required=False, allow_null=True)
    count = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=9999)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("frequency") == WEEKLY and attrs.get("day") is not None:
            message = "A weekly schedule recurs on the start's day of the week; leave the day out."
            raise serializers.ValidationError({"day": [serializers.ErrorDetail(message, "not_weekly")]})
        return attrs


class SchedulePreviewSerializer(BooksSerializer):
    dates = serializers.ListField(child=serializers.DateField())


class RecurringTemplateWriteSerializer(ScheduleSerializer):
    """What every template is given, besides its content."""

    name = serializers.CharField(max_length=120)

    def template_fields(self) -> dict[str, Any]:
        """The validated fields of the template itself."""
        names = {*ScheduleSerializer().fields, "name", "action"}
        return {name: value for name, value in self.validated_data.items() if name in names}


# The actions of kinds, by their verb; named in the description of the API (ledger/settings.py).
PUBLISH_ACTIONS = ((DRAFT, "Write a draft"), ("publish", "Publish it at once"))
ISSUE_ACTIONS = ((DRAFT, "Write a draft"), ("issue", "Issue it at once"))
OPEN_ACTIONS = ((DRAFT, "Write a draft"), ("open", "Open it at once"))
ACTIONS = {actions[1][0]: actions for actions in (PUBLISH_ACTIONS, ISSUE_ACTIONS, OPEN_ACTIONS)}


def write_serializer(kind: RecurringKind) -> type[Any]:
    """The body of a template of a kind: its own fields and, beside them, what is written each time."""
    action = serializers.ChoiceField(ACTIONS[kind.verb], required=False, help_text=f"Default: {kind.verb}")
    bases = (RecurringTemplateWriteSerializer, kind.content)
    return type(f"{_name(kind)}WriteSerializer", bases, {"action": action, "__doc__": "A template of what recurs."})


def shown_serializer(kind: RecurringKind) -> type[Any]:
    """A template of a kind as it is answered, for the description of the API."""
    bases = (RecurringTemplateSerializer, kind.content)
    return type(f"{_name(kind)}Serializer", bases, {"__doc__": "A template; its content is as it was written."})


def _name(kind: RecurringKind) -> str:
    return kind.label.title().replace(" ", "")


class RecurringRunSerializer(BooksSerializer):
    """A date that is done."""

    date = serializers.DateField()
    outcome = serializers.ChoiceField(RecurringRun.Outcome.choices)
    document = IdField(source="document_id", allow_null=True, help_text="The journal, invoice, ... that was made")
    done_at = serializers.DateTimeField()
