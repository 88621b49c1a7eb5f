"""Completes the OpenAPI document with the policies."""

import re
from typing import Any

from flask import Flask

from server.web.policy import Policy
from server.web.rest import REFUSALS, UUID_PATTERN, Api

Node = dict[str, Any]  # an object in the document
WRITING = ("post", "put", "patch", "delete")


def complete_document(app: Flask, api: Api) -> None:
    """Adds to the document what follows from the policies: the audience and every possible refusal."""
    policies = _policies(app)
    for path, operations in api.spec._paths.items():
        for method, operation in operations.items():
            if method in ("get", *WRITING):
                _complete(path, method, operation, policies[path, method])
        for parameter in operations.get("parameters", []):
            _describe_id(parameter)


def _policies(app: Flask) -> dict[tuple[str, str], Policy]:
    found = {}
    for rule in app.url_map.iter_rules():
        view = getattr(app.view_functions[rule.endpoint], "view_class", None)
        for method in rule.methods or ():
            declared = getattr(getattr(view, method.lower(), None), "policy", None)
            if declared:
                found[re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower()] = declared
    return found


def _complete(path: str, method: str, operation: Node, policy: Policy) -> None:
    statuses = set(_statuses(method, operation, policy))
    responses = operation["responses"]
    for status in sorted(statuses):
        if str(status) not in responses:
            responses[str(status)] = _refusal(status)
    operation["responses"] = dict(sorted(responses.items(), key=lambda each: str(each[0])))
    if policy.audience == "public":
        operation["security"] = []
    operation["description"] = (
        f"{operation.get('description', '')}\n\n{_describe_audience(policy)}".strip()
    )
    if "412" in responses:
        operation.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": "If-Match",
                "required": False,
                "schema": {"type": "string"},
                "description": "The ETag that the resource must have, or *; any other text matches nothing",
            }
        )


def _statuses(method: str, operation: Node, policy: Policy) -> list[int]:
    found = [429, 503]
    if policy.audience != "public":
        found += [400, 401, 403]
    if policy.space or policy.checked_in_service:
        found.append(404)
    if "requestBody" in operation:
        found += [400, 413, 415]  # flask-smorest adds 422 itself if the operation has input
    return found + ([507] if method in WRITING else [])


def _refusal(status: int) -> Node:
    found: Node = {
        "description": REFUSALS[status],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    if status in (429, 503):
        found["headers"] = {
            "Retry-After": {
                "description": "Seconds to wait",
                "schema": {"type": "string"},
                "required": False,
            }
        }
    return found


def _describe_audience(policy: Policy) -> str:
    if policy.audience == "public":
        return "Open to anyone."
    role = policy.space or policy.checked_in_service
    return f"Scope {policy.audience}." + (
        f" Requires the role {role} in the space, or a higher one." if role else ""
    )


def _describe_id(parameter: Node) -> None:
    if parameter["in"] == "path":
        parameter["schema"] = {"type": "string", "pattern": UUID_PATTERN}
