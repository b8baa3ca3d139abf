"""Templates of journals that recur, and what became of each date."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ledger_core.arithmetic.schedule import Schedule
from ledger_core.chart.models import Account
from ledger_core.journals.models import DocumentLine


class RecurringJournal(models.Model):
    """A journal as it recurs. `next_date` is the first date that is neither made nor skipped yet."""

    class Action(models.TextChoices):
        DRAFT = "draft", "Write a draft"
        PUBLISH = "publish", "Publish"

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        NEEDS_ATTENTION = "needs_attention", "Needs attention"
        FINISHED = "finished", "Finished"

    name = models.CharField(max_length=120)
    memo = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3, help_text="ISO 4217; the lines' amounts are in its minor units")
    rate = models.BigIntegerField(null=True, help_text="In 10^-10; empty: the table's on each date")
    action = models.CharField(max_length=10, choices=Action.choices, default=Action.PUBLISH)
    # The schedule (arithmetic/schedule.py).
    frequency = models.CharField(max_length=10)
    interval = models.PositiveSmallIntegerField(default=1)
    start = models.DateField()
    day = models.PositiveSmallIntegerField(null=True)
    end = models.DateField(null=True)
    count = models.PositiveSmallIntegerField(null=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.ACTIVE)
    problem = models.CharField(max_length=1000, blank=True, help_text="Why it needs attention")
    next_date = models.DateField(null=True)
    created_by = models.PositiveBigIntegerField(help_text="User id (system database); its journals are theirs")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        indexes: ClassVar = [models.Index(fields=["state", "next_date"], name="recurring_due")]  # the sweep

    def __str__(self) -> str:
        return self.name

    @property
    def schedule(self) -> Schedule:
        return Schedule(
            self.frequency, self.start, interval=self.interval, day=self.day, end=self.end, count=self.count
        )


class RecurringJournalLine(DocumentLine):
    """A line of a template."""

    template = models.ForeignKey(RecurringJournal, on_delete=models.CASCADE, related_name="lines", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="recurring_journal_lines")

    class Meta(DocumentLine.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "position"], name="recurring_line_position_once")
        ]

    def __str__(self) -> str:
        return f"Line {self.position} of template {self.template_id}"


class RecurringRun(models.Model):
    """A date of a template that is done. Unique: however often the sweep comes or dies, a date is done once."""

    class Outcome(models.TextChoices):
        MADE = "made", "Journal made"
        SKIPPED = "skipped", "Skipped"

    template = models.ForeignKey(RecurringJournal, on_delete=models.CASCADE, related_name="runs", db_index=False)
    date = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    journal_id = models.PositiveBigIntegerField(null=True, help_text="A manual journal; a draft may be deleted since")
    done_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-date"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["template", "date"], name="recurring_run_once")]

    def __str__(self) -> str:
        return f"{self.date}: {self.outcome}"
