"""Checks servers and clients against sync_protocol.md.

`python -m conformance URL` checks a server. `python -m conformance --serve --client COMMAND` plays
faults to a client that is driven by lines of JSON; without `--client`, to one that you operate.
"""

import argparse
import shlex
import sys
import traceback

from conformance import rules as _rules  # noqa: F401
from conformance.checking import RULES, Broken, Impossible, Rule
from conformance.serving.by_hand import report, serve
from conformance.serving.play import playing_with
from conformance.serving.scenarios import SCENARIOS
from conformance.world import World


def main() -> int:
    """Prints what is broken, then `conformance_rules: N` and `conformance_failures: N`."""
    given = _arguments()
    names = given.names
    if given.serve and not given.client:
        return serve(given.port, given.seed)
    if given.serve:
        return _sum_up(*_play(shlex.split(given.client), given.only))
    chosen = [rule for rule in RULES if not names or _is_named(rule.name, names)]
    if given.list or not given.url:
        _list(chosen)
        return 0
    return _sum_up(len(chosen), _check(World(given.url), chosen))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "conformance", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", nargs="?", help="the server, such as http://localhost:8000")
    parser.add_argument("names", nargs="*", help="only these rules or groups, such as merge")
    parser.add_argument("--list", action="store_true", help="list the rules and the scenarios")
    parser.add_argument("--serve", action="store_true", help="be a server with faults")
    parser.add_argument("--client", metavar="COMMAND", help="a client to drive")
    parser.add_argument("--only", nargs="*", metavar="SCENARIO", help="only these scenarios")
    parser.add_argument("--port", type=int, default=0, help="the port to serve on")
    parser.add_argument("--seed", type=int, help="the same faults again")
    return parser.parse_args()


def _list(chosen: list[Rule]) -> None:
    for rule in chosen:
        print(f"{rule.name}  ({rule.section})")
    for name, scenario in SCENARIOS.items():
        print(f"--serve: {name}  ({scenario.__doc__})")


def _is_named(name: str, names: list[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in names)


def _sum_up(rules: int, failed: int) -> int:
    print(f"conformance_rules: {rules}")
    print(f"conformance_failures: {failed}")
    return int(bool(failed) or not rules)


def _play(command: list[str], names: list[str] | None) -> tuple[int, int]:
    """How many scenarios were played to a client, and in how many it broke a duty."""
    chosen = {name: play for name, play in SCENARIOS.items() if not names or name in names}
    failed = 0
    for name, scenario in chosen.items():
        playing = playing_with(command, scenario)
        if playing.verdicts.broken:
            failed += 1
            print(f"in {name}:")
            report(playing, "    ")
    return len(chosen), failed


def _check(world: World, chosen: list[Rule]) -> int:
    """How many rules a server breaks."""
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
