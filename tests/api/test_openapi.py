"""The published description: whole, valid, and true for every route and role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from runtime.api import is_public
from runtime.api.access import May
from storage.accounts import allows
from tests.api.conftest import ROLES

METHODS = ("get", "put", "post", "patch", "delete")


@pytest.fixture(scope="module")
def document(site) -> dict[str, Any]:
    with site.client() as client:
        return client.get("/openapi.json").raise_for_status().json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert method in METHODS
            yield path, method, operation


def test_every_operation_is_described(document):
    ids = []
    tags = {tag["name"] for tag in document["tags"]}
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert set(operation["tags"]) <= tags, where
        assert is_public(path), where
        ids.append(operation["operationId"])
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (where, status)
        named = set(re.findall(r"{(\w+)}", path))
        declared = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
        assert named == declared, where
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere(document):
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for part in value.values():
                yield from references(part)
        elif isinstance(value, list):
            for part in value:
                yield from references(part)

    for reference in references(document):
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_admin_operations_name_their_credentials(document):
    for path, method, operation in operations(document):
        if path.startswith("/api/v1/") and not path.startswith("/api/v1/chat/"):
            schemes = {name for each in operation["security"] for name in each}
            assert schemes & {"apiKey", "session"}, f"{method} {path}"


def admin_routes(site) -> Iterator[tuple[str, str, str]]:
    """(method, path, the action it needs) of every route with a role."""
    site.api.complete()
    for context in iter_route_contexts(site.api.routes):
        route = context.original_route
        if not isinstance(route, APIRoute):
            continue
        for dependency in route.dependant.dependencies:
            if isinstance(dependency.call, May):
                for method in route.methods:
                    yield method, str(context.path), dependency.call.action


def test_every_route_asks_for_its_role(site, workspace):
    """Each admin route with each role, with a bad key and with none at all."""
    routes = list(admin_routes(site))
    assert len(routes) > 40
    with site.client() as nobody, site.client("flyt_" + "x" * 43) as wrong:
        for method, path, action in routes:
            address = re.sub(r"{\w*number}|{other}", "1", path)
            address = re.sub(r"{\w+}", str(uuid4()), address)
            assert nobody.request(method, address).status_code == 401, (method, path)
            assert wrong.request(method, address).status_code == 401, (method, path)
            for role in ROLES:
                status = workspace.clients[role].request(method, address).status_code
                if allows(role, action):
                    assert status not in (401, 403), (method, path, role)
                    assert status < 500, (method, path, role)
                else:
                    assert status == 403, (method, path, role, status)


def test_every_admin_route_has_a_role_or_a_person(site, document):
    with_role = {(method.lower(), path) for method, path, _ in admin_routes(site)}
    for path, method, operation in operations(document):
        if path.startswith("/api/v1/") and not path.startswith("/api/v1/chat/"):
            of_person = operation["operationId"] in {"list_workspaces", "create_workspace"}
            assert of_person or (method, path) in with_role, f"{method} {path}"
