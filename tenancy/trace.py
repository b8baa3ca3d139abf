"""The ids that tie log lines together: a request's, which every job it asked for carries on, and a job's."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
job_id: ContextVar[str] = ContextVar("job_id", default="-")
