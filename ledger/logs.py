"""Log lines carry the request and the organization they belong to."""

import logging

from tenancy import context
from tenancy.trace import request_id as request_id


class RequestFilter(logging.Filter):
    """Adds `request_id` and `organization` to every record ("-" outside a request or a context)."""

    def filter(self, record: logging.LogRecord) -> bool:
        tenant = context.current_or_none()
        record.request_id = request_id.get()
        record.organization = tenant.id if tenant else "-"
        return True
