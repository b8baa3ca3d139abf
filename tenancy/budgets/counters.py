"""Counting, in Redis for all processes or in this one. Both do the same; the tests run each.

`begin` is one round trip, `end` another. Times are the counter's own, so that clocks of several machines do not matter.
A request whose process died gives its place back after LEASE seconds.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings

from tenancy.budgets.limits import BURST, Budget
from tenancy.jobs.circuit import Circuit

LEASE = 120.0  # seconds
REQUESTS, CONCURRENCY, REPORTS = "requests", "concurrency", "reports"
CONCURRENCY_WAIT = 0.05  # seconds after which a place may be free
KEPT_MINUTES = 3  # of use


@dataclass(frozen=True, slots=True)
class Refusal:
    budget: str
    wait: float  # seconds


class Counter(Protocol):
    def begin(self, organization: str, request: str, budget: Budget, *, is_report: bool) -> Refusal | None: ...
    def end(self, organization: str, request: str, seconds: float, budget: Budget, *, is_report: bool) -> None: ...
    def busiest(self, limit: int) -> list[tuple[str, float]]: ...


@dataclass
class _Account:
    running: dict[str, float] = field(default_factory=dict)  # request: when its place is given back
    tokens: float = -1.0  # requests that may come; -1: never asked
    owed: float = 0.0  # seconds of reports
    at: float = 0.0


class InProcess:
    """For one process: the embedded mode."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accounts: dict[str, _Account] = defaultdict(_Account)
        self._use: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def begin(self, organization: str, request: str, budget: Budget, *, is_report: bool) -> Refusal | None:
        now = time.time()
        with self._lock:
            account = self._accounts[organization]
            account.running = {one: ends for one, ends in account.running.items() if ends > now}
            self._settle(account, budget, now)
            refusal = self._refusal(account, budget, is_report=is_report)
            if refusal is None:
                account.running[request] = now + LEASE
                account.tokens -= 1
            return refusal

    def _settle(self, account: _Account, budget: Budget, now: float) -> None:
        passed, account.at = max(0.0, now - account.at), now
        full = max(1.0, budget.requests_per_minute * BURST)
        gained = passed * budget.requests_per_minute / 60
        account.tokens = full if account.tokens < 0 else min(full, account.tokens + gained)
        account.owed = max(0.0, account.owed - passed * budget.report_seconds / 60)

    def _refusal(self, account: _Account, budget: Budget, *, is_report: bool) -> Refusal | None:
        if budget.concurrency and len(account.running) >= budget.concurrency:
            return Refusal(CONCURRENCY, CONCURRENCY_WAIT)
        if budget.requests_per_minute and account.tokens < 1:
            return Refusal(REQUESTS, (1 - account.tokens) * 60 / budget.requests_per_minute)
        if is_report and budget.report_seconds and account.owed >= budget.report_seconds:
            return Refusal(REPORTS, (account.owed - budget.report_seconds) * 60 / budget.report_seconds + 1)
        return None

    def end(self, organization: str, request: str, seconds: float, budget: Budget, *, is_report: bool) -> None:
        minute = int(time.time() // 60)
        with self._lock:
            account = self._accounts[organization]
            account.running.pop(request, None)
            if is_report:
                account.owed += seconds
            self._use[minute][organization] += seconds
            for old in [one for one in self._use if one < minute - KEPT_MINUTES]:
                del self._use[old]

    def busiest(self, limit: int) -> list[tuple[str, float]]:
        with self._lock:
            use = self._use.get(int(time.time() // 60) - 1, {})
            return sorted(use.items(), key=lambda one: -one[1])[:limit]


BEGIN = """
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
local request, lease, burst = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local concurrency, rate, reports, is_report = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7] == '1'
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if concurrency > 0 and redis.call('ZCARD', KEYS[1]) >= concurrency then return {'concurrency', ARGV[8]} end
local held = redis.call('HMGET', KEYS[2], 'tokens', 'owed', 'at')
local passed = math.max(0, now - tonumber(held[3] or now))
local full = math.max(1, rate * burst)
local tokens = full
if held[1] then tokens = math.min(full, math.max(0, tonumber(held[1])) + passed * rate / 60) end
local owed = math.max(0, tonumber(held[2] or 0) - passed * reports / 60)
if rate > 0 and tokens < 1 then return {'requests', tostring((1 - tokens) * 60 / rate)} end
if is_report and reports > 0 and owed >= reports then
  return {'reports', tostring((owed - reports) * 60 / reports + 1)}
end
redis.call('ZADD', KEYS[1], now + lease, request)
redis.call('EXPIRE', KEYS[1], math.ceil(lease))
redis.call('HSET', KEYS[2], 'tokens', tostring(tokens - 1), 'owed', tostring(owed), 'at', tostring(now))
redis.call('EXPIRE', KEYS[2], 3600)
return {'', '0'}
"""
END = """
redis.call('ZREM', KEYS[1], ARGV[1])
if ARGV[3] == '1' then
  redis.call('HINCRBYFLOAT', KEYS[2], 'owed', ARGV[2])
  redis.call('EXPIRE', KEYS[2], 3600)
end
local minute = math.floor(tonumber(redis.call('TIME')[1]) / 60)
local use = KEYS[3] .. minute
redis.call('ZINCRBY', use, ARGV[2], ARGV[4])
redis.call('EXPIRE', use, ARGV[5])
return minute
"""
USE = "ledger:use:"


class InRedis:
    """For all processes. Out of reach it lets everybody pass, and is not asked again for some seconds."""

    def __init__(self) -> None:
        from django_redis import get_redis_connection

        self._redis = get_redis_connection("default")
        self._begin = self._redis.register_script(BEGIN)
        self._end = self._redis.register_script(END)
        self._circuit = Circuit(pause=2.0)

    def begin(self, organization: str, request: str, budget: Budget, *, is_report: bool) -> Refusal | None:
        numbers = [budget.concurrency, budget.requests_per_minute, budget.report_seconds]
        arguments = [request, LEASE, BURST, *numbers, int(is_report), CONCURRENCY_WAIT]
        said = self._ask(self._begin, _keys(organization)[:2], arguments)
        if said is None or not said[0]:
            return None
        return Refusal(said[0].decode(), float(said[1]))

    def end(self, organization: str, request: str, seconds: float, budget: Budget, *, is_report: bool) -> None:
        arguments = [request, round(seconds, 6), int(is_report), organization, KEPT_MINUTES * 60]
        self._ask(self._end, _keys(organization), arguments)

    def busiest(self, limit: int) -> list[tuple[str, float]]:
        minute = int(self._redis.time()[0] // 60) - 1
        rows = self._redis.zrevrange(f"{USE}{minute}", 0, limit - 1, withscores=True)
        return [(name.decode(), score) for name, score in rows]

    def _ask(self, script: Any, keys: list[str], arguments: list[Any]) -> Any:
        from redis import RedisError

        if self._circuit.is_open():
            return None
        try:
            said = script(keys=keys, args=arguments)
        except RedisError:  # the cache's own log says that it is out of reach
            self._circuit.failed()
            return None
        return said


def _keys(organization: str) -> list[str]:
    return [f"ledger:running:{organization}", f"ledger:budget:{organization}", USE]


_counter: Counter | None = None


def counter() -> Counter:
    global _counter  # noqa: PLW0603 - one per process
    if _counter is None:
        _counter = InRedis() if settings.SHARED_CACHE else InProcess()
    return _counter


def busiest(*, limit: int) -> list[tuple[str, float]]:
    """Organizations and the seconds that were worked for them in the last whole minute."""
    return counter().busiest(limit)
