"""`python -m conformance URL` checks a server against the rules of sync_protocol.md."""

import argparse
import sys
import traceback

from conformance import rules as _rules  # noqa: F401
from conformance.checking import RULES, Broken, Impossible, Rule
from conformance.world import World


def main() -> int:
    """Prints each broken rule, then `conformance_rules: N` and `conformance_failures: N`."""
    given = _arguments()
    chosen = [rule for rule in RULES if not given.rules or _is_named(rule, given.rules)]
    if given.list or not given.url:
        for rule in chosen:
            print(f"{rule.name}  ({rule.section})")
        return 0
    failed = _check(World(given.url), chosen)
    print(f"conformance_rules: {len(chosen)}")
    print(f"conformance_failures: {failed}")
    return 1 if failed or not chosen else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("conformance", description=__doc__)
    parser.add_argument("url", nargs="?", help="the server, such as http://localhost:8000")
    parser.add_argument("rules", nargs="*", help="only these rules or groups, such as merge")
    parser.add_argument("--list", action="store_true", help="list the rules")
    return parser.parse_args()


def _is_named(rule: Rule, names: list[str]) -> bool:
    return any(rule.name == name or rule.name.startswith(f"{name}.") for name in names)


def _check(world: World, chosen: list[Rule]) -> int:
    failed = 0
    for rule in chosen:
        reason = _reason(world, rule)
        if reason is not None:
            failed += 1
            print(f"BROKEN {rule.name} ({rule.section}): {reason}")
            for quote in rule.quotes:
                print(f"    the page: “{quote}”")
    return failed


def _reason(world: World, rule: Rule) -> str | None:
    """Why the rule is broken; None if it holds."""
    try:
        rule.check(world)
    except Impossible as stop:
        sys.exit(str(stop))
    except Broken as broken:
        return str(broken)
    except Exception:
        return "the answer has another form than the page says\n" + traceback.format_exc()
    return None


if __name__ == "__main__":
    sys.exit(main())
