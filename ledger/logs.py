"""Log lines carry the request, the job and the organization they belong to, as text or as JSON (LEDGER_LOG_FORMAT)."""

from __future__ import annotations

import datetime
import json
import logging
import os
from typing import Any

from tenancy import context
from tenancy.trace import job_id
from tenancy.trace import request_id as request_id


class RequestFilter(logging.Filter):
    """Adds `request_id`, `job_id` and `organization` to every record ("-" outside of each)."""

    def filter(self, record: logging.LogRecord) -> bool:
        tenant = context.current_or_none()
        record.request_id = request_id.get()
        record.job_id = job_id.get()
        record.organization = tenant.id if tenant else "-"
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line. What a log call gives as `extra={"about": {...}}` is among its members."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": os.getpid(),
        }
        for name, attribute in (("request", "request_id"), ("job", "job_id"), ("organization", "organization")):
            value = getattr(record, attribute, "-")
            if value != "-":
                line[name] = value
        line.update({name: value for name, value in getattr(record, "about", {}).items() if value is not None})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)
