"""The first run: three tasks that teach by being done, and that come along into an account only
when they were touched.
"""

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.page import delete, focus, open_task, ring, sign_up, wait_for_dot


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


SECOND = "Hold the ring or press S to mark this task as in progress"


class TestFirstRun:
    SAMPLES = 3

    def test_three_tasks_teach_by_being_done(self, new_page):
        page = new_page(is_first_run=True, path="/")
        expect(page.locator("#groups .row")).to_have_count(self.SAMPLES)
        name = "Tap the ring to complete this task"
        ring(page, name).click()
        expect(page.locator("[data-key=done]").get_by_role("checkbox", name=name)).to_be_visible()
        page.reload()
        expect(page.locator("[data-key=done]").get_by_role("checkbox", name=name)).to_be_visible()
        expect(page.locator("#groups .row")).to_have_count(self.SAMPLES)
        open_task(page, SECOND)
        story = page.locator("#pane summary")
        expect(story).to_be_hidden()
        page.keyboard.press("Escape")
        focus(page, SECOND)
        page.keyboard.press("s")
        open_task(page, SECOND)
        expect(story).to_contain_text("Created, ")
        page.keyboard.press("Escape")
        expect(ring(page, SECOND)).to_have_attribute("aria-checked", "mixed")
        page.keyboard.press("Control+z")
        expect(ring(page, SECOND)).to_have_attribute("aria-checked", "false")
        sign_up(page, "ana@example.org")
        expect(page.get_by_text("There are 2 tasks on this device")).to_be_visible()

    def test_undo_gives_one_back(self, new_page):
        page = new_page(is_first_run=True, path="/")
        expect(page.locator("#groups .row")).to_have_count(self.SAMPLES)
        delete(page, SECOND)
        expect(page.locator("#groups .row")).to_have_count(self.SAMPLES - 1)
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#groups .row")).to_have_count(self.SAMPLES)

    def test_untouched_they_do_not_come_along(self, new_page):
        page = new_page(is_first_run=True, path="/")
        expect(page.locator("#groups .row")).to_have_count(self.SAMPLES)
        sign_up(page, "ben@example.org")
        wait_for_dot(page, "All changes saved")
        expect(page.locator("#groups .row")).to_have_count(0)
        page.reload()
        wait_for_dot(page, "All changes saved")
        expect(page.locator("#groups .row")).to_have_count(0)
