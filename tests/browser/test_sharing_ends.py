"""What sharing leaves when it ends or is cut down: what was being typed, the dialogs that were
open, what was refused.
"""

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.api import Api
from tests.browser.page import (
    PASSWORD,
    add,
    focus,
    go,
    open_task,
    sync,
    wait_for_dot,
    wait_for_titles,
)
from tests.browser.people import (
    ask,
    close,
    family,
    follow,
    make_link,
    make_list,
    open_members,
    option,
    person,
    set_role,
    share,
    show_list,
)


@pytest.fixture
def server(request):
    with Server(**getattr(request, "param", {})) as started:
        yield started


def hear(page):
    """A sync now, without leaving the field one types in."""
    page.evaluate("dispatchEvent(new Event('online'))")


def remove_ben(ana):
    open_members(ana, "Family")
    for _ in range(2):
        ana.get_by_role("button", name="Remove Ben").click()
    expect(ana.get_by_label("Role of Ben")).to_have_count(0)
    close(ana)


def test_a_description_is_typed_on_while_the_task_goes_and_is_whole_in_the_tray(new_page):
    ana, ben = family(new_page, "Paint the hall")
    open_task(ben, "Paint the hall")
    ben.get_by_role("button", name="Add a description").click()
    field = ben.locator("#pane textarea.notes")
    field.press_sequentially("words of Ben")
    focus(ana, "Paint the hall")
    ana.keyboard.press("m")
    option(ana, "Inbox")
    sync(ana)
    wait_for_dot(ana, "All changes saved")
    hear(ben)
    expect(ben.locator("#groups .row")).to_have_count(0)
    ben.keyboard.type(" and d more")
    expect(ben.locator("#pane")).to_contain_text("This task was deleted.")
    hear(ben)
    ben.keyboard.type(" to the end")
    expect(field).to_have_value("words of Ben and d more to the end")
    ben.locator("#dot").click(delay=500)
    expect(ben.locator("#pane")).to_be_hidden()
    kept = ben.locator("#sheet [data-refused]")
    expect(kept.last).to_contain_text("words of Ben and d more to the end")
    for each in kept.all():
        expect(each.locator("b").first).to_have_text("Paint the hall")
    kept.last.get_by_role("button", name="Copy to…").click()
    option(ben, "Inbox")
    expect(kept).to_have_count(0)
    close(ben)
    go(ben, "/inbox")
    open_task(ben, "Paint the hall")
    expect(ben.locator("#pane div.notes")).to_have_text("words of Ben and d more to the end")


def test_a_description_is_typed_on_after_a_pause_where_the_task_went_before_anything_was_saved(
    new_page,
):
    ana, ben = family(new_page, "Paint the hall")
    open_task(ben, "Paint the hall")
    ben.get_by_role("button", name="Add a description").click()
    focus(ana, "Paint the hall")
    ana.keyboard.press("m")
    option(ana, "Inbox")
    sync(ana)
    wait_for_dot(ana, "All changes saved")
    field = ben.locator("#pane textarea.notes")
    expect(ben.locator("#pane")).to_contain_text("This task was deleted.")
    ben.keyboard.type("words")
    expect(ben.locator("#groups .row")).to_have_count(0)
    wait_for_dot(ben, "Needs attention")
    ben.wait_for_timeout(500)
    ben.keyboard.type(" of Ben")
    expect(field).to_have_value("words of Ben")
    expect(field).to_be_focused()
    ben.locator("#dot").click()
    expect(ben.locator("#sheet [data-refused]").last).to_contain_text("words of Ben")


@pytest.mark.parametrize("label", ["New subtask", "New comment"])
def test_what_is_typed_just_after_the_task_went_is_text_and_no_command(new_page, label):
    ana, ben = family(new_page, "Paint the hall", "Fix the door")
    open_task(ben, "Paint the hall")
    ben.get_by_label(label).focus()
    focus(ana, "Paint the hall")
    ana.keyboard.press("m")
    option(ana, "Inbox")
    expect(ben.locator("#groups .row")).to_have_count(1)
    ben.keyboard.type("x words d")
    expect(ben.get_by_label(label)).to_have_value("x words d")
    ben.keyboard.press("Tab")
    ben.locator("#main").click()
    expect(ben.locator("#pane")).to_be_hidden()
    ben.locator("#dot").click()
    expect(ben.locator("#sheet [data-refused]")).to_contain_text("x words d")


def test_a_task_that_goes_while_nothing_is_typed_promises_nothing(new_page):
    ana, ben = family(new_page, "Paint the hall")
    open_task(ben, "Paint the hall")
    ben.get_by_role("textbox", name="Title").focus()
    focus(ana, "Paint the hall")
    ana.keyboard.press("m")
    option(ana, "Inbox")
    expect(ben.locator("#pane")).to_contain_text("This task was deleted.")
    ben.keyboard.press("Escape")
    expect(ben.locator("#pane")).to_be_hidden()
    expect(ben.locator("#toast")).not_to_contain_text("saved under")
    expect(ben.locator("#dot")).to_contain_text("All changes saved")


def test_half_typed_comments_and_subtasks_lie_in_the_tray_when_one_is_removed(new_page):
    ana, ben = family(new_page, "Paint the hall", "Fix the door")
    open_task(ben, "Fix the door")
    ben.get_by_label("New subtask").fill("Buy a hinge")
    open_task(ben, "Paint the hall")
    ben.get_by_label("New comment").fill("Ten minutes of thoughts")
    ben.locator("#quick-title").press_sequentially("half a task")
    remove_ben(ana)
    hear(ben)
    expect(ben.locator("#toast")).to_contain_text(
        "You are no longer in “Family”. What the server does not have was saved under Sync."
    )
    expect(ben.locator("#quick-title")).to_be_focused()
    ben.keyboard.type(" more")
    expect(ben.locator("#quick-title")).to_have_value("half a task more")
    wait_for_dot(ben, "Needs attention")
    ben.locator("#dot").click()
    sheet = ben.locator("#sheet")
    expect(sheet).not_to_contain_text("Everything is saved on the server too.")
    comment = sheet.locator("[data-refused]").filter(has_text="Ten minutes of thoughts")
    expect(comment.locator("b").first).to_have_text("Paint the hall")
    expect(comment.get_by_role("button")).to_have_text(["Copy to…", "Copy", "Export", "Dismiss"])
    expect(
        sheet.locator("[data-refused]").filter(has_text="Buy a hinge").locator("b").first
    ).to_have_text("Fix the door")
    assert "Ten minutes" not in ben.evaluate("JSON.stringify(sessionStorage)")
    comment.get_by_role("button", name="Copy to…").click()
    option(ben, "Inbox")
    expect(comment).to_have_count(0)
    close(ben)
    go(ben, "/inbox")
    open_task(ben, "Paint the hall")
    expect(ben.locator("#pane div.notes")).to_have_text("Ten minutes of thoughts")


def test_a_comment_is_typed_on_while_one_is_removed(new_page):
    ana, ben = family(new_page, "Paint the hall")
    open_task(ben, "Paint the hall")
    ben.get_by_label("New comment").press_sequentially("some")
    remove_ben(ana)
    hear(ben)
    expect(ben.locator("#toast")).to_contain_text("no longer in “Family”")
    ben.keyboard.type(" more thoughts")
    expect(ben.get_by_label("New comment")).to_have_value("some more thoughts")
    ben.keyboard.press("Escape")
    expect(ben.locator("#pane")).to_be_hidden()
    ben.wait_for_url("**/today")
    wait_for_dot(ben, "Needs attention")
    ben.locator("#dot").click()
    expect(ben.locator("#sheet [data-refused]")).to_contain_text("some more thoughts")


def test_who_may_only_read_now_still_sees_what_was_half_typed(new_page):
    ana, ben = family(new_page, "Paint the hall")
    open_task(ben, "Paint the hall")
    ben.get_by_label("New subtask").fill("Buy the paint")
    ben.get_by_label("New comment").fill("Two coats?")
    ben.locator("#quick-title").fill("Wash the brushes")
    set_role(ana, "Family", "viewer")
    hear(ben)
    expect(ben.locator("#heading")).to_contain_text("View only")
    for label, text in (("New subtask", "Buy the paint"), ("New comment", "Two coats?")):
        expect(ben.get_by_label(label)).to_be_visible()
        expect(ben.get_by_label(label)).to_have_value(text)
        expect(ben.get_by_label(label)).not_to_be_editable()
    ben.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ben.locator(".comment-form").get_by_role("button", name="Copy your text").click()
    assert ben.evaluate("navigator.clipboard.readText()") == "Two coats?"
    expect(ben.locator("#quick-title")).to_have_value("Wash the brushes")
    ben.get_by_role("button", name="Add to Inbox").click()
    expect(ben.locator("#toast")).to_contain_text("Added to Inbox")
    expect(ben.locator("#quick")).to_be_hidden()
    go(ben, "/inbox")
    wait_for_titles(ben, ["Wash the brushes"])


def test_the_members_close_or_change_with_ones_own_role(new_page):
    ana, ben = family(new_page, "Paint the hall")
    set_role(ana, "Family", "owner")
    sync(ben)
    open_members(ben, "Family")
    expect(ben.get_by_role("button", name="Create link")).to_be_visible()
    set_role(ana, "Family", "viewer")
    hear(ben)
    expect(ben.get_by_role("button", name="Create link")).to_have_count(0)
    expect(ben.locator("#members select")).to_have_count(0)
    expect(ben.get_by_role("button", name="Leave this space")).to_be_visible()
    remove_ben(ana)
    hear(ben)
    expect(ben.locator("dialog[open]")).to_have_count(0)
    expect(ben.locator("#toast")).to_contain_text("no longer in “Family”")


def test_who_makes_oneself_a_reader_invites_nobody_any_more(new_page):
    ana, _ben = family(new_page, "Paint the hall")
    set_role(ana, "Family", "owner")
    open_members(ana, "Family")
    make_link(ana)
    expect(ana.get_by_role("list", name="Open invites")).to_be_visible()
    ana.get_by_label("Role of Ana").select_option("viewer")
    expect(ana.get_by_role("button", name="Create link")).to_have_count(0)
    expect(ana.get_by_role("list", name="Open invites")).to_be_hidden()
    expect(ana.get_by_label("Invite link")).to_have_count(0)
    expect(ana.locator("#members select")).to_have_count(0)


LONG = ["The whole extended family of aunt Margaret in Oxford", "F" * 100]


def right_of(page, selector):
    return max(
        page.eval_on_selector_all(
            selector,
            "all => all.filter((each) => each.checkVisibility()).map((each) => each.getBoundingClientRect().right)",
        )
    )


def test_long_names_of_spaces_leave_every_button_in_reach(new_page, server):
    ana = person(new_page, "Ana")
    api = Api(server, "ana@example.org", is_new=False)
    for name in LONG:
        api.make_space(name, "L" * 100)
    shared = next(each["id"] for each in api.get("/api/v1/lists")["lists"])
    api.post("/api/v1/tasks", {"title": "Paint", "list": shared})
    sync(ana)
    expect(ana.locator("#side [data-space]")).to_have_count(3)
    assert right_of(ana, "#side .nav button") <= 240
    go(ana, f"/list/{shared}")
    open_task(ana, "Paint")
    pane = ana.locator("#pane").bounding_box()
    assert right_of(ana, "#pane dd .value, #pane p") <= pane["x"] + pane["width"]
    assert right_of(ana, "#heading *") <= pane["x"]
    ana.set_viewport_size({"width": 390, "height": 844})
    go(ana, "/lists")
    expect(ana.locator("#page .nav .tool").first).to_be_visible()
    assert right_of(ana, "#page .nav button, #page .nav a") <= 390
    go(ana, f"/list/{shared}?task={api.get('/api/v1/tasks')['tasks'][0]['id']}")
    expect(ana.locator("#pane")).to_be_visible()
    assert right_of(ana, "#pane dd .value, #pane p") <= 390
    go(ana, f"/list/{shared}")
    expect(ana.locator("#pane")).to_be_hidden()
    assert right_of(ana, "#heading *") <= 390


@pytest.mark.parametrize("server", [{"RECORDS_MAX": "8"}], indirect=True)
def test_a_list_that_could_not_be_shared_is_said_to_be_where_it_was(new_page):
    ana, ben = person(new_page, "Ana"), person(new_page, "Ben")
    make_list(ana, "House", "Paint the hall", "Fix the door")
    share(ana, "Family")
    link = make_link(ana)
    close(ana)
    wait_for_dot(ana, "All changes saved")
    follow(ben, link)
    make_list(ben, "Own", "Bucket", "Ladder", "Rope")
    wait_for_dot(ben, "All changes saved")
    ben.get_by_role("button", name="Share this list…").click()
    option(ben, "Family")
    expect(ben.locator("#toast")).to_contain_text(
        "“Own” was not moved to “Family”. The account this space belongs to has no storage left."
    )
    ben.locator("#toast-act").click()
    refused = ben.locator("#sheet [data-refused='quota_full']")
    expect(refused.locator("b").first).to_have_text("Own")
    expect(refused.locator("pre")).to_have_text("Share with “Family”")
    expect(ben.locator("#sheet")).to_contain_text("Rejected changes exist only on this device.")


def test_who_has_no_name_is_said_to_have_none(new_page, server):
    ana = person(new_page, "Ana")
    nameless = Api(server, "no@example.org", "")
    make_list(ana, "House", "Paint the hall")
    share(ana, "Family")
    link = make_link(ana)
    nameless.post("/api/v1/invites/accept", {"token": link.partition("#")[2]})
    close(ana)
    wait_for_dot(ana, "All changes saved")
    task = next(each["id"] for each in nameless.get("/api/v1/tasks")["tasks"])
    nameless.post(f"/api/v1/tasks/{task}/comments", {"text": "Who am I?"})
    sync(ana)
    open_task(ana, "Paint the hall")
    expect(ana.locator(".comment b")).to_have_text("No name")
    ana.get_by_label("New comment").fill("Nobody")
    ana.keyboard.press("Control+Enter")
    expect(ana.locator(".comment b")).to_have_text(["No name", "You"])
    ana.get_by_role("button", name="Actions for “Family”").click()
    option(ana, "Members and invites…")
    expect(ana.get_by_label("Role of No name")).to_be_enabled()
    expect(ana.locator("#members li .is-muted")).to_have_text("No name")

    own = new_page()
    own.evaluate(
        """async (given) => {
      const answer = await fetch("/auth/sign-in", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) });
      localStorage.setItem("driftless.account", JSON.stringify(await answer.json()));
    }""",
        {"email": "no@example.org", "password": PASSWORD},
    )
    own.reload()
    wait_for_dot(own, "All changes saved")
    show_list(own, "House")
    open_task(own, "Paint the hall")
    expect(own.locator(".comment b")).to_have_text(["You", "Ana"])


def test_tasks_of_who_was_removed_are_found_among_those_of_nobody(new_page):
    ana, _ben = family(new_page, "Paint the hall", "Pay the rent")
    focus(ana, "Pay the rent")
    ana.keyboard.press("a")
    option(ana, "Ben")
    remove_ben(ana)
    sync(ana)
    open_task(ana, "Pay the rent")
    expect(ana.get_by_role("button", name="Assignee: Nobody")).to_be_visible()
    ana.keyboard.press("Escape")
    ana.keyboard.press("Escape")
    go(ana, "/search?assignee=none&q=rent")
    wait_for_titles(ana, ["Pay the rent"])


def test_a_token_says_which_spaces_it_reaches(new_page):
    ana, _ben = family(new_page)
    go(ana, "/settings/account")
    for name, spaces in (("bot", ["Family"]), ("all", [])):
        ana.get_by_role("button", name="Create token…").click()
        box = ana.locator("dialog[open]")
        box.get_by_label("Token name").fill(name)
        for space in spaces:
            box.get_by_label(space).check()
        box.get_by_role("textbox", name="Password").fill(PASSWORD)
        box.get_by_role("button", name="Create token").click()
        expect(box.get_by_label("Token")).to_be_visible()
        close(ana)
    expect(ana.locator("#tokens .setting").filter(has_text="bot")).to_contain_text("in “Family”")
    expect(ana.locator("#tokens .setting").filter(has_text="all")).to_contain_text(
        "in all your spaces"
    )


@pytest.mark.parametrize("server", [{"REQUESTS_PER_MINUTE": "25"}], indirect=True)
def test_who_has_asked_too_often_is_told_to_wait(new_page):
    ana = person(new_page, "Ana")
    while ask(ana, "GET", "/auth/me")[0] != 429:
        pass
    add(ana, "Typed meanwhile")
    wait_for_dot(ana, "Server busy – retrying")
    go(ana, "/settings/account")
    expect(ana.locator("#tokens")).to_contain_text("Too many requests. Try again in")
