"""The forms that DRF can give a table: `?format=csv` and so on, or by the Accept header."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer

from ledger_core.reports.rendering.csv import csv_bytes
from ledger_core.reports.rendering.pdf import pdf_bytes
from ledger_core.reports.rendering.xlsx import xlsx_bytes
from ledger_core.reports.table import Table


class FileRenderer(BaseRenderer):
    """Writes a Table as a file."""

    charset = None
    render_style = "binary"
    schema: ClassVar[OpenApiTypes] = OpenApiTypes.BINARY

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return self.write(data)

    def write(self, table: Table) -> bytes:
        raise NotImplementedError


class CsvRenderer(FileRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"  # type: ignore[assignment]  # this one is text

    def write(self, table: Table) -> bytes:
        return csv_bytes(table)


class XlsxRenderer(FileRenderer):
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"

    def write(self, table: Table) -> bytes:
        return xlsx_bytes(table)


class PdfRenderer(FileRenderer):
    media_type = "application/pdf"
    format = "pdf"

    def write(self, table: Table) -> bytes:
        return pdf_bytes(table)


FILE_RENDERERS: tuple[type[FileRenderer], ...] = (CsvRenderer, XlsxRenderer, PdfRenderer)
