"""Tests of the documents: the protocol's examples run, and every route, code, setting and make
target is documented.
"""

import json
import re
from pathlib import Path

import pytest

from server.journal.kinds import KINDS
from server.sync.schemas import TOO_MANY
from server.web.errors import CODES

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "sync_protocol.md").read_text()
DOCS = "\n".join(
    path.read_text()
    for path in [ROOT / "README.md", ROOT / "sync_protocol.md", *(ROOT / "docs").rglob("*.md")]
)


def test_the_worked_examples_run_as_they_stand(ana):
    known, count = {}, 0
    for block in re.findall(r"```example\n(.*?)```", PROTOCOL, re.DOTALL):
        for line in block.splitlines():
            arrow, text = line.split(" ", 1)
            if arrow == "→":
                answer = ana.http.post(
                    "/sync", json=json.loads(_filled(text, known)), headers=ana.headers
                )
                assert answer.status_code == 200, answer.text
            else:
                _match(json.loads(_filled(text, known)), answer.json, known)
                count += 1
    assert count >= 7


def _filled(text, known):
    return re.sub(
        r'"\{\{(\w+)\}\}"',
        lambda name: json.dumps(known[name[1]]) if name[1] in known else name[0],
        text,
    )


def _match(said, got, known):
    """Checks that `got` matches the page, whose placeholders take the actual values."""
    place = re.fullmatch(r"\{\{(\w+)\}\}", said) if isinstance(said, str) else None
    if place:
        assert known.setdefault(place[1], got) == got
    elif isinstance(said, dict):
        keys = {
            (re.fullmatch(r"\{\{(\w+)\}\}", key) or [None, None])[1] or key: value
            for key, value in said.items()
        }
        free = [name for name in keys if name not in got]
        for name, actual in zip(free, [key for key in got if key not in keys], strict=True):
            known[name], keys[actual] = actual, keys.pop(name)
        for key, value in keys.items():
            _match(value, got[key], known)
    elif isinstance(said, list):
        assert len(said) == len(got)
        for one, other in zip(said, got, strict=True):
            _match(one, other, known)
    else:
        assert said == got and type(said) is type(got)


def test_every_route_is_documented(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in ("shell.file", "shell.home"):
            assert re.sub(r"<(\w+)>", r"{\1}", rule.rule) in DOCS, rule.rule


SOURCES = "\n".join(
    path.read_text() for path in (ROOT / "server").rglob("*.py") if "migrations" not in path.parts
)
RAISED = {
    *re.findall(r'(?:ApiError|_response)\(\s*(?:\w+),\s*"(\w+)"', SOURCES),
    *re.findall(r'(?:SpaceError|AdminError|rejected)\(\s*"(\w+)"', SOURCES),
    *re.findall(r'return\s+\(?\s*"(\w+)",\s*f?"', SOURCES),
    *re.findall(r'^ELSEWHERE = "(\w+)"', SOURCES, re.MULTILINE),
    *re.findall(r'CODES.get\(status, "(\w+)"\)', SOURCES),
    *re.findall(r'"status": "(moved)"', SOURCES),
    *CODES.values(),
    *TOO_MANY.values(),
}


def test_every_error_code_is_documented():
    missing = sorted(code for code in RAISED if f"`{code}`" not in DOCS)
    assert len(RAISED) > 60 and not missing, missing


def test_every_documented_error_code_is_raised():
    table = re.findall(
        r"^\| [\w, ]+ \| (`.+?) \|", (ROOT / "docs/errors.md").read_text(), re.MULTILINE
    )
    documented = {code for cell in table for code in re.findall(r"`(\w+)`", cell)}
    assert len(documented) > 60 and not documented - RAISED, sorted(documented - RAISED)


def test_every_route_is_in_the_list_for_operators(app):
    """The list names every route, or the document that lists the routes below a prefix."""
    page = (ROOT / "docs/operations.md").read_text()
    routes = page[page.index("## Routes") : page.index("## Other commands")]
    listed = set(re.findall(r"`(?:[A-Z]+ )?(/[^`]*)`", routes))
    prefixes = tuple(each.removesuffix("*") for each in listed if each.endswith("*"))
    rules = {
        re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in ("shell.file", "shell.home")
    }
    assert not [rule for rule in rules if rule not in listed and not rule.startswith(prefixes)]
    assert not [each for each in listed if each not in rules and not each.endswith("*")]
    assert all(any(rule.startswith(prefix) for rule in rules) for prefix in prefixes)


def test_every_setting_is_documented():
    settings = set(
        re.findall(
            r'env(?:iron)?\.get\(\s*"([A-Z_]+)"',
            "\n".join(
                (ROOT / name).read_text()
                for name in (
                    "server/config.py",
                    "server/cli.py",
                    "server/ops/locks.py",
                    "deploy/gunicorn.py",
                    "deploy/setup.py",
                )
            ),
        )
    )
    assert {"SECRET_KEY", "DATA_DIR", "PORT", "HOST"} <= settings
    assert not [name for name in settings - {"PATH", "CI"} if f"`{name}`" not in DOCS]


def test_every_make_target_is_in_the_readme():
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    readme = (ROOT / "README.md").read_text()
    assert not [target for target in targets if f"make {target}" not in readme]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_field_is_in_the_protocol(kind):
    assert not [name for name in [kind, *KINDS[kind].fields] if f"`{name}`" not in PROTOCOL]


def test_the_invariants_stand_in_the_same_words_in_protocol_docstring_and_tests():
    from server.core import merge

    tests = (ROOT / "tests/core/test_merge.py").read_text()
    for words in (
        "causality first, time second",
        "no value is lost silently",
        "every order a server can see gives the same record",
        "a repeat is harmless",
        "different fields never conflict",
        "a device speaks only for itself",
        "bounded",
    ):
        assert words in PROTOCOL.lower() and words in " ".join(merge.__doc__.split())
        name = words.replace(",", "").replace(" ", "_")
        assert words in tests or name in tests, words
