"""`/healthz`: the process answers. `/readyz`: the parts it needs answer too. `manage.py doctor` looks at all of it."""

from __future__ import annotations

import os

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.backoff import NoBackoff
from redis.retry import Retry

from tenancy.jobs.store import JobQuery, StoreUnavailable, store, uses_mongodb

OK, UNREACHABLE = "ok", "unreachable"
BROKER_SECONDS = 0.5  # that it may take to answer


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served. Without the cache they are slower, without broker and job records jobs wait."""
    parts = {
        "system_database": _system_database(),
        "cache": cache_state(),
        "broker": broker_state(),
        "job_records": _job_records(),
    }
    return JsonResponse(parts, status=200 if parts["system_database"] == OK else 503)


def _system_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return UNREACHABLE
    return OK


def cache_state() -> str:
    if not settings.SHARED_CACHE:
        return "in process"
    cache.set("system:readyz", "1", 5)
    return OK if cache.get("system:readyz") == "1" else UNREACHABLE


def broker_state() -> str:
    """What carries the ids of jobs to the workers."""
    if not settings.CELERY_BROKER_URL:
        folder = settings.VAR / "broker"
        return "files" if os.access(folder if folder.exists() else settings.VAR, os.W_OK) else UNREACHABLE
    try:
        with broker_line() as line:
            line.ping()
    except redis.RedisError:
        return UNREACHABLE
    return OK


def broker_line() -> redis.Redis:
    """A connection of our own to it, that gives up soon."""
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def _job_records() -> str:
    if not uses_mongodb():
        return "system database"
    try:
        store().count(JobQuery(ids=("readyz",)))
    except StoreUnavailable:
        return UNREACHABLE
    return OK
