"""What the OpenAPI description says of every endpoint: how callers show who they are, what a problem looks like."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from tenancy.rest import PUBLIC, scope_of

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `detail` says what is wrong and what to do.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
        "request_id": {"type": "string", "description": "Quote it to support"},
    },
    "required": ["type", "title", "status", "code", "detail", "errors", "request_id"],
}
FIELD_ERROR: dict[str, Any] = {
    "type": "object",
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer into the body, such as `/lines/2/debit`"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
    "required": ["pointer", "code", "detail"],
}
_ANSWER = {
    "description": "What went wrong",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class CallerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "tenancy.rest.CallerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token (people), or an API key that begins with `lk_` (integrations)",
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> Any:
        return None if scope_of(type(auto_schema.view)) == PUBLIC else {self.name: []}


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Every operation may answer with a problem instead."""
    result["components"]["schemas"] |= {"Problem": PROBLEM, "FieldError": FIELD_ERROR}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("default", _ANSWER)
    return result
