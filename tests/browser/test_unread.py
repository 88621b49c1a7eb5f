"""Unread marks: what others changed has a dot until one has looked at it, on all devices of the
account.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.api import Api
from tests.browser.page import (
    PASSWORD,
    open_task,
    row,
    sync,
    wait_for_dot,
)
from tests.browser.people import follow, option, person, show_list
from tests.browser.sweep import AXE, violations

SIGN_IN = """async (given) => {
  const answer = await fetch("/auth/sign-in", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) });
  localStorage.setItem("driftless.account", JSON.stringify(await answer.json()));
}"""
HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { get: () => isHidden, configurable: true });
  Object.defineProperty(document, "visibilityState", { get: () => isHidden ? "hidden" : "visible", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
LOOK_MS = 3_500  # longer than a look takes


class Family:
    """Ben writes over HTTP; Ana looks at the lists House and Garden in her browser."""

    def __init__(self, server, new_page):
        self.ben = Api(server, "ben@example.org", "Ben")
        self.space = self.ben.make_space("Family", "House", "Garden")
        lists = self.ben.get("/api/v1/lists")["lists"]
        self.lists = {each["name"]: each["id"] for each in lists}
        self.new_page = new_page
        self.old = [self.add(title, "House") for title in ("Sweep", "Dust")]
        self.ana = person(new_page, "Ana")
        follow(self.ana, f"{server.url}/join#{self.ben.invite(self.space)['token']}")
        wait_for_dot(self.ana, "All changes saved")

    def add(self, title, to):
        return self.ben.post("/api/v1/tasks", {"title": title, "list": self.lists[to]})["id"]

    def change(self, task, **fields):
        assert self.ben.ask("PATCH", f"/api/v1/tasks/{task}", fields)[0] == 200

    def second_device(self, **options):
        page = self.new_page(**options)
        page.evaluate(
            SIGN_IN, {"email": "ana@example.org", "password": PASSWORD, "session": "cookie"}
        )
        page.reload()
        wait_for_dot(page, "All changes saved")
        return page


@pytest.fixture
def family(server, new_page):
    return Family(server, new_page)


def dot(page, title):
    return row(page, title).get_by_role("img", name="Changed by Ben")


def count(page, name):
    return page.locator("#side").get_by_role("link", name=name).locator(".unread-count")


def count_of_space(page):
    return page.locator("#side [data-space] h2 .unread-count")


def test_who_joins_sees_no_dots_and_then_those_of_what_others_change(family):
    ana = family.ana
    show_list(ana, "House")
    expect(row(ana, "Dust")).to_be_visible()
    expect(ana.locator(".unread, .unread-count")).to_have_count(0)
    family.change(family.old[0], title="Sweep all")
    family.add("Mow", "Garden")
    expect(dot(ana, "Sweep all")).to_be_visible()
    expect(row(ana, "Dust").locator(".unread")).to_have_count(0)
    expect(count(ana, "House")).to_have_text("1 unread")
    expect(count(ana, "Garden")).to_have_text("1 unread")
    expect(count_of_space(ana)).to_have_text("2 unread")


def test_a_dot_stays_while_one_looks_and_goes_with_the_list_left_on_all_devices(family):
    ana, phone = family.ana, family.second_device()
    family.add("Paint", "House")
    family.add("Mow", "Garden")
    show_list(ana, "House")
    for page in (ana, phone):
        expect(count(page, "House")).to_have_text("1 unread")
    ana.wait_for_timeout(LOOK_MS)
    expect(dot(ana, "Paint")).to_be_visible()
    show_list(ana, "Garden")
    for page in (ana, phone):
        expect(count(page, "House")).to_have_count(0)
        expect(count(page, "Garden")).to_have_text("1 unread")
    ana.wait_for_timeout(LOOK_MS)
    ana.evaluate(HIDE, True)
    for page in (ana, phone):
        expect(count_of_space(page)).to_have_count(0)
    family.add("Rake", "Garden")
    expect(count(phone, "Garden")).to_have_text("1 unread")


def test_a_glance_and_a_hidden_page_mark_nothing(family):
    ana = family.ana
    family.add("Paint", "House")
    expect(count(ana, "House")).to_have_text("1 unread")
    show_list(ana, "House")
    ana.evaluate(HIDE, True)
    ana.wait_for_timeout(LOOK_MS)
    ana.evaluate(HIDE, False)
    show_list(ana, "Garden")
    ana.wait_for_timeout(1_000)
    expect(count(ana, "House")).to_have_text("1 unread")


def test_opening_a_task_marks_it_a_comment_makes_it_unread_again(family):
    ana = family.ana
    task = family.add("Paint", "House")
    show_list(ana, "House")
    expect(dot(ana, "Paint")).to_be_visible()
    open_task(ana, "Paint")
    expect(dot(ana, "Paint")).to_have_count(0)
    ana.keyboard.press("Escape")
    family.ben.post(f"/api/v1/tasks/{task}/comments", {"text": "Which colour?"})
    expect(dot(ana, "Paint")).to_be_visible()


def test_offline_looks_are_saved_and_sent_later(family, server):
    ana, phone = family.ana, family.second_device()
    family.add("Paint", "House")
    show_list(ana, "House")
    for page in (ana, phone):
        expect(count(page, "House")).to_have_text("1 unread")
    ana.context.set_offline(True)
    open_task(ana, "Paint")
    expect(count(ana, "House")).to_have_count(0)
    expect(count(phone, "House")).to_have_text("1 unread")
    ana.context.set_offline(False)
    sync(ana)
    expect(count(phone, "House")).to_have_count(0)


def test_a_list_and_a_space_are_marked_as_read_by_command_without_a_server_and_undone(
    family, server
):
    ana = family.ana
    for title, to in (("Paint", "House"), ("Mow", "Garden")):
        family.add(title, to)
    show_list(ana, "House")
    expect(count_of_space(ana)).to_have_text("2 unread")
    server.stop()
    ana.keyboard.press("Control+k")
    ana.keyboard.type("list as read")
    ana.keyboard.press("Enter")
    expect(count(ana, "House")).to_have_count(0)
    expect(count(ana, "Garden")).to_have_text("1 unread")
    ana.get_by_role("button", name="Undo").click()
    expect(count(ana, "House")).to_have_text("1 unread")
    ana.get_by_role("button", name="Actions for “Family”").click()
    option(ana, "Mark all of this space as read")
    expect(ana.locator(".unread, .unread-count")).to_have_count(0)
    server.start()


def test_what_others_complete_is_unread_in_its_folded_group(family):
    ana = family.ana
    tasks = [family.add(f"Task {number}", "House") for number in range(6)]
    show_list(ana, "House")
    ana.get_by_role("button", name="More actions").click()
    option(ana, "Mark list as read")
    for task in tasks:
        family.change(task, status="completed")
    fold = ana.locator("#groups .fold")
    expect(fold.locator(".unread-count")).to_have_text("6 unread")
    ana.wait_for_timeout(LOOK_MS)
    show_list(ana, "Garden")
    expect(count(ana, "House")).to_have_text("6 unread")
    show_list(ana, "House")
    fold.click()
    ana.wait_for_timeout(LOOK_MS)
    show_list(ana, "Garden")
    expect(count(ana, "House")).to_have_count(0)


def test_after_a_reload_the_marks_are_as_before(family):
    ana = family.ana
    family.add("Paint", "House")
    family.add("Mow", "Garden")
    show_list(ana, "House")
    open_task(ana, "Paint")
    expect(count(ana, "House")).to_have_count(0)
    wait_for_dot(ana, "All changes saved")
    ana.reload()
    expect(count(ana, "Garden")).to_have_text("1 unread")
    expect(count(ana, "House")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_the_dot_moves_nothing(family, width, scheme, tmp_path):
    phone = family.second_device(
        bypass_csp=True, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    phone.add_init_script(path=AXE)
    phone.goto(phone.url.split("/inbox")[0] + f"/list/{family.lists['House']}")
    expect(row(phone, "Sweep")).to_be_visible()
    title = row(phone, "Sweep").locator(".row-title")
    before = title.bounding_box()
    family.change(family.old[0], priority=1)
    expect(dot(phone, "Sweep")).to_be_visible()
    assert title.bounding_box()["x"] == before["x"]
    assert title.bounding_box()["y"] == before["y"]
    phone.screenshot(path=f"/tmp/unread-{width}-{scheme}.png")
    assert not violations(phone)
