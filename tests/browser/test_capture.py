"""Catching what comes to mind: quick add by the keyboard alone, by the mouse, by a finger; with no
server.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.device import NOW, Device, Finger, middle, new_list, wait_for_hands
from tests.browser.page import add, go, row, titles, wait_for_titles

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def device(chromium):
    with Device(chromium) as device:
        device.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=device.url)
        yield device


@pytest.fixture(scope="module")
def phone(chromium):
    with Device(chromium, **PHONE) as device:
        yield device


@pytest.fixture
def page(device):
    yield device.fresh()
    device.check()


def field(page):
    return page.get_by_label("New task", exact=True)


def expect_chips(page, *wanted):
    expect(page.locator("#quick .chip")).to_have_text(list(wanted))


def facts(page, title):
    """What its pane says of a task."""
    row(page, title).locator(".row-title").click()
    expect(page.locator("#pane").get_by_label("Title")).to_have_value(title)
    found = dict(
        line.split(": ", 1)
        for line in page.locator("#pane .value").all_text_contents()
        if ": " in line
    )
    page.locator("#pane").get_by_role("button", name="Close").click()
    expect(page.locator("#pane")).to_be_hidden()
    return found


class TestChips:
    def test_what_is_understood_becomes_chips_as_one_types(self, page):
        new_list(page, "Home base")
        go(page, "/inbox")
        page.keyboard.press("q")
        page.keyboard.type("Pay rent fri 5pm #home !high @Home base every month ")
        expect_chips(page, "Fri, Nov 27 5:00 PM", "home", "High", "Home base", "every month")
        expect(field(page)).to_have_value("Pay rent ")
        page.keyboard.type("to Ana")
        page.keyboard.press("Enter")
        expect(field(page)).to_have_value("")
        expect(field(page)).to_be_focused()
        expect_chips(page)
        expect(page.locator("#toast-text")).to_have_text("Added to Home base")
        page.get_by_role("button", name="Show").click()
        assert facts(page, "Pay rent to Ana") == {
            "Status": "Pending",
            "Due": "Fri, Nov 27 5:00 PM",
            "Repeat": "every month",
            "Priority": "High",
            "Labels": "home",
            "List": "Home base",
        }

    def test_the_last_words_need_no_space_behind_them(self, page):
        field(page).click()
        page.keyboard.type("Call home tomorrow")
        expect_chips(page)
        page.keyboard.press("Enter")
        expect(row(page, "Call home").locator("time")).to_have_text("Tomorrow")
        wait_for_titles(page, ["Call home"])

    def test_backspace_turns_a_chip_back_into_words_for_good(self, page):
        page.keyboard.press("n")
        page.keyboard.type("Read today ")
        expect_chips(page, "Wed, Nov 25")
        page.keyboard.press("Backspace")
        expect_chips(page)
        expect(field(page)).to_have_value("Read today ")
        page.keyboard.type("and more #later ")
        expect_chips(page, "later")
        page.keyboard.press("Home")
        page.keyboard.press("Backspace")
        expect(field(page)).to_have_value("Read today and more #later ")
        page.keyboard.press("Enter")
        wait_for_titles(page, ["Read today and more #later"])

    def test_a_click_on_a_chip_does_the_same(self, page):
        field(page).click()
        page.keyboard.type("March fri !low ")
        page.get_by_role("button", name="Low: turn back into text").click()
        expect_chips(page, "Fri, Nov 27")
        expect(field(page)).to_be_focused()
        page.get_by_role("button", name="Add", exact=True).click()
        wait_for_titles(page, ["March !low"])

    def test_a_second_date_takes_the_place_of_the_first(self, page):
        field(page).click()
        page.keyboard.type("Call fri ")
        expect_chips(page, "Fri, Nov 27")
        page.keyboard.type("tomorrow ")
        expect_chips(page, "Thu, Nov 26")

    def test_a_chip_keeps_its_meaning_whatever_is_typed_before_it(self, page):
        add_as_typed(page, "Tomorrow vitamin A")
        wait_for_titles(page, ["vitamin A"])
        expect(row(page, "vitamin A").locator("time")).to_have_text("Tomorrow")

    def test_quoted_text_is_left_alone(self, page):
        add_as_typed(page, 'Watch "the day after tomorrow" #film')
        wait_for_titles(page, ["Watch the day after tomorrow"])
        expect(row(page, "Watch the day after tomorrow")).to_contain_text("film")
        expect(row(page, "Watch the day after tomorrow").locator("time")).to_be_empty()

    def test_words_that_mean_nothing_stay_words(self, page):
        for text in (
            "Buy 2 sunny side eggs",
            "Mail ana@home about #5",
            "Wow !important",
            "Ask may",
        ):
            add_as_typed(page, text)
        wait_for_titles(
            page, ["Ask may", "Wow !important", "Mail ana@home about #5", "Buy 2 sunny side eggs"]
        )


def add_as_typed(page, text):
    field(page).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("")


class TestKeyboardMouseAndFinger:
    def test_by_the_keyboard_alone(self, page):
        page.keyboard.press("q")
        for title in ("One", "Two", "Three"):
            page.keyboard.type(title)
            page.keyboard.press("Enter")
        wait_for_titles(page, ["Three", "Two", "One"])
        page.keyboard.press("ArrowDown")
        expect(row(page, "Three").locator(".row-title")).to_be_focused()
        page.keyboard.press("n")
        page.keyboard.type("Half")
        page.keyboard.press("Escape")
        expect(row(page, "Three").locator(".row-title")).to_be_focused()
        expect(field(page)).to_have_value("Half")
        page.keyboard.press("q")
        page.keyboard.press("Enter")
        wait_for_titles(page, ["Half", "Three", "Two", "One"])
        page.keyboard.press("Enter")  # nothing in it
        assert len(titles(page)) == 4

    def test_many_in_a_hurry_are_all_there_in_order(self, page):
        page.keyboard.press("q")
        for number in range(12):
            page.keyboard.insert_text(f"Task {number}")
            page.keyboard.press("Enter")
        wait_for_titles(page, [f"Task {number}" for number in reversed(range(12))])

    def test_by_a_finger_with_the_round_button(self, phone):
        page = phone.fresh("/today")
        page.get_by_role("button", name="Add a task").tap()
        expect(field(page)).to_be_focused()
        page.keyboard.type("Milk fri #shop ")
        page.get_by_role("button", name="Fri, Nov 27: turn back into text").tap()
        expect_chips(page, "shop")
        finger = Finger(page)
        finger.down(*middle(page.locator("#quick-add")))
        finger.up()
        wait_for_titles(page, ["Milk fri"])
        expect(row(page, "Milk fri")).to_contain_text("shop")
        page.locator("#tabs").get_by_role("link", name="Search").tap()
        page.get_by_role("button", name="Add a task").tap()
        expect(field(page)).to_be_focused()
        expect(page.locator("#heading h1")).to_have_text("Inbox")
        phone.check()


class TestPaste:
    LINES = "- Bake\n  - Flour !high\n  - [x] Sugar\n- [ ] Sweep #home\n3. Sleep tomorrow\n\n"

    def test_many_lines_make_many_tasks_and_one_undo_takes_them(self, page):
        page.keyboard.press("q")
        page.evaluate("text => navigator.clipboard.writeText(text)", self.LINES)
        page.keyboard.press("Control+v")
        wait_for_titles(page, ["Bake", "Flour", "Sweep", "Sleep"])
        expect(page.locator("#toast-text")).to_have_text("5 tasks added")
        expect(row(page, "Flour")).to_have_attribute("data-depth", "1")
        expect(row(page, "Flour")).to_have_attribute("data-priority", "high")
        expect(row(page, "Bake")).to_contain_text("1/2")
        expect(row(page, "Sweep")).to_contain_text("home")
        expect(row(page, "Sleep").locator("time")).to_have_text("Tomorrow")
        expect(field(page)).to_have_value("")
        page.get_by_role("button", name="Undo").click()
        wait_for_titles(page, [])

    def test_one_line_is_only_text(self, page):
        page.keyboard.press("q")
        page.evaluate("text => navigator.clipboard.writeText(text)", "Call Ana")
        page.keyboard.press("Control+v")
        expect(field(page)).to_have_value("Call Ana")
        assert titles(page) == []


class TestDraft:
    def test_it_survives_a_reload_with_its_chips(self, page):
        field(page).click()
        page.keyboard.type("Buy bread tomorrow #shop and but")
        expect_chips(page, "Thu, Nov 26", "shop")
        page.reload()
        wait_for_hands(page)
        expect_chips(page, "Thu, Nov 26", "shop")
        expect(field(page)).to_have_value("Buy bread and but")
        field(page).click()
        page.keyboard.press("End")
        page.keyboard.type("ter")
        page.keyboard.press("Enter")
        expect(row(page, "Buy bread and butter")).to_contain_text("shop")
        page.reload()
        wait_for_hands(page)
        expect(field(page)).to_have_value("")

    def test_it_goes_along_to_another_place(self, page):
        field(page).click()
        page.keyboard.type("Half a thou")
        page.locator("#side").get_by_role("link", name="Completed").click()
        page.locator("#side").get_by_role("link", name="Today").click()
        expect(field(page)).to_have_value("Half a thou")


class TestLanding:
    def test_a_task_gets_what_its_place_asks_for(self, page):
        new_list(page, "Errands")
        add(page, "In a list")
        assert facts(page, "In a list")["List"] == "Errands"
        for address, title, wanted in (
            ("/today", "On the day", {"Due": "Wed, Nov 25"}),
            ("/upcoming", "On the next day", {"Due": "Thu, Nov 26"}),
            ("/inbox?label=home", "With a label", {"Labels": "home"}),
            ("/inbox?priority=3", "Urgent", {"Priority": "High"}),
            ("/upcoming?day=2026-11-29", "On that day", {"Due": "Sun, Nov 29"}),
        ):
            go(page, address)
            add(page, title)
            plain = {
                "Status": "Pending",
                "Due": "None",
                "Repeat": "Never",
                "Priority": "None",
                "Labels": "None",
                "List": "Inbox",
            }
            assert facts(page, title) == plain | wanted

    def test_words_win_over_the_place(self, page):
        go(page, "/today")
        add_as_typed(page, "Later fri")
        expect(page.locator("#toast-text")).to_have_text("Added to Inbox")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("#pane").get_by_label("Title")).to_have_value("Later")
        expect(page.locator("#pane")).to_contain_text("Fri, Nov 27")
        expect(page.locator("#heading h1")).to_have_text("Inbox")

    def test_nothing_is_said_of_what_can_be_seen(self, page):
        add(page, "Milk")
        expect(page.locator("#toast")).to_be_hidden()

    def test_another_day_moves_what_today_means(self, device, page):
        go(page, "/today")
        device.at(NOW.replace(day=26))
        add(page, "Milk")
        assert facts(page, "Milk")["Due"] == "Thu, Nov 26"
        device.at(NOW)


class TestLimits:
    def test_more_than_a_task_holds_is_not_added_and_stays(self, page):
        field(page).fill("x" * 20_001)
        field(page).press("Enter")
        expect(page.locator("#toast-text")).to_have_text(
            "Not added: a task can have up to 20,000 characters."
        )
        expect(field(page)).to_have_value("x" * 20_001)
        wait_for_titles(page, [])
        field(page).fill("y " * 2_000 + "tomorrow")
        field(page).press("Enter")
        expect(page.locator("#groups .row")).to_have_count(1)
        expect(page.locator("#groups time")).to_have_text("")

    def test_a_label_is_the_one_there_is_whatever_its_case(self, page):
        for title in ("Sweep #Home", "Mop #home"):
            field(page).fill(title)
            field(page).press("Enter")
        wait_for_titles(page, ["Mop", "Sweep"])
        assert facts(page, "Mop")["Labels"] == "Home"

    def test_a_label_just_made_is_found_again(self, page):
        add(page, "Sweep")
        row(page, "Sweep").locator(".row-title").focus()
        page.keyboard.press("l")
        for word in ("Garden", "garden"):
            page.keyboard.type(word)
            expect(page.get_by_role("option")).to_have_text(
                "New label “Garden”" if word == "Garden" else "Garden"
            )
            if word == "Garden":
                page.keyboard.press("Enter")

    def test_enter_in_the_time_sets_the_due(self, page):
        field(page).fill("Sweep tomorrow")
        field(page).press("Enter")
        row(page, "Sweep").locator(".row-title").focus()
        page.keyboard.press("d")
        page.get_by_label("Time").fill("17:30")
        page.get_by_label("Time").press("Enter")
        expect(row(page, "Sweep").locator("time")).to_have_text("Tomorrow 5:30 PM")

    def test_enter_right_after_the_words_sets_the_due(self, page):
        add(page, "Sweep")
        row(page, "Sweep").locator(".row-title").focus()
        page.keyboard.press("d")
        page.get_by_label("Type a date").focus()
        page.evaluate("""() => { const field = document.activeElement; field.value = "tomorrow"; field.dispatchEvent(new InputEvent("input", { bubbles: true }));
          field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })); }""")
        expect(row(page, "Sweep").locator("time")).to_have_text("Tomorrow")

    def test_a_past_day_can_be_chosen_in_words(self, page):
        add(page, "Sweep")
        row(page, "Sweep").locator(".row-title").focus()
        page.keyboard.press("d")
        page.get_by_label("Type a date").fill("20.11.2026")
        expect(page.locator("dialog .hint")).to_have_text("Fri, Nov 20")
        page.keyboard.press("Enter")
        expect(row(page, "Sweep").locator("time")).to_contain_text("late")


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_the_selection_bar_fits_a_narrow_phone(new_page, locale):
    page = new_page(locale=locale)
    page.locator("#quick-title").fill("Milk")
    page.keyboard.press("Enter")
    expect(row(page, "Milk")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    row(page, "Milk").locator(".row-title").focus()
    page.keyboard.press("x")
    expect(page.locator("#selection")).to_be_visible()
    expect(page.locator("#selection b")).to_have_text(
        "1 selected" if locale == "en-US" else "1 ausgewählt"
    )
    edges = page.locator("#selection button").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    assert len(edges) == 8 and all(left >= 0 and right <= 320 for left, right in edges), edges
