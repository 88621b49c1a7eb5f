"""/api/v1/docs: the OpenAPI document as a page, rendered by this server without scripts; its
stylesheet is /api/v1/docs.css.
"""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request

from server.web.policy import policy
from server.web.rest import PREFIX

METHODS = ("get", "post", "patch", "delete")
LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "maxLength": "at most {} characters",
    "maxItems": "at most {}",
    "default": "default {}",
}
STYLESHEET = Path(__file__).parent / "docs.css"
Document = dict[str, Any]


def make_page(document: Document) -> Blueprint:
    """The routes of the page; `document` is the OpenAPI document."""
    page = Blueprint("api_page", __name__, url_prefix=PREFIX, template_folder="templates")
    style = STYLESHEET.read_bytes()
    view = {"info": document["info"], "groups": _groups(document)}

    @page.get("/docs")
    @policy("public")
    def docs() -> str:
        """The documentation page."""
        return render_template("api.html", **view)

    @page.get("/docs.css")
    @policy("public")
    def stylesheet() -> Response:
        """The stylesheet of the page."""
        response = Response(style, mimetype="text/css", headers={"Cache-Control": "no-cache"})
        response.add_etag()
        response.make_conditional(request)
        return response

    return page


def _groups(document: Document) -> list[dict[str, Any]]:
    """The operations by tag, as shown on the page."""
    found: dict[str, dict[str, Any]] = {
        tag["name"]: tag | {"operations": []} for tag in document["tags"]
    }
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                shown = _operation(
                    document, path, method, operations[method], operations.get("parameters", [])
                )
                found[operations[method]["tags"][0]]["operations"].append(shown)
    return list(found.values())


def _operation(
    document: Document, path: str, method: str, operation: Document, of_path: list[Document]
) -> dict[str, Any]:
    body = (
        operation.get("requestBody", {})
        .get("content", {})
        .get("application/json", {})
        .get("schema")
    )
    return {
        "id": f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation["description"],
        "parameters": [
            _parameter(document, each) for each in [*of_path, *operation.get("parameters", [])]
        ],
        "body": _members(document, body) if body else [],
        "answers": [_answer(document, *each) for each in operation["responses"].items()],
    }


def _parameter(document: Document, parameter: Document) -> dict[str, Any]:
    schema = parameter["schema"]
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "type": _type(document, schema),
        "is_required": parameter.get("required", False),
        "note": _note(schema, parameter.get("description", "")),
    }


def _answer(document: Document, status: str, answer: Document) -> dict[str, Any]:
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    members = _members(document, schema) if schema and int(status) < 300 else []
    return {"status": status, "description": answer.get("description", ""), "members": members}


def _members(document: Document, schema: Document) -> list[dict[str, Any]]:
    plain = _resolved(document, schema)
    required = plain.get("required", [])
    return [
        {
            "name": name,
            "type": _type(document, each),
            "is_required": name in required,
            "note": _note(each, each.get("description", "")),
        }
        for name, each in plain.get("properties", {}).items()
    ]


def _type(document: Document, schema: Document) -> str:
    """The type of a value, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_type(document, each) for each in schema[several])
    kinds = schema.get("type", "null" if schema.get("enum") == [None] else "any value")
    named = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return (
        f"array of {_type(document, schema['items'])}"
        if named == "array" and "items" in schema
        else named
    )


def _note(schema: Document, description: str) -> str:
    """The meaning of a value and its limits."""
    limits = (
        [" · ".join(str(each) for each in schema["enum"] if each is not None)]
        if "enum" in schema
        else []
    )
    limits += [words.format(schema[name]) for name, words in LIMITS.items() if name in schema]
    return ". ".join(each for each in (description.rstrip("."), "; ".join(limits)) if each)


def _resolved(document: Document, schema: Document) -> Document:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema
