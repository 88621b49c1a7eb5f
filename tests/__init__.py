"""The test suites. Each reports how many cases it ran; conftest prints the lines at the end."""

reported: dict[str, int] = {}


def report(suite: str, cases: int, violations: int) -> None:
    """Adds to a suite's figures `<suite>_cases` and `<suite>_violations`."""
    reported[f"{suite}_cases"] = reported.get(f"{suite}_cases", 0) + cases
    reported[f"{suite}_violations"] = reported.get(f"{suite}_violations", 0) + violations


def figure(name: str, value: int) -> None:
    """Adds to a figure with a name of its own."""
    reported[name] = reported.get(name, 0) + value
