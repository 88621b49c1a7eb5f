"""make test and make soak: every suite, each with how many cases it ran; a suite that did not run fails the run.

Prints `<suite>_cases` and `<suite>_violations` last, for soak also how many planted bugs were caught.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUITES = ("merge", "twins", "simulation", "bad_input", "server_kill", "browser_kill")
SOAK = {"MERGE_CASES": "1000000", "TWIN_CASES": "200000", "SIMULATION_CASES": "20000", "BAD_INPUT_CASES": "200000", "SERVER_KILLS": "500",
        "BROWSER_KILLS": "200", "DEVICE_CASES": "3000"}


def main(is_soak):
    failed, figures = [], {}
    env = dict(os.environ) | (SOAK if is_soak else {})
    for name, command, folder in (
            ("node", ["node", "--test", *sorted(map(str, (ROOT / "pwa/test").glob("*.test.mjs")))], ROOT / "pwa"),
            ("pytest", [sys.executable, "-m", "pytest", "--durations=5"], ROOT),
            *([("planted", [sys.executable, "-m", "tests.planted"], ROOT)] if is_soak else [])):
        status, output = run(command, folder, env)
        figures |= dict(re.findall(r"^(\w+): (\d+)$", output, re.MULTILINE))
        if name == "node":
            figures["javascript_cases"] = (re.findall(r"^\D*tests (\d+)$", output, re.MULTILINE) or ["0"])[-1]
        if status:
            failed.append(name)
    failed += [f"{suite} did not run" for suite in SUITES if not int(figures.get(f"{suite}_cases", 0))]
    failed += ["javascript did not run"] if not int(figures["javascript_cases"]) else []
    for name, value in figures.items():
        print(f"{name}: {value}")
    if failed:
        sys.exit("failed: " + ", ".join(failed))


def run(command, folder, env):
    """(exit status, what it printed), printing it as it comes."""
    process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    return process.wait(), "".join(lines)


if __name__ == "__main__":
    main("--soak" in sys.argv)
