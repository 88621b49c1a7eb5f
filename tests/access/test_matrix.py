"""The authorization matrix: every route, method and caller. The expected answer follows from the
route's declared policy alone.
"""

from server import LIBRARY_POLICIES
from server.core.roles import ROLES
from server.web.policy import SCOPES, policies_of
from tests import figure
from tests.access.cases import OF_A_ROLE, OTHER_ANSWERS, ask, beyond, has_case, name_of, outcome
from tests.access.principals import principals

STRANGERS = {"not_found", "no_such_space"}
LOW = {"role_too_low", "read_only", "not_author", "owner_only"}
ENOUGH = 100  # wrong cells, to stop at
SAFE = ("GET", "HEAD", "OPTIONS")


def routes_of(app):
    """(rule, method, policy) of every route."""
    declared = policies_of(app, LIBRARY_POLICIES)
    return [
        (rule, method, declared[rule.endpoint, method])
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


def expected(policy, method, who):
    """(status, codes) of a refusal, or None if the caller is admitted."""
    if policy.audience == "public":
        return None
    return (
        _credential(method, who)
        or _refuse_audience(policy.audience, who)
        or _role(policy.space, who, {"no_such_space"}, {"role_too_low"})
        or _role(policy.checked_in_service, who, STRANGERS, LOW)
    )


def _credential(method, who):
    if who.refused:
        return who.refused[0], {who.refused[1]}
    return (403, {"cross_site"}) if who.is_cross_site and method not in SAFE else None


def _refuse_audience(audience, who):
    if audience in SCOPES:
        return None if who.scopes is None or audience in who.scopes else (403, {"scope_missing"})
    if who.scopes is not None:
        return 403, {"session_only"}
    return (403, {"admin_only"}) if audience == "admin" and not who.is_admin else None


def _role(least, who, of_strangers, of_lower):
    if least is None:
        return None
    if who.role is None:
        return 404, of_strangers
    return None if ROLES.index(who.role) >= ROLES.index(least) else (403, of_lower)


def is_right(route, policy, method, who, answer):
    wanted, (status, code) = (
        expected(policy, method, who) or beyond(route, who),
        outcome(route, answer),
    )
    if wanted:
        return status == wanted[0] and code in wanted[1]
    return 200 <= status < 300 or (
        status < 500
        and code in OTHER_ANSWERS.get(route, set()) | OF_A_ROLE.get((route, who.person), set())
    )


def test_every_cell_is_as_the_policy_says(world):
    world.remember()
    cells, wrong = 0, []
    for rule, method, policy in routes_of(world.app):
        if len(wrong) > ENOUGH:
            break
        for who in principals(world):
            world.restore()
            answer = ask(world, who, rule, method)
            cells += 1
            if not is_right(name_of(rule, method), policy, method, who, answer):
                wrong.append(
                    f"{name_of(rule, method)} – {who.name}: {answer.status_code} {answer.text[:120].strip()}, {expected(policy, method, who)}"
                )
    figure("matrix_cells", cells)
    figure("matrix_wrong", len(wrong))
    assert not wrong, "\n".join(wrong)
    assert cells >= 20 * len(routes_of(world.app))


def test_every_route_has_a_case(world):
    assert [
        name_of(rule, method)
        for rule, method, _ in routes_of(world.app)
        if not has_case(name_of(rule, method))
    ] == []
