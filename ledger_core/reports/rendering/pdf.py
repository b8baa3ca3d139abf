"""A table as a PDF, typeset by typst.

The table goes in as JSON and is only ever shown as text: no markup is built from what users wrote. Typesetting runs in
a process of its own, so that it can be ended when it takes too long, with the folder of templates as all it may read.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from ledger_core.reports.rendering.figures import cell_text, unit_text
from ledger_core.reports.table import AMOUNT, PERCENT, Table
from tenancy.problems import Problem

log = logging.getLogger(__name__)

ROOT = Path(settings.BASE_DIR) / "templates" / "reports"
PROGRAM = Path(__file__).parent / "typeset.py"
SECONDS = 60
MOST_ROWS = 10_000
WIDE = 6  # columns from which on the page lies on its side
MOST_COLUMNS = 32


class PdfTooLong(Problem):
    status = 422
    code = "too_many_lines"
    title = "This report is too long for a PDF"


class PdfFailed(Problem):
    status = 503
    code = "pdf_failed"
    title = "The PDF could not be made"


def pdf_bytes(table: Table) -> bytes:
    """The table on as many pages as it needs, each with headings and page numbers."""
    data = json.dumps(_data(table), ensure_ascii=False).encode()
    command = [sys.executable, "-I", str(PROGRAM), str(ROOT)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise PdfFailed(
            f"Typesetting took more than {SECONDS} seconds. Take a shorter period or a spreadsheet."
        ) from error
    if done.returncode:
        log.error("typst failed: %s", done.stderr.decode(errors="replace")[-2000:])
        raise PdfFailed("Typesetting failed. Take a spreadsheet, and tell support the request id.")
    return done.stdout


def _data(table: Table) -> dict[str, object]:
    rows = [
        {
            "kind": row.kind,
            "level": row.level,
            "cells": [
                cell_text(value, column.kind, table.currency, table.presentation)
                for value, column in zip(row.cells, table.columns, strict=True)
            ],
        }
        for row in table.rows
    ]
    if len(rows) > MOST_ROWS:
        raise PdfTooLong(f"A PDF holds at most {MOST_ROWS:,} rows; this report has {len(rows):,}. Take a spreadsheet.")
    if len(table.columns) > MOST_COLUMNS:
        raise PdfTooLong(f"A PDF has at most {MOST_COLUMNS} columns. Take longer periods or a spreadsheet.")
    return {
        "organization": table.organization,
        "title": table.title,
        "about": [*table.about, unit_text(table.currency, table.presentation)],
        "columns": [
            {"label": column.label, "group": column.group, "number": column.kind in (AMOUNT, PERCENT)}
            for column in table.columns
        ],
        "rows": rows,
        "wide": len(table.columns) >= WIDE,
        "direction": "rtl" if table.right_to_left else "ltr",
    }
