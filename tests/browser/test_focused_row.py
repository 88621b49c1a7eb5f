"""Keys mean the row that has the focus, whatever is selected and whatever is still being loaded;
the focus is never on nothing.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.device import NOW, paste, pick
from tests.browser.page import add, focus, go, row, wait_for_titles

REFUSE = """() => {
  const replace = history.replaceState.bind(history);
  let left = 5;
  window.allow = () => { left = 100; };
  history.replaceState = (...given) => { if (left-- <= 0) throw new DOMException("too often", "SecurityError"); replace(...given); };
}"""


@pytest.fixture
def page(device):
    yield device.fresh(tasks="One\nTwo\nThree")
    device.check()


def is_at(page, title):
    expect(row(page, title).locator(".row-title")).to_be_focused()


class TestOneOfSeveral:
    @pytest.fixture(autouse=True)
    def selected(self, page):
        focus(page, "One")
        page.keyboard.press("x")
        expect(page.locator("#selection")).to_contain_text("1 selected")
        focus(page, "Three")

    def test_enter_opens_the_focused_one(self, page):
        page.keyboard.press("Enter")
        expect(page.locator("#pane textarea").first).to_have_value("Three")

    def test_e_edits_it(self, page):
        page.keyboard.press("e")
        expect(page.get_by_label("Title of Three", exact=True)).to_be_focused()

    def test_alt_arrow_moves_it(self, page):
        page.keyboard.press("Alt+ArrowUp")
        wait_for_titles(page, ["One", "Three", "Two"])

    def test_tab_puts_it_below_the_one_above(self, page):
        page.keyboard.press("Tab")
        expect(page.locator("#toast-text")).to_have_text("“Three” is now a subtask of “Two”")

    def test_space_completes_the_selected(self, page):
        page.keyboard.press("Space")
        wait_for_titles(page, ["Two", "Three"])

    def test_a_menu_for_several_has_nothing_for_one(self, page):
        page.keyboard.press("x")
        page.keyboard.press(".")
        expect(page.get_by_role("option", name="Due date…")).to_be_visible()
        expect(page.get_by_role("option", name="Edit title")).to_have_count(0)


class TestARowThatLeaves:
    def test_by_its_new_title(self, page):
        go(page, "/search?q=t")
        wait_for_titles(page, ["Two", "Three"])
        focus(page, "Two")
        page.keyboard.press("e")
        page.keyboard.type("Seven")
        page.keyboard.press("Enter")
        is_at(page, "Three")
        page.keyboard.press("e")
        page.keyboard.type("Eleven")
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()

    def test_by_its_label(self, page):
        paste(page, "Four #x\nFive #x\nSix #x")
        go(page, "/inbox?label=x")
        focus(page, "Five")
        page.keyboard.press("l")
        pick(page, "x")
        wait_for_titles(page, ["Four", "Six"])
        page.keyboard.press("Escape")
        is_at(page, "Six")


def test_what_is_typed_while_a_dialog_is_loaded_is_typed_into_it(new_page):
    page = new_page(service_workers="block", timezone_id="Etc/UTC")
    page.clock.set_fixed_time(NOW)
    add(page, "Milk")
    held = {}
    page.route("**/lazy-*.js", lambda route: held.update(route=route))
    page.reload()
    focus(page, "Milk")
    with page.expect_request("**/lazy-*.js"):
        page.keyboard.press("d")
    page.keyboard.type("sat")
    held["route"].continue_()
    expect(page.get_by_role("dialog").get_by_label("Type a date")).to_have_value("sat")
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("Nov 28")
    page.keyboard.press("Enter")
    expect(row(page, "Milk").locator("time")).to_have_text("Sat")
    expect(row(page, "Milk").get_by_role("checkbox")).to_have_attribute("aria-checked", "false")


def test_an_address_that_the_browser_refuses_to_write_follows_later(page):
    page.evaluate(REFUSE)
    paste(page, "\n".join(f"T{number}" for number in range(12)))
    page.keyboard.press("Escape")
    focus(page, "T0")
    page.keyboard.press("Enter")
    expect(page.locator("#pane")).to_be_visible()
    page.keyboard.press("Escape")
    focus(page, "T0")
    for _ in range(10):
        page.keyboard.press("j")
    is_at(page, "T10")
    expect(page.locator("#pane textarea").first).to_have_value("T10")
    wanted = row(page, "T10").locator(".row-title").get_attribute("href")
    assert not page.url.endswith(wanted)
    page.evaluate("() => allow()")
    page.wait_for_url(f"**{wanted}")
    page.reload()
    expect(page.locator("#pane textarea").first).to_have_value("T10")


def test_ctrl_y_does_again(page):
    focus(page, "Two")
    page.keyboard.press("Delete")
    wait_for_titles(page, ["One", "Three"])
    page.keyboard.press("Control+z")
    wait_for_titles(page, ["One", "Two", "Three"])
    page.keyboard.press("Control+y")
    wait_for_titles(page, ["One", "Three"])
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Ctrl Y")
