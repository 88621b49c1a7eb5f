"""make house: the sizes of functions and files, and counts of patterns to avoid.

Counts `server/` without migrations and `pwa/js/` without the locale tables, in the formatters'
layout. A function is a def or a method, or an arrow function of more than one line; docstrings are
not counted. Fails if a limit is exceeded; prints one `name: value` per line.
"""

import ast
import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES_MAX = 40
FILE_LINES_MAX = 300
BOUNDS = {
    "function_lines_median": 8,
    "function_lines_p90": 20,
    "functions_over_40": 0,
    "files_over_300": 0,
    "import_cycles_with_types": 0,
    "any_python": 120,
    "odd_texts": 0,
}
LOCALES = re.compile(r"^pwa/js/i18n/\w\w/")
JS_CAST = re.compile(r"/\*\* @type \{(?:any|unknown)\} \*/ \(")


def main() -> None:
    figures, lists = measure()
    for name, value in figures.items():
        print(f"{name}: {value}")
        for entry in lists.get(name, []):
            print(f"  {entry}")
    passed = [f"{name} ≤ {most}" for name, most in BOUNDS.items() if figures[name] > most]
    if passed:
        sys.exit("the house's bounds are passed: " + ", ".join(passed))


def measure() -> tuple[dict[str, float], dict[str, list[str]]]:
    """The figures, and for some of them their locations."""
    app = app_facts()
    functions = sorted([*python_functions(), *map(tuple, app["functions"])], reverse=True)
    lengths = sorted(lines for lines, _, _ in functions)
    long = [f"{lines} {where} {name}" for lines, where, name in functions if lines > LINES_MAX]
    sizes = {file: len(file.read_text().splitlines()) for file in sources()}
    large = [
        f"{lines} {file.relative_to(ROOT)}"
        for file, lines in sorted(sizes.items(), key=lambda item: -item[1])
        if lines > FILE_LINES_MAX
    ]
    texts = app_texts()
    odd = odd_texts(texts)
    cycles = cyclic(app["imports"])
    figures = {
        "functions": len(functions),
        "function_lines_median": statistics.median(lengths),
        "function_lines_p90": lengths[int(len(lengths) * 0.9)],
        "functions_over_40": len(long),
        "files_over_300": len(large),
        "import_cycles_with_types": len(cycles),
        "app_texts": len(texts),
        "odd_texts": len(odd),
        "any_casts_js": count(JS_CAST, ".js"),
        "any_python": count(re.compile(r"\bAny\b"), ".py"),
    }
    lists = {
        "functions_over_40": long,
        "files_over_300": large,
        "import_cycles_with_types": cycles,
        "odd_texts": odd,
    }
    return figures, lists


def sources() -> list[Path]:
    files = [*(ROOT / "server").rglob("*.py"), *(ROOT / "pwa/js").rglob("*.js")]
    return [
        file
        for file in sorted(files)
        if "migrations" not in file.parts and not LOCALES.match(str(file.relative_to(ROOT)))
    ]


def count(pattern: re.Pattern[str], ending: str) -> int:
    return sum(
        len(pattern.findall(file.read_text())) for file in sources() if file.suffix == ending
    )


def python_functions() -> list[tuple[int, str, str]]:
    """(lines without the docstring, file:line, name) of each def of the server."""
    found = []
    for file in sources():
        if file.suffix == ".py":
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    where = f"{file.relative_to(ROOT)}:{node.lineno}"
                    found.append((lines_of(node), where, node.name))
    return found


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        lines -= node.body[0].end_lineno - node.body[0].lineno + 1
    return lines


def app_facts() -> dict:
    """{functions, imports} of the app, by a parser of its own language."""
    command = ["node", "test/functions.mjs"]
    return json.loads(
        subprocess.run(command, cwd=ROOT / "pwa", capture_output=True, check=True).stdout
    )


def app_texts() -> dict[str, list[str]]:
    """The English texts of the app by id, with all their forms."""
    tables = "\n".join(file.read_text() for file in sorted(ROOT.glob("pwa/js/i18n/en/*.js")))
    entries = re.split(r'^  "(\w+\.\w+)":', tables, flags=re.MULTILINE)[1:]
    return {
        text_id: re.findall(r'"((?:[^"\\]|\\.)*)"', rest)
        for text_id, rest in zip(entries[::2], entries[1::2], strict=True)
    }


def odd_texts(texts: dict[str, list[str]]) -> list[str]:
    """The ids whose English is on the list of wordings that native readers stumbled over."""
    odd = set((ROOT / "tests/odd_texts.txt").read_text().splitlines())
    return [text_id for text_id, forms in texts.items() if odd.intersection(forms)]


def cyclic(imports: dict[str, list[str]]) -> list[str]:
    """The modules in import cycles."""
    reached = {}

    def reach(module: str) -> set[str]:
        found, todo = set(), list(imports.get(module, ()))
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += imports.get(one, ())
        return found

    for module in imports:
        reached[module] = reach(module)
    return sorted(module for module in imports if module in reached[module])


if __name__ == "__main__":
    main()
