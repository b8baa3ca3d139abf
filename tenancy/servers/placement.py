"""Which server a new organization's database goes to.

A country that a server names is served by servers that name it and by no other, whatever room there is elsewhere: books
may have to stay where their law is. Every other country goes to servers that name none. Among those that may, the one
with the most room; one that does not answer is passed over while another will do.
"""

from __future__ import annotations

from django.db.models import Count, F

from tenancy.models import DatabaseServer
from tenancy.problems import Unavailable
from tenancy.servers import reach


class NoServer(Unavailable):
    code = "no_database_server"
    title = "There is no database server with room for another organization"


def choose_server(country: str) -> DatabaseServer:
    """The server for a new organization of `country`; raises NoServer."""
    servers = servers_for(country)
    with_room = DatabaseServer.objects.filter(pk__in=[server.pk for server in servers]).annotate(
        used=Count("databases")
    )
    ranked = with_room.filter(used__lt=F("capacity")).order_by((F("capacity") - F("used")).desc(), "pk")
    candidates = list(ranked)
    if not candidates:
        raise NoServer("An operator can add one: `manage.py register_server --help`.")
    unreachable = reach.why_unreachable(*(server.key for server in candidates))
    return next((server for server in candidates if server.key not in unreachable), candidates[0])


def servers_for(country: str) -> list[DatabaseServer]:
    """The open servers that may hold organizations of `country`."""
    servers = list(DatabaseServer.objects.order_by("pk"))
    naming = [server for server in servers if country in server.country_codes()]
    allowed = naming or [server for server in servers if not server.countries]
    return [server for server in allowed if server.state == DatabaseServer.State.OPEN]
