"""200 organizations touched round-robin by 8 threads on MariaDB: the pool against a new connection per request.

Prints requests per second, CPU per request and `Threads_connected` of both in one run, in alternating rounds. A request
here is three reads and one write in a transaction through the ORM, with the end-of-request hook, without HTTP.

    python -m tests.services run -- python -m tests.load.connections
"""

from __future__ import annotations

import statistics
import threading
import time
from typing import Any

from tests.load.installation import installation, mysql_admin, status, table

ORGANIZATIONS, THREADS, REQUESTS, ROUNDS = 200, 8, 1600, 3


def request(tenant: Any) -> None:
    from ledger_core.chart.models import Account
    from tenancy import aliases, context, db

    with context.enter(tenant):
        account = Account.objects.order_by("pk")[0]
        Account.objects.filter(type="expense").count()
        list(Account.objects.values_list("code", "name")[:20])
        with db.atomic():
            Account.objects.filter(pk=account.pk).update(description=f"touched {time.perf_counter()}")
    aliases.release()


def round_of(tenants: list[Any]) -> float:
    """Seconds for REQUESTS requests by THREADS threads."""
    from django.db import connections

    def work(number: int) -> None:
        for index in range(number, REQUESTS, THREADS):
            request(tenants[index % len(tenants)])
        connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def use_pool(tenants: list[Any], wanted: bool) -> None:
    """Turn the pool on or off in the resolved aliases (a new connection per request is what Django does without it)."""
    from django.db import connections

    for tenant in tenants:
        place = connections.settings[tenant.alias]
        place["POOL"] = place["POOL"] or place["POOL_NAME"] if wanted else ""


def main() -> None:
    with installation("mysql"):
        from django.contrib.auth import get_user_model
        from django.db import connections

        from tenancy.provisioning import operations

        owner = get_user_model()._default_manager.create_user("load@example.com", "not used here")  # type: ignore[attr-defined]
        tenants = []
        for number in range(ORGANIZATIONS):
            organization = operations.create_organization(
                name=f"Load {number}", owner=owner, base_currency="USD", country="US", timezone="America/New_York"
            )
            operations.set_up(organization.pk)
            tenants.append(organization.tenant())
        for tenant in tenants:
            place = connections.settings[tenant.alias]
            place["POOL_NAME"] = place["POOL"]
        admin = mysql_admin()
        rows = []
        speed: dict[str, list[float]] = {"pool": [], "new": []}
        cpu: dict[str, list[float]] = {"pool": [], "new": []}
        connected: dict[str, tuple[int, int, int]] = {}
        round_of(tenants)  # warm up: templates of SQL, server caches
        for _ in range(ROUNDS):
            for kind in ("pool", "new"):
                use_pool(tenants, kind == "pool")
                before, made = status(admin, "Threads_connected"), status(admin, "Connections")
                clock = time.process_time()
                seconds = round_of(tenants)
                cpu[kind].append((time.process_time() - clock) / REQUESTS * 1000)
                after = status(admin, "Threads_connected")
                connected[kind] = (before, after, status(admin, "Connections") - made)
                speed[kind].append(REQUESTS / seconds)
        base = statistics.median(speed["new"])
        for kind, label in (("pool", "pool, change_user"), ("new", "new connection per request")):
            median = statistics.median(speed[kind])
            before, after, made = connected[kind]
            rows.append(
                [
                    label,
                    f"{median:.0f}",
                    f"{median / base:.2f}",
                    f"{statistics.median(cpu[kind]):.2f}",
                    before,
                    after,
                    made,
                ]
            )
        headings = [
            "connections",
            "requests/s",
            "ratio",
            "client CPU ms/request",
            "Threads_connected before",
            "after",
            "opened",
        ]
        print(
            f"{ORGANIZATIONS} organizations, {THREADS} threads, {REQUESTS} requests a round, median of {ROUNDS} rounds"
        )
        table(headings, rows)
        admin.close()


if __name__ == "__main__":
    main()
