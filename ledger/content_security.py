"""What pages may load and run (Content-Security-Policy); the web app's own page and files carry the strictest."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# The admin's pages are Alpine's: expressions in attributes, which it compiles.
ADMIN = f"{settings.CONTENT_SECURITY_POLICY}; script-src 'self' 'unsafe-eval'"
POLICIES = {"/admin/": ADMIN, "/api/": settings.CONTENT_SECURITY_POLICY}


def content_security(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Every answer below these addresses has a policy, error pages included, unless a view gave its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for address, policy in POLICIES.items():
            if request.path.startswith(address):
                response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware
