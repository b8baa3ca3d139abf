"""Staff's view of jobs and schedules.

Jobs are listed from the store, so the page is the same whether they are in the system database or in MongoDB. Arguments
and results are not shown: the former may be secrets, the latter may be an organization's books.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_celery_beat import admin as beat_admin
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from unfold.utils import display_for_label
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from tenancy.jobs import queue
from tenancy.jobs.kinds import UnknownJob
from tenancy.jobs.models import Job
from tenancy.jobs.record import FAILED, STATES, JobRecord
from tenancy.jobs.store import JobQuery, StoreUnavailable, store
from tenancy.jobs.views import Jobs
from tenancy.staff import StaffAdmin

PAGE = 50
LABELS = {"queued": "info", "running": "warning", "succeeded": "success", "failed": "danger"}
HEADERS = ("", "Job", "State", "Organization", "User", "Progress", "Attempts", "Asked for", "Finished", "Problem")
AWAY = "Jobs cannot be looked up: their store cannot be reached. Requests go on and jobs wait; nothing is lost."


class JobFilter(forms.Form):
    """What the list can be narrowed by."""

    state = forms.ChoiceField(choices=[("", "Any state"), *STATES], required=False, widget=UnfoldAdminSelectWidget)
    name = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget)
    organization = forms.CharField(
        required=False, widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "Id of an organization"})
    )
    user = forms.IntegerField(
        required=False, widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "Number of a user"})
    )
    job = forms.CharField(required=False, widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "Id of a job"}))

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = [("", "Any kind"), *((name, name) for name in names)]  # type: ignore[attr-defined]

    def query(self) -> JobQuery:
        asked = self.cleaned_data if self.is_valid() else {}
        return JobQuery(
            states=(asked["state"],) if asked.get("state") else None,
            name=asked.get("name") or None,
            organization_id=asked.get("organization") or None,
            user_id=asked.get("user"),
            ids=(asked["job"].strip(),) if asked.get("job") else None,
        )


@admin.register(Job)
class JobAdmin(StaffAdmin):
    """Jobs of all organizations: read-only, but a failed one can be tried again."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._check(request)
        if request.method == "POST":
            self._retry(request, request.POST.getlist("job"))
            return HttpResponseRedirect(request.get_full_path())
        try:
            context = self._list(request)
        except StoreUnavailable:
            self.message_user(request, AWAY, messages.ERROR)
            context = {"table": {"headers": HEADERS, "rows": []}, "page": None, "form": None}
        whole = {**self._frame(request), **context, **(extra_context or {})}
        return TemplateResponse(request, "admin/tenancy/job/list.html", whole)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._check(request)
        if request.method == "POST":
            self._retry(request, [object_id])
            return HttpResponseRedirect(request.get_full_path())
        try:
            job = queue.find(object_id)
        except queue.JobsUnavailable:
            self.message_user(request, AWAY, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:index"))
        if job is None:
            raise Http404(f"There is no job {object_id}.")
        about = {
            "job": job,
            "table": {"rows": _particulars(job)},
            "is_failed": job.state == FAILED,
        }
        whole = {**self._frame(request), **about, "title": f"Job {job.name}", **(extra_context or {})}
        return TemplateResponse(request, "admin/tenancy/job/detail.html", whole)

    def _check(self, request: HttpRequest) -> None:
        wanted = self.has_change_permission if request.method == "POST" else self.has_view_permission
        if not wanted(request):
            raise PermissionDenied

    def _frame(self, request: HttpRequest) -> dict[str, Any]:
        may_retry = self.has_change_permission(request)
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": "Jobs", "may_retry": may_retry}

    def _list(self, request: HttpRequest) -> dict[str, Any]:
        form = JobFilter(request.GET, names=list(store().names()))
        pages: Paginator[Any] = Paginator(Jobs(form.query()), PAGE)  # type: ignore[arg-type]
        page = pages.get_page(request.GET.get("page"))
        kept = request.GET.copy()
        kept.pop("page", None)
        rows = [_row(job) for job in page.object_list]
        return {"table": {"headers": HEADERS, "rows": rows}, "page": page, "form": form, "kept": kept.urlencode()}

    def _retry(self, request: HttpRequest, job_ids: list[str]) -> None:
        for job_id in job_ids:
            try:
                again = queue.retry(job_id)
            except (StoreUnavailable, queue.JobsUnavailable):
                self.message_user(request, AWAY, messages.ERROR)
                return
            except UnknownJob as error:
                self.message_user(request, f"{job_id}: {error}", messages.ERROR)
            else:
                said = "is tried again" if again else "has not failed: nothing was done"
                self.message_user(request, f"{job_id} {said}.", messages.SUCCESS if again else messages.WARNING)


def _row(job: JobRecord) -> tuple[Any, ...]:
    return (
        _choice(job),
        _link("admin:tenancy_job_change", job.id, job.name),
        _state(job),
        _organization(job),
        _user(job),
        f"{job.percent} % {job.message}".strip(),
        f"{job.attempts} of {job.max_attempts}",
        _time(job.created_at),
        _time(job.finished_at),
        job.problem["code"] if job.problem else "-",
    )


def _particulars(job: JobRecord) -> list[tuple[str, Any]]:
    problem = job.problem or {}
    return [
        ("Id", job.id),
        ("State", _state(job)),
        ("Organization", _organization(job)),
        ("User", _user(job)),
        ("Progress", f"{job.percent} % ({job.done} of {job.total}) {job.message}".strip()),
        ("Attempts", f"{job.attempts} of {job.max_attempts}"),
        ("Queue and priority", f"{job.queue}, {job.priority}"),
        ("Idempotency key", job.key or "-"),
        ("Request", job.trace_id or "-"),
        ("Asked for", _time(job.created_at)),
        ("Runs from", _time(job.run_at)),
        ("Latest attempt", _time(job.started_at)),
        ("Finished", _time(job.finished_at)),
        ("Worker", job.worker or "-"),
        ("Lease until", _time(job.lease_until)),
        ("Published again by the sweep", f"{job.publications} times"),
        ("Problem", f"{problem['code']}: {problem['title']}. {problem['detail']}" if problem else "-"),
    ]


def _choice(job: JobRecord) -> SafeString | str:
    """Only what failed can be chosen, to be tried again."""
    if job.state != FAILED:
        return ""
    return format_html('<input type="checkbox" name="job" value="{}" aria-label="Choose {}">', job.id, job.id)


def _state(job: JobRecord) -> Any:
    return display_for_label((job.state, dict(STATES)[job.state]), "-", LABELS)


def _organization(job: JobRecord) -> SafeString | str:
    if job.organization_id is None:
        return "-"
    return _link("admin:tenancy_organization_change", job.organization_id, job.organization_id)


def _user(job: JobRecord) -> SafeString | str:
    if job.user_id is None:
        return "-"
    return _link("admin:accounts_user_change", job.user_id, job.user_id)


def _link(page: str, target: Any, text: Any) -> SafeString:
    return format_html('<a class="text-link" href="{}">{}</a>', reverse(page, args=[target]), text)


def _time(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if value else "-"


# --- Schedules: django-celery-beat's own pages, in the look of the others ---


class TaskSelect(UnfoldAdminSelectWidget, beat_admin.TaskSelectWidget):  # type: ignore[misc]
    """Celery's task names."""


class PeriodicTaskForm(beat_admin.PeriodicTaskForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = TaskSelect()


for _model in (PeriodicTask, IntervalSchedule, CrontabSchedule, ClockedSchedule, SolarSchedule):
    admin.site.unregister(_model)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(beat_admin.PeriodicTaskAdmin, StaffAdmin):  # type: ignore[misc]
    """Recurring work. Switch a schedule off rather than deleting it: an upgrade would put it back."""

    form = PeriodicTaskForm
    change_form_template = "admin/change_form.html"  # theirs adds an inline script, which ledger.content_security stops


@admin.register(IntervalSchedule, SolarSchedule)
class ScheduleAdmin(StaffAdmin):
    pass


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(beat_admin.CrontabScheduleAdmin, StaffAdmin):  # type: ignore[misc]
    inlines = ()


@admin.register(ClockedSchedule)
class ClockedScheduleAdmin(beat_admin.ClockedScheduleAdmin, StaffAdmin):  # type: ignore[misc]
    inlines = ()
