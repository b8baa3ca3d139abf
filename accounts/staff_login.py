"""Staff's log-in page counts attempts like the API does: per network address and per account."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.request import Request
from unfold.forms import AuthenticationForm

from accounts.models import User
from accounts.throttles import LogIns
from tenancy.throttles import Throttle


class StaffLogInsToAccount(Throttle):
    """Guessing one staff password from many addresses."""

    scope = "login_account"

    def who(self, request: Request) -> str:
        return User.objects.normalize_email(request.POST.get("username"))


class StaffLoginForm(AuthenticationForm):  # type: ignore[misc]
    """Refuses before the password is looked at, so that a guess above the rate learns nothing."""

    def clean(self) -> dict[str, Any]:
        for throttle in (LogIns(), StaffLogInsToAccount()):
            if not throttle.allow_request(self.request, None):  # type: ignore[arg-type]
                seconds = int(throttle.wait() or 1) + 1
                raise ValidationError(f"Too many attempts. Try again in {seconds} seconds.", code="too_many_requests")
        cleaned: dict[str, Any] = super().clean()
        return cleaned
