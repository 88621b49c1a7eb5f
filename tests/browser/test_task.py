"""One task, open: its address, its facts, its description, its subtasks, its history. With no
server.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.device import new_list, paste, pick
from tests.browser.page import add, go, open_task, row


@pytest.fixture(autouse=True)
def _no_errors(device):
    yield
    device.check()


def pane(page):
    return page.locator("#pane")


def notes_field(page):
    return pane(page).get_by_role("textbox", name="Description")


def path(page):
    return page.evaluate("() => location.pathname + location.search")


class TestTask:
    def test_an_open_task_is_an_address(self, device):
        page = device.fresh(tasks="One\nTwo")
        open_task(page, "One")
        address = path(page)
        assert address.startswith("/inbox?task=")
        page.goto(device.url + address.replace("inbox", "today"))
        expect(pane(page).get_by_label("Title")).to_have_value("One")
        page.goto(device.url + "/inbox")
        open_task(page, "Two")
        page.go_back()
        expect(pane(page)).to_be_hidden()
        page.go_forward()
        expect(pane(page).get_by_label("Title")).to_have_value("Two")
        page.keyboard.press("Escape")
        page.goto(device.url + "/inbox?task=unknown")
        expect(row(page, "One")).to_be_visible()
        expect(pane(page)).to_be_hidden()

    def test_every_fact_is_edited_there(self, device):
        page = device.fresh()
        new_list(page, "Errands")
        go(page, "/inbox")
        add(page, "Bread")
        open_task(page, "Bread")
        fact = pane(page).locator
        for name, option, shown in (
            ("status", "In progress", "In progress"),
            ("repeat", "every week on", "every week on Wed"),
            ("priority", "High", "High"),
            ("list", "Errands", "Errands"),
        ):
            fact(f"[data-fact={name}]").click()
            pick(page, option)
            expect(fact(f"[data-fact={name}]")).to_contain_text(shown)
        fact("[data-fact=due]").click()
        page.get_by_label("Type a date").fill("tomorrow 5pm")
        expect(page.get_by_text("Thu, Nov 26 5:00 PM")).to_be_visible()
        page.keyboard.press("Enter")
        expect(fact("[data-fact=due]")).to_contain_text("Thu, Nov 26 5:00 PM")
        fact("[data-fact=labels]").click()
        for label in ("home", "shop"):
            page.keyboard.type(label)
            page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        expect(fact("[data-fact=labels]")).to_contain_text("homeshop")
        pane(page).get_by_label("Title").fill("Rye bread")
        page.keyboard.press("Enter")
        expect(row(page, "Rye bread")).to_have_count(0)  # it is in the other list
        expect(page.locator("#pane .history")).to_contain_text("Changed: Title")
        page.reload()
        expect(pane(page).get_by_label("Title")).to_have_value("Rye bread")
        expect(fact(".facts")).to_have_text(
            re.compile("In progress.*Nov 26 5:00.*every week.*High.*home.*shop.*Errands", re.DOTALL)
        )
        pane(page).locator(".crumb").click()
        expect(page.locator("#heading h1")).to_have_text("Errands")
        expect(row(page, "Rye bread")).to_have_attribute("data-priority", "high")

    def test_a_description_is_markdown_with_harmless_links(self, device):
        page = device.fresh(tasks="One\nTwo")
        open_task(page, "One")
        pane(page).get_by_role("button", name="Add a description").click()
        text = "# Plan\n- **bold** [site](https://example.org) [mail](mailto:a@example.org)\n- [bad](javascript:alert(1)) [file](file:///etc) [data](data:text/html,x) <b>raw</b>\n\n`code`"
        notes_field(page).fill(text)
        page.keyboard.press("Control+Enter")
        notes = pane(page).get_by_role("group", name="Description")
        expect(notes.locator("strong")).to_have_text("bold")
        assert notes.locator("a").evaluate_all("links => links.map((link) => link.protocol)") == [
            "https:",
            "mailto:",
        ]
        expect(notes.locator("li")).to_have_count(2)
        expect(notes).to_contain_text("<b>raw</b>")
        notes.get_by_text("bold").click()
        expect(notes_field(page)).to_have_value(text)
        page.keyboard.press("End")
        page.keyboard.type("!")
        page.keyboard.press("Escape")  # a long text is never thrown away by one key
        expect(notes).to_have_text(re.compile("code!$"))
        expect(page.locator("#pane .history")).to_contain_text("Changed: Description")
        page.reload()
        expect(notes.locator("code")).to_have_text("code")
        notes.click(position={"x": 300, "y": 5})
        expect(notes_field(page)).to_have_value(text + "!")

    def test_subtasks_and_history(self, device):
        page = device.fresh(tasks="One\nTwo")
        open_task(page, "One")
        for title in ("Step", "Leap"):
            pane(page).get_by_label("New subtask").fill(title)
            page.keyboard.press("Enter")
        paste(page, "Rest\nGo home", "#subtask")
        expect(pane(page).locator(".row")).to_have_count(4)
        expect(pane(page)).to_contain_text("0 of 4")
        pane(page).get_by_role("checkbox", name="Step").click()
        expect(pane(page)).to_contain_text("1 of 4")
        pane(page).locator(".row-title", has_text="Leap").click()
        expect(pane(page).get_by_label("Title")).to_have_value("Leap")
        pane(page).get_by_role("button", name="Parent task: One").click()
        expect(pane(page).get_by_label("Title")).to_have_value("One")
        pane(page).get_by_label("Title").fill("Uno")
        page.keyboard.press("Enter")
        expect(pane(page).locator("summary")).to_contain_text("Changed: Title, Nov 25")
        pane(page).locator("summary").click()
        expect(pane(page).locator("details li")).to_have_text(
            [re.compile("this device.*Changed: Title.*Uno", re.DOTALL), re.compile("Created")]
        )
