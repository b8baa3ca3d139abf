"""Templates of what recurs, and what became of each date."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ledger_core.arithmetic.schedule import Schedule


class RecurringTemplate(models.Model):
    """A journal, invoice, bill or expense as it recurs (recurring/kinds.py).

    `content` is what is written each time, as the API takes it, without dates: what it names (accounts, taxes, items,
    rates) is looked up on each date. `next_date` is the first date that is neither made nor skipped yet.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        NEEDS_ATTENTION = "needs_attention", "Needs attention"
        FINISHED = "finished", "Finished"

    kind = models.CharField(max_length=40, help_text="manual_journal, invoice, bill, expense")
    name = models.CharField(max_length=120)
    content = models.JSONField()
    contact_id = models.PositiveBigIntegerField(null=True, help_text="The contact in `content`, for the list")
    action = models.CharField(max_length=10, help_text="draft, or the verb that takes the kind out of draft")
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
    created_by = models.PositiveBigIntegerField(help_text="User id (system database); what is made is theirs")
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


class RecurringRun(models.Model):
    """A date of a template that is done. Unique: however often the sweep comes or dies, a date is done once."""

    class Outcome(models.TextChoices):
        MADE = "made", "Made"
        SKIPPED = "skipped", "Skipped"

    template = models.ForeignKey(RecurringTemplate, on_delete=models.CASCADE, related_name="runs", db_index=False)
    date = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    document_id = models.PositiveBigIntegerField(null=True, help_text="What was made; a draft may be deleted since")
    done_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-date"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["template", "date"], name="recurring_run_once")]

    def __str__(self) -> str:
        return f"{self.date}: {self.outcome}"
