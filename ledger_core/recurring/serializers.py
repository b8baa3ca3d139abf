from __future__ import annotations

from itertools import islice
from typing import Any

from rest_framework import serializers

from ledger_core.arithmetic.schedule import FREQUENCIES, WEEKLY, Schedule
from ledger_core.base.serializers import BooksDateField, BooksSerializer, IdField, PersonField
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.currencies.serializers import CurrencyCodeField, RateField
from ledger_core.journals.amounts import DocumentAmountField, take_currency
from ledger_core.journals.lines import MAX_LINES
from ledger_core.journals.serializers import ManualJournalLineWriteSerializer, written_line
from ledger_core.recurring.models import RecurringJournal, RecurringRun

SHOWN_DATES = 5
FREQUENCY_CHOICES = [(each, each.title()) for each in FREQUENCIES]


class RecurringLineSerializer(serializers.Serializer):
    account = AccountReferenceSerializer()
    description = serializers.CharField()
    debit = DocumentAmountField(document="template")
    credit = DocumentAmountField(document="template")
    contact_id = IdField(allow_null=True)
    branch_id = IdField(allow_null=True)
    project_id = IdField(allow_null=True)


class RecurringJournalSerializer(serializers.Serializer):
    id = IdField()
    name = serializers.CharField()
    memo = serializers.CharField()
    reference = serializers.CharField()
    currency = serializers.CharField()
    rate = RateField(allow_null=True, help_text="null: the table's on each date")
    action = serializers.ChoiceField(RecurringJournal.Action.choices)
    frequency = serializers.ChoiceField(FREQUENCY_CHOICES)
    interval = serializers.IntegerField()
    start = serializers.DateField()
    day = serializers.IntegerField(allow_null=True)
    end = serializers.DateField(allow_null=True)
    count = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(RecurringJournal.State.choices)
    problem = serializers.CharField(help_text="Why it needs attention")
    next_dates = serializers.SerializerMethodField(help_text=f"The next {SHOWN_DATES} dates, missed ones included")
    lines = RecurringLineSerializer(many=True, source="lines.all")
    created_by = PersonField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_next_dates(self, template: RecurringJournal) -> list[str]:
        if template.next_date is None:
            return []
        return next_dates(template.schedule, since=template.next_date)


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


class SchedulePreviewSerializer(serializers.Serializer):
    dates = serializers.ListField(child=serializers.DateField())


class RecurringJournalWriteSerializer(ScheduleSerializer):
    """A template; `lines` take the place of all former lines."""

    name = serializers.CharField(max_length=120)
    memo = serializers.CharField(max_length=500, required=False, allow_blank=True)
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)
    currency = CurrencyCodeField(required=False, allow_null=True, help_text="Default: the base currency")
    rate = RateField(required=False, allow_null=True, help_text="Default: the table's on each date")
    action = serializers.ChoiceField(RecurringJournal.Action.choices, required=False)
    lines = ManualJournalLineWriteSerializer(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def to_internal_value(self, data: Any) -> Any:
        take_currency(self, data)
        return super().to_internal_value(data)

    def fields_of(self) -> dict[str, Any]:
        """The validated fields, as the operations take them."""
        fields = dict(self.validated_data)
        if "lines" in fields:
            fields["lines"] = [written_line(each) for each in fields["lines"]]
        return fields


class RecurringRunSerializer(serializers.Serializer):
    """A date that is done."""

    date = serializers.DateField()
    outcome = serializers.ChoiceField(RecurringRun.Outcome.choices)
    journal = IdField(source="journal_id", allow_null=True, help_text="A manual journal")
    done_at = serializers.DateTimeField()
