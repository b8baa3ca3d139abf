"""The web app's page for every address that is not the server's (embedded mode; nginx does this in production)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    index = settings.WEBAPP_DIST / "index.html"
    if not index.exists():
        return HttpResponseNotFound(
            "The web app is not built. Run `bash deploy/run.sh`, or `npm ci && npm run build` in webapp/.",
            content_type="text/plain",
        )
    response = HttpResponse(index.read_bytes(), content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Content-Security-Policy"] = settings.CONTENT_SECURITY_POLICY
    return response
