"""make test and make soak: every suite, each with the number of its cases; a suite that did not run
fails the run.

Prints `<suite>_cases` and `<suite>_violations` at the end, and for soak the number of caught
planted bugs.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IN_A_BROWSER = ("tests/browser", "tests/engines")
SERVER = "tests/server"
HISTORIES = ("tests/core", "tests/simulation")
# Each half of the browser tests retries at most one failed test; the first
# failure is shown, the number printed.
TRIED_AGAIN = ("--reruns=1", "--max-suite-reruns=1", "--rerun-show-tracebacks")
# Seconds for one test in a browser: one that never answers must not stop the whole run.
TEST_S_MAX, SOAK_TEST_S_MAX = 600, 7_200
AT_ONCE = 3  # on two cores: tests in a browser mostly wait
SUITES = (
    "merge",
    "twins",
    "simulation",
    "bad_input",
    "server_kill",
    "browser_kill",
    "engines",
    "axe",
    "xss",
    "commands",
    "schemathesis",
    "shared_simulation",
    "example_simulation",
    "example_restore_simulation",
    "restore_simulation",
    "restore",
    "javascript",
)
FIGURES = ("matrix_cells", "body_swaps", "conformance_rules")  # from suites with names of their own
PRESENT = (
    "live_leaks",
    "conformance_failures",
    "restore_lost",
)  # likewise, where 0 is the good value
SOAK = {
    "MERGE_CASES": "1000000",
    "TWIN_CASES": "200000",
    "SIMULATION_CASES": "20000",
    "BAD_INPUT_CASES": "200000",
    "SERVER_KILLS": "500",
    "BROWSER_KILLS": "200",
    "DEVICE_CASES": "14000",
    "SHARED_CASES": "5000",
    "EXAMPLE_CASES": "5000",
    "RESTORE_WORLD_CASES": "5000",
    "EXAMPLE_RESTORE_CASES": "2000",
    "DRILL_CASES": "500",
    "BODY_SWAPS": "100000",
    "ALL_PLANTED": "1",
}


def main(is_soak):
    failed, figures = [], Counter()
    env = dict(os.environ) | (SOAK if is_soak else {})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda part: run(*part, env), parts(is_soak)))
    results += (
        [run("planted", [sys.executable, "-m", "tests.planted"], ROOT, env)] if is_soak else []
    )
    for name, status, output in results:
        figures.update(
            {
                figure: int(value)
                for figure, value in re.findall(r"^(\w+): (\d+)$", output, re.MULTILINE)
            }
        )
        if "browser" in name:
            figures["browser_reruns"] += sum(
                map(int, re.findall(r"^.*\b(\d+) rerun in ", output, re.MULTILINE))
            )
        if name == "javascript":
            figures["javascript_cases"] = int(
                (re.findall(r"^\D*tests (\d+)$", output, re.MULTILINE) or ["0"])[-1]
            )
        if status:
            failed.append(name)
    skipped = ["engines"] if env.get("SKIP_ENGINES", "") not in ("", "0") else []
    failed += [
        f"{suite} did not run"
        for suite in SUITES
        if suite not in skipped and not figures[f"{suite}_cases"]
    ]
    failed += [f"{name} did not run" for name in FIGURES if not figures[name]]
    failed += [f"{name} did not run" for name in PRESENT if name not in figures]
    for name, value in figures.items():
        print(f"{name}: {value}")
    for suite in skipped:
        print(f"SKIPPED, as asked: {suite}. Nothing was tried there.")
    if failed:
        sys.exit("failed: " + ", ".join(failed))


def parts(is_soak):
    """(name, command, folder) of everything that runs in parallel, longest first: each test is in
    exactly one.
    """
    pytest = [sys.executable, "-m", "pytest", "--durations=5"]
    guarded = (*TRIED_AGAIN, f"--timeout={SOAK_TEST_S_MAX if is_soak else TEST_S_MAX}")
    in_a_browser = sorted(
        str(path.relative_to(ROOT))
        for folder in IN_A_BROWSER
        for path in (ROOT / folder).glob("test_*.py")
    )
    return [
        ("in a browser, one half", [*pytest, *guarded, *in_a_browser[::2]], ROOT),
        ("in a browser, the other half", [*pytest, *guarded, *in_a_browser[1::2]], ROOT),
        ("the server", [*pytest, SERVER], ROOT),
        (
            "rights, clients and crashes",
            [*pytest, *(f"--ignore={each}" for each in (SERVER, *IN_A_BROWSER, *HISTORIES))],
            ROOT,
        ),
        ("histories", [*pytest, *HISTORIES], ROOT),
        (
            "javascript",
            ["node", "--test", *sorted(map(str, (ROOT / "pwa/test").glob("*.test.mjs")))],
            ROOT / "pwa",
        ),
    ]


def run(name, command, folder, env):
    """(name, exit status, output); prints the output as it comes."""
    print(f"== {name}", flush=True)
    begun = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines = []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    status = process.wait()
    print(f"== {name}: {time.monotonic() - begun:.0f} s", flush=True)
    return name, status, "".join(lines)


if __name__ == "__main__":
    main("--soak" in sys.argv)
