"""The API documentation page: rendered by the server, without scripts, complete, and harmless
whatever the OpenAPI document contains.
"""

import re
from html.parser import HTMLParser

from flask import Flask

from server.web.api_docs import make_page
from server.web.policy import policies_of


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_the_page_shows_every_operation_and_runs_nothing(app):
    http = app.test_client()
    answer, document = http.get("/api/v1/docs"), http.get("/api/v1/openapi.json").json
    page = Tags(answer.text)
    assert (
        answer.status_code == 200
        and answer.mimetype == "text/html"
        and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    )
    assert not [
        tag
        for tag, attrs in page.tags
        if tag in ("script", "style", "iframe", "img")
        or any(name.startswith("on") or name == "style" for name in attrs)
    ]
    links = [attrs.get("href", "") for _, attrs in page.tags if attrs.get("href")]
    assert all(link.startswith(("/", "#")) for link in links) and "/api/v1/docs.css" in links
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids)) and all(
        link[1:] in ids for link in links if link.startswith("#")
    )
    for path, methods in document["paths"].items():
        for method in {"get", "post", "patch", "delete"} & methods.keys():
            assert re.search(
                rf"{method.upper()}\s+{re.escape(path)}\s+{re.escape(methods[method]['summary'])}",
                page.text,
            ), (method, path)
    assert (
        "Scope tasks:write. Requires the role editor in the space, or a higher one." in page.text
        and "at most 500 characters" in page.text
    )


def test_its_stylesheet_is_of_the_same_origin_light_and_dark(app):
    answer = app.test_client().get("/api/v1/docs.css")
    assert (
        (answer.status_code, answer.mimetype) == (200, "text/css")
        and "prefers-color-scheme: dark" in answer.text
        and "http" not in answer.text
        and "@import" not in answer.text
    )
    again = app.test_client().get(
        "/api/v1/docs.css", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_what_the_document_says_is_text_on_the_page():
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    operation = {
        "tags": [evil],
        "summary": evil,
        "description": evil,
        "responses": {
            "200": {
                "description": evil,
                "content": {"application/json": {"schema": {"$ref": "#/c/s/X"}}},
            }
        },
        "parameters": [
            {
                "in": evil,
                "name": evil,
                "description": evil,
                "schema": {"type": evil, "enum": [evil, None]},
            }
        ],
    }
    document = {
        "info": {"title": evil, "version": evil, "description": evil},
        "tags": [{"name": evil, "description": evil}],
        "paths": {f"/{evil}": {"get": operation}},
        "components": {
            "schemas": {
                "X": {
                    "type": "object",
                    "properties": {evil: {"type": "string", "description": evil}},
                }
            }
        },
    }
    app = Flask("page")
    app.register_blueprint(make_page(document))
    page = Tags(app.test_client().get("/api/v1/docs").text)
    assert (
        not [tag for tag, attrs in page.tags if tag in ("script", "img") or "onerror" in attrs]
        and page.text.count("<script>alert(1)</script>") > 8
    )


def test_every_operation_says_who_may_ask_and_what_may_come(app):
    document = app.test_client().get("/api/v1/openapi.json").json
    declared = policies_of(app, {"api-docs.openapi_json": "public"})
    for path, methods in document["paths"].items():
        for method in {"get", "post", "patch", "delete"} & methods.keys():
            operation, statuses = methods[method], set(methods[method]["responses"])
            endpoint = next(
                rule.endpoint
                for rule in app.url_map.iter_rules()
                if re.sub(r"<(\w+)>", r"{\1}", rule.rule) == path
            )
            audience = declared[endpoint, method.upper()].audience
            assert (operation.get("security") == []) is (audience == "public") and (
                audience == "public" or f"Scope {audience}." in operation["description"]
            )
            assert {"429", "503"} <= statuses and (
                {"401", "403", "400"} <= statuses or audience == "public"
            )
            assert "requestBody" not in operation or {"400", "413", "415", "422"} <= statuses
            assert "If-Match" not in str(operation.get("parameters")) or "412" in statuses
            assert "{" not in path or "404" in statuses
