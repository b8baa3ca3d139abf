"""The OpenAPI description: what is the same for every endpoint."""

import json

import pytest
from drf_spectacular.generators import SchemaGenerator

from tenancy.problems import Problem, to_response


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_operation_may_answer_with_a_problem(schema):
    for name, operation in operations(schema):
        content = operation["responses"]["default"]["content"]
        assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}, name


def test_a_problem_is_described_as_it_is_answered(schema, rf):
    body = json.loads(to_response(Problem("No."), rf.get("/")).content)
    assert set(body) == set(schema["components"]["schemas"]["Problem"]["required"])


def test_endpoints_that_need_a_caller_say_so(schema):
    needs = {name: "security" in operation for name, operation in operations(schema)}
    assert not any(needs[f"post /api/auth/{verb}"] for verb in ("login", "refresh", "sign-up", "logout"))
    assert needs["get /api/auth/me"]
    assert needs["get /api/members"]
    assert not needs["post /api/invitations/preview"]
    assert needs["post /api/invitations/accept"]
    assert schema["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_operations_have_names_of_their_own(schema):
    names = [operation["operationId"] for _, operation in operations(schema)]
    assert len(names) == len(set(names))
