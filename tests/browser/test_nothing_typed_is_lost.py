"""What a person typed or did is never lost in silence: the page goes, a part cannot be loaded,
storage is full, a key is held down.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.api import Api
from tests.browser.device import wait_for_hands
from tests.browser.page import (
    PASSWORD,
    add,
    credentials,
    focus,
    go,
    open_task,
    ring,
    row,
    sign_in,
    sign_up,
    wait_for_dot,
    wait_for_titles,
    wait_for_worker,
)

PANE_TITLE = "#pane textarea[aria-label='Title']"


@pytest.mark.parametrize(
    "leave",
    [lambda page: page.reload(), lambda page: page.goto(page.url.split("?")[0])],
    ids=["reload", "another page"],
)
def test_a_title_typed_just_before_the_page_goes(new_page, leave):
    page = new_page()
    add(page, "Milk")
    open_task(page, "Milk")
    page.locator(PANE_TITLE).press("End")
    page.keyboard.type(" quick")
    leave(page)
    wait_for_titles(page, ["Milk quick"])
    page.keyboard.press("Control+z")
    wait_for_titles(page, ["Milk"])


def test_a_page_that_goes_before_the_new_task_is_saved(new_page):
    page = new_page()
    for title in ("Milk tomorrow", "Bread"):
        page.get_by_label("New task", exact=True).fill(title)
        page.evaluate(
            "() => { document.querySelector('#quick').requestSubmit(); location.reload(); }"
        )
        wait_for_hands(page)
    page.reload()
    wait_for_titles(page, ["Bread", "Milk"])


def test_a_task_lands_where_it_was_added_and_not_where_one_went_next(new_page):
    page = new_page(path="/today")
    page.get_by_label("New task", exact=True).fill("Milk")
    page.evaluate(
        "() => { document.querySelector('#quick').requestSubmit(); document.querySelector('#side a[href=\"/inbox\"]').click(); }"
    )
    wait_for_titles(page, ["Milk"])
    go(page, "/today")
    wait_for_titles(page, ["Milk"])


def test_a_part_of_the_app_that_cannot_be_loaded(new_page):
    page = new_page()
    page.route("**/assets/chrono-*", lambda route: route.abort())
    field = page.get_by_label("New task", exact=True)
    for title in ("Buy a very long present", "And wrap it"):
        field.fill(title)
        field.press("Enter")
    wait_for_titles(page, ["And wrap it", "Buy a very long present"])


def test_typing_while_the_pane_turns_to_another_task(new_page):
    page = new_page()
    add(page, "Beta")
    add(page, "Alpha")
    focus(page, "Alpha")
    page.keyboard.press("Enter")
    expect(page.locator(PANE_TITLE)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" edited")
    page.keyboard.press("Control+k")
    page.keyboard.type("Beta")
    page.keyboard.press("Enter")
    expect(page.locator(PANE_TITLE)).to_have_value("Beta")
    page.locator(PANE_TITLE).press("End")
    page.keyboard.type(" too")
    page.keyboard.press("Enter")
    wait_for_titles(page, ["Alpha edited", "Beta too"])


FULL = """() => {
  const { add, put } = IDBObjectStore.prototype;
  window.toastNow = () => document.querySelector("#toast-act").onclick;
  window.mend = () => Object.assign(IDBObjectStore.prototype, { add, put });
  IDBObjectStore.prototype.add = function (value) {
    if (value.set?.status) window.toastBefore = toastNow();
    return add.call(this, value);
  };
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
}"""


def test_trying_again_repeats_what_failed_beside_a_text_that_failed_too(new_page):
    page = new_page()
    add(page, "Milk")
    open_task(page, "Milk")
    page.evaluate(FULL)
    page.get_by_role("button", name="Add a description").click()
    page.locator("#pane textarea.notes").fill("A long thought")
    page.locator(PANE_TITLE).click()
    expect(page.locator("#toast")).to_contain_text("Not saved")
    page.locator("#pane .detail-title .ring").click()
    page.wait_for_function("() => window.toastBefore && toastNow() !== toastBefore")
    expect(page.locator("#toast")).to_contain_text("Not saved")
    page.evaluate("mend()")
    page.get_by_role("button", name="Try again").click()
    expect(ring(page, "Milk")).to_have_attribute("aria-checked", "true")
    page.reload()
    expect(page.locator("#pane div.notes")).to_have_text("A long thought")
    expect(ring(page, "Milk")).to_have_attribute("aria-checked", "true")


def test_storage_that_is_full_keeps_the_text_in_its_field(new_page):
    page = new_page()
    add(page, "Milk")
    open_task(page, "Milk")
    page.evaluate(FULL)
    page.get_by_role("button", name="Add a description").click()
    page.locator("#pane textarea.notes").fill("A long thought")
    page.locator(PANE_TITLE).click()
    expect(page.locator("#toast")).to_contain_text("Not saved")
    expect(page.locator("#pane textarea.notes")).to_have_value("A long thought")
    page.evaluate("mend()")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#toast")).to_be_hidden()
    page.reload()
    expect(page.locator("#pane div.notes")).to_have_text("A long thought")


def test_undo_held_down_undoes_each_step_once(new_page):
    page = new_page()
    for number in range(6):
        add(page, f"Task {number}")
    page.keyboard.press("Escape")
    focus(page, "Task 5")
    for _ in range(4):
        page.keyboard.press("Control+z", delay=0)
    wait_for_titles(page, ["Task 1", "Task 0"])
    for _ in range(4):
        page.keyboard.press("Control+Shift+z", delay=0)
    wait_for_titles(page, [f"Task {number}" for number in range(5, -1, -1)])


def test_facts_of_the_pane_are_of_its_task_whatever_is_selected(new_page):
    page = new_page()
    for title in ("Gamma", "Beta", "Alpha"):
        add(page, title)
    open_task(page, "Alpha")
    row(page, "Beta").locator(".row-title").click(modifiers=["Control"])
    page.locator("#pane").get_by_role("button", name="Priority").click()
    page.get_by_role("option", name="High").click()
    expect(row(page, "Alpha")).to_have_attribute("data-priority", "high")
    assert row(page, "Beta").get_attribute("data-priority") is None


def test_a_fact_can_be_clicked_while_the_title_has_the_focus(new_page):
    page = new_page()
    add(page, "Milk")
    focus(page, "Milk")
    page.keyboard.press("Enter")
    expect(page.locator(PANE_TITLE)).to_be_focused()
    page.get_by_role("button", name="Due").hover()
    page.mouse.down()
    page.wait_for_timeout(120)
    page.mouse.up()
    expect(page.get_by_role("dialog", name="Due date")).to_be_visible()


def test_a_half_typed_subtask_and_a_description_after_esc(new_page):
    page = new_page()
    add(page, "Beta")
    add(page, "Alpha")
    open_task(page, "Alpha")
    page.get_by_label("New subtask").fill("Half a st")
    open_task(page, "Beta")
    expect(page.get_by_label("New subtask")).to_have_value("")
    page.get_by_role("button", name="Add a description").click()
    page.locator("#pane textarea.notes").fill("Kept")
    page.keyboard.press("Escape")
    expect(page.locator("#pane div.notes")).to_have_text("Kept")
    open_task(page, "Alpha")
    expect(page.get_by_label("New subtask")).to_have_value("Half a st")


def test_a_title_of_700_characters_is_whole_in_the_description(new_page):
    page = new_page()
    long = "word " * 140
    page.get_by_label("New task", exact=True).fill(long)
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("The full text is in the description")
    page.locator(".row-title").click()
    expect(page.locator("#pane div.notes")).to_contain_text(long.strip())


def test_a_subtask_of_700_characters_is_whole_in_its_description(new_page):
    page = new_page()
    add(page, "Alpha")
    open_task(page, "Alpha")
    long = "word " * 140
    page.get_by_label("New subtask").press_sequentially(long, delay=0)
    page.keyboard.press("Enter")
    page.locator("#pane .list .row-title").click()
    expect(page.locator("#pane div.notes")).to_contain_text(long.strip())


def test_what_is_typed_on_for_a_task_that_has_gone_is_no_command(new_page):
    page = new_page()
    for title in ("Gamma", "Beta", "Alpha"):
        add(page, title)
    other = page.context.new_page()
    other.goto(page.url)
    focus(page, "Beta")
    page.keyboard.press("F2")
    page.keyboard.type("Half")
    focus(other, "Beta")
    page.evaluate("""() => {
      const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      const left = [..."s x d", "Delete"];
      const typing = setInterval(() => {
        press(document.querySelector(".row-title-edit") ? "a" : left.shift());
        if (left.length) return;
        clearInterval(typing);
        document.body.dataset.typed = "on";
      }, 100);
    }""")
    other.keyboard.press("Delete")
    expect(page.locator("body")).to_have_attribute("data-typed", "on")
    wait_for_titles(page, ["Alpha", "Gamma"])
    expect(
        page.locator("dialog[open], .row.is-selected, .ring[aria-checked='mixed']")
    ).to_have_count(0)
    page.wait_for_timeout(1_100)
    page.keyboard.press("q")
    expect(page.get_by_label("New task", exact=True)).to_be_focused()


def test_the_next_person_sees_no_half_typed_words(new_page, server):
    first = new_page()
    sign_up(first, "ana@example.org")
    wait_for_dot(first, "All changes saved")
    second = new_page(first.context)
    second.get_by_label("New task", exact=True).fill("Secret of Ana")
    first.locator("#account").click()
    first.get_by_role("button", name="Sign out").click()
    wait_for_dot(second, "On this device")
    expect(second.get_by_label("New task", exact=True)).to_have_value("")


def test_an_account_forgotten_by_the_browser_is_noticed(new_page, server):
    page = new_page()
    wait_for_worker(page)
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    server.stop()
    add(page, "Unsent")
    page.evaluate("() => { localStorage.clear(); localStorage['driftless.samples'] = 'none'; }")
    page.reload()
    expect(page.locator("#toast")).to_contain_text("still has the tasks of an account")
    server.start()
    page.get_by_role("button", name="Sign in").first.click()
    page.get_by_label("Email address").fill("ana@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("#dialog form .is-main").click()
    wait_for_dot(page, "All changes saved")
    wait_for_titles(page, ["Unsent"])


def test_tasks_brought_along_are_there_at_once_also_without_a_network(new_page, server):
    page = new_page()
    wait_for_worker(page)
    add(page, "From before")
    sign_up(page, "ana@example.org")
    expect(page.get_by_role("button", name="Move to my account")).to_be_visible()
    server.stop()
    page.get_by_role("button", name="Move to my account").click()
    wait_for_titles(page, ["From before"])
    page.reload()
    wait_for_titles(page, ["From before"])
    server.start()
    page.locator("#dot").click()
    page.get_by_role("button", name="Sync now").click()
    page.keyboard.press("Escape")
    wait_for_dot(page, "All changes saved")
    wait_for_titles(page, ["From before"])


def test_the_focus_is_never_on_nothing(new_page):
    page = new_page()
    for number in range(8):
        add(page, f"Task {number}")
    page.keyboard.press("Escape")
    focus(page, "Task 6")
    for _ in range(3):
        page.keyboard.press("Space")
        page.wait_for_timeout(800)
        assert page.evaluate("() => document.activeElement.closest('.row') !== null")
    wait_for_titles(page, ["Task 7", "Task 3", "Task 2", "Task 1", "Task 0"])
    open_task(page, "Task 2")
    page.locator("#pane").get_by_role("button", name="More actions").click()
    page.get_by_role("option", name="Delete").click()
    wait_for_titles(page, ["Task 7", "Task 3", "Task 1", "Task 0"])
    assert page.evaluate("() => document.activeElement !== document.body")


def test_back_closes_what_was_opened_and_does_not_open_it_again(new_page):
    page = new_page()
    add(page, "Milk")
    go(page, "/today")
    go(page, "/inbox")
    open_task(page, "Milk")
    page.keyboard.press("Escape")
    expect(page.locator("#pane")).to_be_hidden()
    page.go_back()
    expect(page.locator("#heading h1")).to_have_text("Today")
    page.go_forward()
    open_task(page, "Milk")
    page.get_by_role("button", name="Due").click()
    expect(page.get_by_role("dialog", name="Due date")).to_be_visible()
    page.go_back()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_subtasks_go_where_their_task_goes(new_page):
    page = new_page()
    add(page, "Paint")
    open_task(page, "Paint")
    page.get_by_label("New subtask").fill("Sand")
    page.keyboard.press("Enter")
    expect(row(page, "Sand")).to_be_visible()
    focus(page, "Paint")
    page.keyboard.press("Delete")
    wait_for_titles(page, [])
    go(page, "/trash")
    page.get_by_role("button", name="Restore “Paint”").click()
    go(page, "/inbox")
    wait_for_titles(page, ["Paint", "Sand"])
    ring(page, "Paint").click()
    wait_for_titles(page, [])


def test_a_deleted_list_comes_back_out_of_the_trash(new_page):
    page = new_page()
    page.get_by_role("button", name="New list…").click()
    page.get_by_role("textbox", name="Name").fill("Errands")
    page.keyboard.press("Enter")
    expect(page.locator("#heading h1")).to_have_text("Errands")
    page.locator("#main").get_by_role("button", name="More actions").click()
    page.get_by_role("option", name="Delete this list").click()
    go(page, "/trash")
    page.get_by_role("button", name="Restore list “Errands”").click()
    expect(page.locator("#side").get_by_role("link", name="Errands")).to_be_visible()


def test_what_the_server_will_never_take_does_not_stop_the_rest(new_page, server):
    page = new_page()
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    page.route(
        "**/sync",
        lambda route: (
            route.fulfill(status=413, json={"code": "too_large", "message": "Too large."})
            if b"Monster" in (route.request.post_data_buffer or b"")
            or route.request.headers.get("content-encoding") == "gzip"
            else route.continue_()
        ),
    )
    add(page, "Monster")
    wait_for_dot(page, "Needs attention")
    add(page, "Milk")
    page.locator("#dot").click()
    expect(page.locator("#sheet")).to_contain_text("too large for the server")


def test_what_is_typed_for_the_palette_before_it_is_there(new_page):
    page = new_page(path="/healthz")
    page.route(
        "**/assets/lazy*.js", lambda route: (page.wait_for_timeout(1_500), route.continue_())
    )
    page.goto(page.url.replace("/healthz", "/inbox"))
    wait_for_hands(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("completed")
    expect(page.locator("dialog.palette input")).to_have_value("completed")
    assert page.url.endswith("/inbox"), "none of the letters was a command"


def test_half_typed_words_are_only_for_who_typed_them(new_page, server):
    cat, dan = Api(server, "cat@example.org", "Cat"), Api(server, "dan@example.org", "Dan")
    space = cat.make_space("Family", "Errands")
    dan.post("/api/v1/invites/accept", {"token": cat.invite(space)["token"]})
    errands = next(
        each["id"] for each in cat.get("/api/v1/lists")["lists"] if each["name"] == "Errands"
    )
    cat.post("/api/v1/tasks", {"title": "Buy bread", "list": errands})
    page = new_page(path=f"/list/{errands}")

    def sign_in_again(email):
        page.locator("#page").get_by_role("button", name="Sign in again").click()
        credentials(page, email)
        wait_for_dot(page, "All changes saved")

    def lock(person):
        Api(server, person.email, is_new=False).ask("DELETE", "/auth/sessions")
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()

    quick, comment = page.get_by_label("New task", exact=True), page.get_by_label("New comment")
    sign_in(page, cat.email)
    expect(page.locator("dialog[open]")).to_have_count(0)
    open_task(page, "Buy bread")
    comment.fill("Comment of Cat")
    quick.fill("Words of Cat")
    lock(cat)
    sign_in_again(dan.email)
    expect(page.locator("#account")).to_have_text("Dan")
    expect(quick).to_have_value("")
    expect(page.locator(PANE_TITLE)).to_have_value("Buy bread")
    expect(comment).to_have_value("")
    quick.fill("Words of Dan")
    lock(dan)
    sign_in_again(cat.email)
    expect(page.locator("#account")).to_have_text("Cat")
    expect(quick).to_have_value("Words of Cat")
    expect(comment).to_have_value("Comment of Cat")


def test_words_typed_before_there_was_an_account_come_along(new_page):
    page = new_page()
    quick = page.get_by_label("New task", exact=True)
    quick.fill("Half typed")
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(quick).to_have_value("Half typed")
    page.reload()
    expect(quick).to_have_value("Half typed")
