"""What a customer takes along is complete, and other programs read it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from ledger_core.attachments import store
from ledger_core.attachments.models import Attachment
from ledger_core.base.models import IdempotencyKey
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.demo_writing import write_books as write_demo
from tenancy import aliases, context
from tenancy.models import Organization
from tests.tenancy.lifecycle.books import PDF, write_books


def exported(organization: Organization, folder: Path) -> zipfile.ZipFile:
    path = folder / "export.zip"
    call_command("export_organization", organization.pk, output=str(path), verbosity=0)
    assert path.stat().st_mode & 0o077 == 0
    return zipfile.ZipFile(path)


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(f"tables/{name}.csv").decode())))


def test_every_table_is_there_with_every_row(
    new_organization: Callable[..., Organization], alice: Any, tmp_path: Path
) -> None:
    north = new_organization("Demo", alice, base_currency="GBP", country="GB", timezone="Europe/London")
    with context.enter(north.tenant()):
        write_demo(actor=alice.pk)
        aliases.release()
    write_books(north)
    archive = exported(north, tmp_path)
    assert archive.testzip() is None
    with context.enter(north.tenant()):
        for model in apps.get_app_config("ledger_core").get_models():
            if model is not IdempotencyKey:
                name = model._meta.db_table.removeprefix("ledger_core_")
                assert len(table(archive, name)) == model._base_manager.count(), name
        lines = [json.loads(line) for line in archive.read("books.jsonl").decode().splitlines()]
        entries = [line for line in lines if line["kind"] == "entry"]
        assert len(entries) == JournalEntry.objects.count()
        assert sum(len(entry["lines"]) for entry in entries) == JournalLine.objects.count()
        aliases.release()
    assert archive.read("README.txt").decode().startswith("Demo: everything Ledger has of this organization")


def test_attached_files_come_along_and_say_what_they_belong_to(north: Organization, tmp_path: Path) -> None:
    write_books(north)
    archive = exported(north, tmp_path)
    [row] = csv.DictReader(io.StringIO(archive.read("attachments.csv").decode()))
    assert (row["name"], row["attached_to"], int(row["size"])) == ("bill.pdf", "manual_journal", len(PDF))
    assert archive.read(f"attachments/{row['file']}") == PDF


@pytest.mark.skipif(not shutil.which("hledger"), reason="hledger is not installed")
def test_hledger_reads_the_books(north: Organization, tmp_path: Path) -> None:
    write_books(north)
    exported(north, tmp_path).extract("books.journal", tmp_path)
    command = ["hledger", "-f", str(tmp_path / "books.journal"), "balance", "-N", "--flat", "Rent"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "15.00" in printed


def test_a_name_cannot_lead_out_of_the_archive(north: Organization, tmp_path: Path) -> None:
    write_books(north)
    with context.enter(north.tenant()):
        Attachment.objects.update(name="../../etc/passwd")
        aliases.release()
    names = [name for name in exported(north, tmp_path).namelist() if name.startswith("attachments/")]
    assert len(names) == 1
    assert ".." not in names[0].split("/")
    assert names[0].count("/") == 1


def test_an_export_that_fails_leaves_no_file(
    north: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_books(north)

    def broken(_: str) -> None:
        raise FileNotFoundError("gone")

    monkeypatch.setattr(store, "open_stored", broken)
    with pytest.raises(Exception, match="gone"):
        call_command("export_organization", north.pk, output=str(tmp_path / "export.zip"), verbosity=0)
    assert list(tmp_path.iterdir()) == []
