"""Files of manual journals: kept, given back as they were, removed, and never anybody else's."""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.attachments import operations, store
from ledger_core.attachments.files import FORMATS, LONGEST_NAME, clean_name, inspect
from ledger_core.attachments.jobs import clean_up, clean_up_all
from ledger_core.attachments.models import Attachment
from ledger_core.chart.models import Account
from tenancy import context
from tenancy.jobs.schedule import SCHEDULE
from tenancy.jobs.store import JobQuery
from tenancy.jobs.store import store as jobs_store
from tenancy.models import Membership, Organization, OrganizationDatabase
from tenancy.provisioning import operations as provisioning

Find = Callable[[str], Account]
PDF = b"%PDF-1.7\nrent of January"


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def journal(client: APIClient, account: Find) -> Callable[..., str]:
    """`journal(publish=True)`: the id of a new journal."""

    def make(**other: Any) -> str:
        lines = [{"account": account("6100").pk, "debit": "12.50"}, {"account": account("1010").pk, "credit": "12.50"}]
        body = {"date": "2026-01-09", "memo": "Rent", "lines": lines, **other}
        answer = client.post("/api/manual-journals", body)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    return make


def address(journal_id: str) -> str:
    return f"/api/manual-journals/{journal_id}/attachments"


def upload(client: APIClient, journal_id: str, name: str = "rent.pdf", content: bytes = PDF, **extra: Any) -> Any:
    return client.post(
        address(journal_id), {"file": SimpleUploadedFile(name, content, "text/html")}, format="multipart", **extra
    )


def stored(organization: Organization) -> list[Path]:
    """The files in the organization's folder."""
    folder = Path(settings.VAR) / "attachments" / str(organization.pk)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def error(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["errors"][0]["pointer"], body["errors"][0]["code"]


def test_it_keeps_a_file_and_gives_it_back(client: APIClient, journal: Callable[..., str]) -> None:
    journal_id = journal()
    answer = upload(client, journal_id)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["subject"] == {"kind": "manual_journal", "id": journal_id}
    assert (body["name"], body["content_type"], body["size"]) == ("rent.pdf", "application/pdf", len(PDF))
    assert (body["sha256"], body["added_by"]) == (hashlib.sha256(PDF).hexdigest(), "Alice")
    assert client.get(address(journal_id)).json() == [body]

    download = client.get(f"/api/attachments/{body['id']}", headers={"Accept": "application/pdf"})
    assert download.status_code == 200
    assert b"".join(download.streaming_content) == PDF  # type: ignore[attr-defined]
    assert download["Content-Disposition"] == 'attachment; filename="rent.pdf"'
    assert (download["Content-Type"], download["Content-Length"]) == ("application/pdf", str(len(PDF)))
    assert (download["X-Content-Type-Options"], download["Cache-Control"]) == ("nosniff", "private, no-store")
    assert download["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_file_is_in_the_organizations_folder_under_a_name_nobody_can_guess(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    upload(client, journal())
    (path,) = stored(north)
    assert path.read_bytes() == PDF
    assert len(path.name) == 48
    assert "rent" not in str(path.relative_to(settings.VAR))
    assert Attachment.objects.get().storage_key == str(path.relative_to(Path(settings.VAR) / "attachments"))
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert os.stat(path.parent).st_mode & 0o777 == 0o700


def test_a_published_journal_takes_files_and_loses_them_and_the_trail_tells(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    journal_id = journal(publish=True)
    attachment = upload(client, journal_id).json()
    assert client.delete(f"/api/attachments/{attachment['id']}").status_code == 204
    assert stored(north) == []
    assert client.get(address(journal_id)).json() == []
    trail = ActivityEntry.objects.filter(subject_kind="manual_journal", subject_id=journal_id).order_by("-pk")[:2]
    told = {"name": "rent.pdf", "size": len(PDF), "sha256": hashlib.sha256(PDF).hexdigest()}
    assert [(each.verb, each.subject_label, each.summary, each.before, each.after) for each in trail] == [
        ("detached", "MJ-00001", "rent.pdf", told, None),
        ("attached", "MJ-00001", "rent.pdf", None, told),
    ]
    answer = client.get(f"/api/attachments/{attachment['id']}")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such attachment.")


def test_deleting_a_draft_deletes_its_files(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    journal_id, other = journal(), journal()
    upload(client, journal_id, "a.pdf")
    upload(client, journal_id, "b.pdf")
    kept = upload(client, other, "c.pdf").json()
    assert client.delete(f"/api/manual-journals/{journal_id}").status_code == 204
    assert [each.name for each in Attachment.objects.all()] == ["c.pdf"]
    assert len(stored(north)) == 1
    assert client.get(f"/api/attachments/{kept['id']}").status_code == 200
    verbs = ActivityEntry.objects.filter(subject_id=journal_id, verb__in=("detached", "deleted")).order_by("pk")
    assert list(verbs.values_list("verb", "summary")) == [("detached", "a.pdf"), ("detached", "b.pdf"), ("deleted", "")]


def test_a_draft_that_is_not_deleted_keeps_its_files(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    journal_id = journal()
    upload(client, journal_id)
    answer = client.delete(f"/api/manual-journals/{journal_id}?dry_run=true")
    assert answer.status_code == 200, answer.content
    assert (Attachment.objects.count(), len(stored(north))) == (1, 1)


def test_a_write_that_fails_leaves_no_file(
    client: APIClient, journal: Callable[..., str], north: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal_id = journal()

    def fail(**about: Any) -> None:
        raise DatabaseError("no")

    monkeypatch.setattr(operations, "record", fail)
    with pytest.raises(DatabaseError):
        upload(client, journal_id)
    assert (Attachment.objects.count(), stored(north)) == (0, [])


def test_a_file_that_the_storage_lost_is_a_clear_problem(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    attachment = upload(client, journal()).json()
    stored(north)[0].unlink()
    answer = client.get(f"/api/attachments/{attachment['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "file_missing")
    assert "Ask the operator to restore it" in answer.json()["detail"]
    assert client.delete(f"/api/attachments/{attachment['id']}").status_code == 204


def test_a_key_of_another_organization_opens_nothing(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    attachment = upload(client, journal()).json()
    key = storages["attachments"].save("southsouthsouth1/ab/secret", ContentFile(b"southsecret"))
    Attachment.objects.filter(pk=attachment["id"]).update(storage_key=key)
    with pytest.raises(ValueError, match="not a file of this organization"):
        client.get(f"/api/attachments/{attachment['id']}")
    Attachment.objects.filter(pk=attachment["id"]).update(storage_key=f"{north.pk}/../{key}")
    with pytest.raises(ValueError, match="not a file of this organization"):
        client.get(f"/api/attachments/{attachment['id']}")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script>"),
        ("drawing.svg", b"<svg onload='alert(1)'/>"),
        ("page.pdf", b"<html>"),
        ("page.html", PDF),
        ("page.txt", b"  <!DOCTYPE html><p>"),
        ("invoice.xml", b"<?xml version='1.0'?><svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>"),
        ("program.exe", b"MZ"),
        ("binary.txt", b"a\0b"),
        ("photo.png", b"\xff\xd8\xff"),
        ("pdf", PDF[1:]),
    ],
)
def test_it_refuses_what_is_no_document(
    client: APIClient, journal: Callable[..., str], north: Organization, name: str, content: bytes
) -> None:
    assert error(upload(client, journal(), name, content)) == (400, "/file", "type_not_allowed")
    assert (Attachment.objects.count(), stored(north)) == (0, [])


def archive(part: str, words: bytes) -> bytes:
    """A ZIP with one part."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(part, b"<Types>" + words + b"</Types>")
    return made.getvalue()


@pytest.mark.parametrize("ending", ["docx", "xlsx", "odt", "ods"])
@pytest.mark.parametrize(
    "content",
    [
        archive("notes.txt", b"any archive"),
        archive("[Content_Types].xml", b"application/vnd.ms-word.document.macroEnabled.main+xml"),
        archive("mimetype", b"application/vnd.oasis.opendocument.presentation"),
        b"PK\x03\x04 and no archive at all",
        archive("[Content_Types].xml", b"wordprocessingml")[:60],
    ],
    ids=["any", "macros", "slides", "none", "cut"],
)
def test_an_archive_is_no_office_document(
    client: APIClient, journal: Callable[..., str], ending: str, content: bytes
) -> None:
    answer = upload(client, journal(), f"report.{ending}", content)
    assert error(answer) == (400, "/file", "type_not_allowed")
    assert not Attachment.objects.exists()


def test_a_file_that_was_changed_is_not_given(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    attachment = upload(client, journal()).json()
    (path,) = stored(north)
    for content in (PDF.replace(b"January", b"Januery"), PDF[:-1], PDF + b"!"):
        path.write_bytes(content)
        answer = client.get(f"/api/attachments/{attachment['id']}")
        assert (answer.status_code, answer.json()["code"]) == (500, "file_damaged")
    path.write_bytes(PDF)
    assert client.get(f"/api/attachments/{attachment['id']}").status_code == 200


def test_files_of_published_journals_stay_in_locked_periods(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    published, draft = journal(publish=True), journal()
    kept, other = upload(client, published).json(), upload(client, draft).json()
    client.put("/api/period-locks", {"area": "journals", "date": "2026-01-31", "reason": "Filed"})
    answer = client.delete(f"/api/attachments/{kept['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "period_locked")
    said = "MJ-00001 of 2026-01-09 is in a locked period, so its files stay. Have the period unlocked."
    assert answer.json()["detail"] == said
    assert len(client.get(address(published)).json()) == 1
    assert len(stored(north)) == 2
    assert client.delete(f"/api/attachments/{other['id']}").status_code == 204
    client.post(f"/api/manual-journals/{published}/void", {"date": "2026-02-01"})
    assert client.delete(f"/api/attachments/{kept['id']}").json()["code"] == "period_locked"
    client.put("/api/period-locks", {"area": "journals", "date": None, "reason": "Amended return"})
    assert client.delete(f"/api/attachments/{kept['id']}").status_code == 204


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: f"{each.endings[0]}-{each.magic!r}")
def test_it_knows_every_format_of_the_table(each: Any) -> None:
    content = archive(each.part, each.words) if each.part else b"\x00" * each.offset + each.magic + b" and more"
    for ending in each.endings:
        assert inspect(ContentFile(content, f"Scan.{ending.upper()}")).content_type == each.content_type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/rent.pdf", "rent.pdf"),
        ("C:\\docs\\rent.pdf", "rent.pdf"),
        ("re\u202efdp.nt.pdf", "refdp.nt.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("  Miete  März.pdf ", "Miete März.pdf"),
        (f"{'x' * 300}.pdf", f"{'x' * (LONGEST_NAME - 4)}.pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_names_of_other_scripts_come_back(client: APIClient, journal: Callable[..., str]) -> None:
    attachment = upload(client, journal(), "عقد März.pdf").json()
    assert attachment["name"] == "عقد März.pdf"
    download = client.get(f"/api/attachments/{attachment['id']}")
    assert download["Content-Disposition"] == "attachment; filename*=utf-8''%D8%B9%D9%82%D8%AF%20M%C3%A4rz.pdf"


def test_it_refuses_large_and_empty_and_missing_files(
    client: APIClient, journal: Callable[..., str], settings: Any
) -> None:
    settings.MOST_ATTACHMENT_BYTES = 100
    journal_id = journal()
    answer = upload(client, journal_id, content=PDF.ljust(101))
    assert error(answer) == (400, "/file", "too_large")
    assert answer.json()["detail"] == "A file has at most 100 bytes; this one has 101."
    assert upload(client, journal_id, content=PDF.ljust(100)).status_code == 201
    assert error(upload(client, journal_id, content=b"")) == (400, "/file", "empty")
    assert error(client.post(address(journal_id), {}, format="multipart")) == (400, "/file", "required")
    answer = client.post(address(journal_id), {"file": "rent"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "multipart/form-data" in answer.json()["title"]


def test_an_object_has_a_number_of_files_at_most(
    client: APIClient, journal: Callable[..., str], north: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST_PER_SUBJECT", 2)
    journal_id = journal(publish=True)
    assert [upload(client, journal_id).status_code for _ in range(2)] == [201, 201]
    answer = upload(client, journal_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_attachments")
    assert answer.json()["detail"] == "MJ-00001 has 2 attachments, the most there can be."
    assert len(stored(north)) == 2
    assert upload(client, journal()).status_code == 201


def test_the_same_key_attaches_once_and_another_file_is_another_request(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    journal_id = journal()
    key = {"headers": {"Idempotency-Key": "k-1"}}
    first = upload(client, journal_id, **key)
    again = upload(client, journal_id, **key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    answer = upload(client, journal_id, content=PDF + b" and February", **key)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert (Attachment.objects.count(), len(stored(north))) == (1, 1)


def test_conditions_hold_and_there_is_no_dry_run(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    journal_id = journal()
    tag = client.get(f"/api/manual-journals/{journal_id}")["ETag"]
    assert upload(client, journal_id, headers={"If-Match": tag}).status_code == 201
    answer = upload(client, journal_id, headers={"If-Match": '"other"'})
    assert (answer.status_code, answer.json()["code"], answer["ETag"]) == (412, "stale", tag)
    answer = client.post(
        f"{address(journal_id)}?dry_run=true", {"file": SimpleUploadedFile("rent.pdf", PDF)}, format="multipart"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "dry_run_not_supported")
    assert len(stored(north)) == 1
    attachment = Attachment.objects.get()
    answer = client.delete(f"/api/attachments/{attachment.pk}", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (400, "if_match_not_supported")
    answer = client.delete(f"/api/attachments/{attachment.pk}?dry_run=true")
    assert (answer.status_code, answer.json()["code"]) == (400, "dry_run_not_supported")
    assert (Attachment.objects.count(), len(stored(north))) == (1, 1)


def test_an_unknown_journal_has_no_files(client: APIClient, north: Organization) -> None:
    for answer in (client.get(address("99")), upload(client, "99")):
        assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such journal.")
    assert stored(north) == []


def test_readers_read_and_bookkeepers_write(
    client: APIClient,
    journal: Callable[..., str],
    client_of: Callable[..., APIClient],
    new_user: Callable[..., Any],
    bob: Any,
    north: Organization,
) -> None:
    journal_id = journal()
    attachment = upload(client_of(bob, north), journal_id).json()
    assert attachment["added_by"] == "Bob"
    dora = new_user("dora")
    Membership.objects.create(organization=north, user=dora, role="read_only")
    reader = client_of(dora, north)
    assert [each["name"] for each in reader.get(address(journal_id)).json()] == ["rent.pdf"]
    assert reader.get(f"/api/attachments/{attachment['id']}").status_code == 200
    assert upload(reader, journal_id).json()["detail"].endswith("does not include attachments.create.")
    assert reader.delete(f"/api/attachments/{attachment['id']}").status_code == 403
    assert (Attachment.objects.count(), len(stored(north))) == (1, 1)


def age(path: Path, days: float) -> None:
    moment = time.time() - days * 24 * 60 * 60
    os.utime(path, (moment, moment))


def test_files_that_nothing_names_are_deleted_when_they_are_old(
    client: APIClient, journal: Callable[..., str], north: Organization
) -> None:
    attachment_id = upload(client, journal()).json()["id"]
    (named,) = stored(north)
    with context.enter(north.tenant()):
        young, old = (Path(settings.VAR) / "attachments" / store.keep(ContentFile(PDF)) for _ in range(2))
    age(named, 30)
    age(old, 7.1)
    age(young, 6.9)
    with context.enter(north.tenant()):
        assert clean_up(None) == {"removed": 1}
        assert clean_up(None) == {"removed": 0}
    assert stored(north) == sorted([named, young])
    download = client.get(f"/api/attachments/{attachment_id}")
    assert b"".join(download.streaming_content) == PDF  # type: ignore[attr-defined]


def test_an_upload_that_is_slow_to_write_its_row_keeps_its_file(
    client: APIClient, journal: Callable[..., str], north: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clean-up runs between the file and its row."""
    keep = store.keep

    def keep_and_clean_up(file: Any) -> str:
        key = keep(file)
        assert clean_up(None) == {"removed": 0}
        return key

    monkeypatch.setattr(store, "keep", keep_and_clean_up)
    assert upload(client, journal()).status_code == 201
    assert len(stored(north)) == 1


def test_a_file_whose_row_came_after_the_listing_is_kept(
    client: APIClient, journal: Callable[..., str], north: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the storage's clock is wrong: rows are read after files, one by one."""
    upload(client, journal())
    (path,) = stored(north)
    age(path, 365)
    with context.enter(north.tenant()):
        row = Attachment.objects.get()
        Attachment.objects.all().delete()
        keys = store.keys_before

        def keys_then_row(moment: Any) -> Any:
            found = list(keys(moment))
            row.save(force_insert=True)
            return found

        monkeypatch.setattr(store, "keys_before", keys_then_row)
        assert clean_up(None) == {"removed": 0}
    assert stored(north) == [path]


def test_the_daily_job_asks_for_it_where_somebody_worked(north: Organization, south: Organization) -> None:
    Organization.objects.filter(pk=north.pk).update(last_activity=timezone.now().date())
    Organization.objects.filter(pk=south.pk).update(last_activity=timezone.now().date() - timedelta(days=40))
    told: list[tuple[Any, ...]] = []

    class Run:
        def progress(self, *what: Any) -> None:
            told.append(what)

    assert clean_up_all(Run()) == {"organizations": 1}
    (record,) = jobs_store().page(JobQuery(name="attachments.clean_up"), offset=0, limit=9)
    assert record.organization_id == north.pk
    assert told == [(1, 1, "organizations")]
    assert "attachments.clean_up_all" in [each.job for each in SCHEDULE]


def test_deleting_an_organization_deletes_its_files_and_nobody_elses(
    north: Organization, south: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    for organization in (north, north, south):
        with context.enter(organization.tenant()):
            store.keep(ContentFile(PDF))

    def broken(*_: Any) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(type(storages["attachments"]), "delete", broken)
        with pytest.raises(OSError, match="the disk is gone"):
            provisioning.delete(north.pk)
    record = OrganizationDatabase.objects.get(pk=north.pk)
    assert (record.state, record.problem) == ("deleting", "Deleting: the disk is gone")
    assert len(stored(north)) == 2
    provisioning.delete(north.pk)  # goes on where it stopped
    assert not Organization.objects.filter(pk=north.pk).exists()
    assert not (Path(settings.VAR) / "attachments" / north.pk).exists()
    assert len(stored(south)) == 1


def run_verify_books(organization: Organization, *words: str) -> tuple[int, str]:
    """Exit code and output of the command, as an operator runs it."""

    def run() -> tuple[int, str]:
        out = StringIO()
        try:
            call_command("verify_books", "--organization", organization.pk, *words, stdout=out, stderr=StringIO())
        except SystemExit as end:
            return int(end.code or 0), out.getvalue()
        return 0, out.getvalue()

    return Context().run(run)


def test_verification_reads_every_file(client: APIClient, journal: Callable[..., str], north: Organization) -> None:
    published, draft = journal(publish=True), journal()
    for journal_id, name in ((published, "rent.pdf"), (published, "lease.pdf"), (draft, "note.txt")):
        assert (
            upload(client, journal_id, name, PDF if name.endswith("pdf") else b"Call the landlord").status_code == 201
        )
    assert run_verify_books(north)[0] == 0
    where = {each.name: Path(settings.VAR) / "attachments" / each.storage_key for each in attachments_in(north)}
    where["rent.pdf"].unlink()
    where["lease.pdf"].write_bytes(PDF.replace(b"January", b"Januery"))
    where["note.txt"].write_bytes(b"Call")
    pk = {each.name: each.pk for each in attachments_in(north)}
    code, out = run_verify_books(north)
    assert code == 1
    assert [line.strip() for line in out.splitlines() if line.startswith("    ")] == [
        f"The file rent.pdf (attachment {pk['rent.pdf']}) of manual journal MJ-00001 is missing from the storage.",
        f"The file lease.pdf (attachment {pk['lease.pdf']}) of manual journal MJ-00001 was altered:"
        " its contents are not those that were attached.",
        f"The file note.txt (attachment {pk['note.txt']}) of manual journal Draft 2 was altered:"
        " it had 17 bytes when it was attached and has 4 now.",
    ]
    code, out = run_verify_books(north, "--skip-files")
    assert (code, out.splitlines()[-1]) == (0, "Everything is as it should be.")


def attachments_in(organization: Organization) -> list[Attachment]:
    with context.enter(organization.tenant()):
        return list(Attachment.objects.order_by("pk"))


def test_the_api_description_names_each_parameter_once_and_the_form() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]  # type: ignore[no-untyped-call]
    one, of_journal = paths["/api/attachments/{id}"], paths["/api/manual-journals/{id}/attachments"]
    for each, headers in (
        (one["get"], []),
        (one["delete"], ["Idempotency-Key"]),
        (of_journal["get"], []),
        (of_journal["post"], ["Idempotency-Key", "If-Match"]),
    ):
        found = [(parameter["in"], parameter["name"]) for parameter in each["parameters"]]
        assert found == [*(("header", name) for name in headers), ("path", "id")]
    assert list(of_journal["post"]["requestBody"]["content"]) == ["multipart/form-data"]
    assert one["get"]["responses"]["200"]["content"] == {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }
