"""Every view and every dialog of the app, in both themes and three widths, looked at by axe. The
tests and the bench share it.
"""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from bench.feed import Feeder, new_id
from tests.browser.api import Api, make_admin
from tests.browser.conftest import ROOT
from tests.browser.page import PASSWORD, go
from tests.browser.worker import join

AXE = ROOT / "pwa/node_modules/axe-core/axe.min.js"
HEIGHT = 840
WIDTHS = (390, 820, 1280)
THEMES = ("light", "dark")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
WHOLE = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}  # all that a theme changes
_RUN = """async ({ within, options }) => {
  const found = await axe.run(within ?? document, options);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary, html }) => ({ id, target: target.join(" "), html, summary: failureSummary })));
}"""


class Seeded:
    """An account with something of everything, and its page."""

    def __init__(self, context, server, email="ana@example.org"):
        context.add_init_script(path=AXE)
        self.page = context.new_page()
        self.page.goto(server.url)
        join(self.page, email)
        with Feeder(server, email, PASSWORD) as one, Feeder(server, email, PASSWORD) as other:
            self.list, self.open, self.done, self.gone, self.long = (new_id() for _ in range(5))
            one.push(_records(self))
            other.push([("task", self.open, {"title": "Paint the hall white"})])
        make_admin(server, email)
        self.house, self.shared, self.board, self.read = share_with(server, email)
        self.page.reload()
        expect(self.page.locator("#groups .row").first).to_be_visible()
        expect(self.page.locator("#dot")).to_contain_text("Needs attention")

    @property
    def views(self):
        """{name: address}."""
        return {
            "today": "/today",
            "inbox": "/inbox",
            "list": f"/list/{self.list}",
            "board": f"/list/{self.list}/board",
            "upcoming": "/upcoming",
            "completed": "/completed",
            "trash": "/trash",
            "search": "/search?q=a",
            "nothing found": "/search?q=qqqq",
            "settings": "/settings",
            "account": "/settings/account",
            "accounts": "/admin",
            "sign-up": "/admin/sign-up",
            "health": "/admin/health",
            "audit": "/admin/audit",
            "invitation": "/join#nonsense",
            "lists": "/lists",
            "filtered": f"/list/{self.list}?priority=3&sort=due",
            "shared": f"/list/{self.house}",
            "shared task": f"/list/{self.house}?task={self.shared}",
            "read only": f"/list/{self.board}?task={self.read}",
            "assigned": "/search?assignee=me",
            "pane": f"/today?task={self.open}",
            "pane of much": f"/inbox?task={self.long}",
        }


def share_with(server, email):
    """Ben shares a space to write in and one to read with an account: (list, task, list to read,
    task to read).
    """
    ben, ana = Api(server, "ben@example.org", "Ben"), Api(server, email, is_new=False)
    found = []
    for name, role, title in (
        ("Family", "editor", "Cook together"),
        ("Notices", "viewer", "Read this"),
    ):
        space = ben.make_space(name, f"List of {name}")
        ana.post("/api/v1/invites/accept", {"token": ben.invite(space, role)["token"]})
        (listed,) = ben.get(f"/api/v1/lists?space={space}")["lists"]
        task = ben.post(
            "/api/v1/tasks",
            {
                "title": title,
                "list": listed["id"],
                "space": space,
                "assignee": ana.id,
                "description": "All of *us*",
            },
        )
        ben.post(f"/api/v1/tasks/{task['id']}/comments", {"text": "What shall we **cook**?"})
        found += [listed["id"], task["id"]]
    ana.post(f"/api/v1/tasks/{found[1]}/comments", {"text": "Soup"})
    return found


def _records(ids):
    now = datetime.now(UTC)
    today = now.astimezone().date()
    day = lambda ahead: str(today + timedelta(ahead))  # noqa: E731
    fields = {"status": "pending", "completed_at": None, "order": "a0", "priority": 0}

    def task(title, record_id=None, **given):
        return "task", record_id or new_id(), fields | {"title": title} | given

    done = {"status": "completed", "completed_at": now.isoformat()}
    return [
        ("list", ids.list, {"name": "House", "order": "a0"}),
        (
            "list",
            new_id(),
            {
                "name": "A list whose name is so long that it has to be cut off at the end",
                "order": "a1",
            },
        ),
        task(
            "Paint the hall",
            ids.open,
            due=day(0),
            list=ids.list,
            priority=3,
            **{"label/home": True, "label/colour": True, "label/more": True},
        ),
        task("Buy the paint", parent=ids.open, list=ids.list),
        task("Choose a colour", parent=ids.open, list=ids.list, **done),
        task("Return the books", due=day(-3), priority=1),
        task(
            "Meter readings", due=f"{day(0)}T17:00", status="in_progress", priority=2, list=ids.list
        ),
        task("Water the plants", due=day(0), repeat="FREQ=WEEKLY;BYDAY=MO,TH"),
        task("Pay the rent", due=day(0), **done),
        task("Started", status="in_progress", list=ids.list),
        task("Post the parcel", ids.done, list=ids.list, **done),
        task("A day later", due=day(1)),
        task("A week later", due=day(6), list=ids.list, priority=2),
        task("Far away", due=day(40)),
        task("Thrown away", ids.gone, deleted=now.isoformat()),
        task(
            "Ein langes Wort: " + "Donaudampfschifffahrtsgesellschaft" * 4,
            due=day(-1),
            list=ids.list,
        ),
        task(
            "Notes",
            ids.long,
            due=day(0),
            priority=2,
            repeat="FREQ=DAILY;FROM=COMPLETION",
            description="# Plan\n\nSome *text* with a [link](https://example.org) and `code`.\n\n- one\n- two\n\n"
            "1. first\n2. second\n\n> said\n\n```\nlong code "
            + "x" * 200
            + "\n```\n\n---\n\n- [ ] open\n- [x] done",
        ),
        *[task(f"Of the Inbox {number}", order=f"b{number}") for number in range(6)],
    ]


def show(page, address):
    """A view, once it is on the screen."""
    page.evaluate("() => document.querySelector('dialog[open]')?.close()")
    go(page, address)
    _two_frames(page)
    page.wait_for_function(
        """address => {
      const url = new URL(address, location.href);
      const isThere = document.getElementById("app").dataset.route === (url.pathname.split("/")[1] || "today");
      const isPane = document.getElementById("pane").hidden === !url.searchParams.get("task");
      const own = document.getElementById("page");
      const isPage = own.hidden || own.childElementCount > 0 && !own.querySelector("[aria-busy]");
      return isThere && isPane && isPage;
    }""",
        arg=address,
    )
    _two_frames(page)


def _two_frames(page):
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def wear(page, theme, width):
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")


def looks(seeded, widths=WIDTHS):
    """Goes through views × themes × widths; yields (where, whether only colours are to be looked
    at).
    """
    for width in widths:
        for name, address in seeded.views.items():
            for theme in THEMES:
                wear(seeded.page, theme, width)
                show(seeded.page, address) if theme == THEMES[0] else None
                yield f"{name}, {theme}, {width}", theme != THEMES[0]


def violations(page, is_colours_only=False, within=None):
    """What axe finds: a list of {id, target, html, summary}."""
    page.evaluate(
        "() => { for (const moving of document.getAnimations()) moving.finish(); }"
    )  # what fades in is judged as it will be
    return page.evaluate(_RUN, {"within": within, "options": COLOURS if is_colours_only else WHOLE})


def sweep(seeded):
    """({where: violations}, how many looks were taken) over all views."""
    found, count = {}, 0
    for where, is_colours_only in looks(seeded):
        count += 1
        found[where] = violations(seeded.page, is_colours_only)
    return {where: bad for where, bad in found.items() if bad}, count
