"""The id that ties log lines together: a request's, and that of every job the request asked for."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
