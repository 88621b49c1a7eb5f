"""What one presses, types, selects or has reached stays as it is while 200 rows change beneath it:
in the list, on the board, in the open task, in the sync sheet, at the side.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.kept import (
    ana,
    half_typed,
    kept,
    laptop,
    pressed,
    selected,
    sync_under,
)
from tests.browser.page import go

__all__ = ["ana", "laptop"]  # fixtures


def row(page, place=0):
    return page.locator("#groups .row").nth(place)


def compose(page, text):
    """An input method shows `text` in the focused field, not yet final."""
    page.context.new_cdp_session(page).send(
        "Input.imeSetComposition",
        {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
    )


class TestList:
    def test_a_ring_that_is_pressed_completes_its_task(self, ana, laptop):
        ring = row(ana).locator(".ring")
        with pressed(ana, ring):
            sync_under(ana, laptop)
        expect(ring).to_have_attribute("aria-checked", "true")

    def test_a_row_that_has_the_focus_keeps_it(self, ana, laptop):
        title = row(ana, 2).locator(".row-title")
        title.focus()
        with kept(title), kept(row(ana, 2)):
            before = title.text_content()
            sync_under(ana, laptop)
            expect(title).not_to_have_text(before)
        expect(title).to_be_focused()

    def test_a_title_that_is_edited_stays_in_its_field(self, ana, laptop):
        row(ana, 1).locator(".row-title").focus()
        ana.keyboard.press("e")
        with half_typed(ana.locator(".row-title-edit"), "Call the plumber"):
            sync_under(ana, laptop)

    def test_what_an_input_method_composes_is_not_cut(self, ana, laptop):
        field = ana.get_by_label("New task", exact=True)
        field.click()
        compose(ana, "かんじ")
        with kept(field):
            sync_under(ana, laptop)
            expect(field).to_have_value("かんじ")
            compose(ana, "漢字")
        expect(field).to_have_value("漢字")
        expect(field).to_be_focused()

    def test_a_selection_in_the_heading_stays(self, ana, laptop):
        with selected(ana, ana.locator("#heading h1")):
            sync_under(ana, laptop)


class TestBoard:
    @pytest.fixture
    def board(self, ana, laptop):
        status = laptop.api.post("/api/v1/lists", {"name": "House", "order": "a0"})
        for place in range(3):
            laptop.api.post(
                "/api/v1/tasks",
                {"title": f"Card {place}", "list": status["id"], "order": f"a{place}"},
            )
        sync_under(ana, laptop)
        go(ana, f"/list/{status['id']}/board")
        expect(ana.locator(".lane .row")).to_have_count(3)
        return ana

    def test_a_card_that_is_pressed_is_opened(self, board, laptop):
        title = row(board, 1).locator(".row-title")
        with pressed(board, title):
            sync_under(board, laptop)
        expect(board.locator("#pane textarea").first).to_have_value("Card 1")

    def test_a_card_that_changes_its_lane_keeps_the_focus(self, board, laptop):
        title = row(board, 1).locator(".row-title")
        title.focus()
        node = title.element_handle()
        board.keyboard.press("s")
        moved = board.locator(".lane[data-key='in_progress'] .row-title")
        expect(moved).to_have_text("Card 1")
        expect(moved).to_be_focused()
        assert moved.evaluate("(now, before) => now === before", node)


class TestTask:
    @pytest.fixture
    def task(self, ana, laptop):
        row(ana, 1).locator(".row-title").click()
        expect(ana.locator("#pane")).to_be_visible()
        field = ana.get_by_label("Description", exact=True).last
        ana.get_by_role("button", name="Add a description").click()
        field.fill("Ask **twice**, then wait.")
        field.press("Control+Enter")
        expect(ana.locator("#pane .notes strong")).to_have_text("twice")
        return ana

    def test_a_fact_that_is_pressed_opens_its_menu(self, task, laptop):
        with pressed(task, task.locator("#pane [data-fact='status']")):
            sync_under(task, laptop)
        expect(task.get_by_role("option", name="In progress")).to_be_visible()

    def test_text_that_is_selected_in_the_description_stays_so(self, task, laptop):
        with selected(task, task.locator("#pane div.notes")):
            sync_under(task, laptop)

    def test_a_title_a_subtask_and_a_comment_are_typed_on(self, task, laptop):
        for field in (
            task.locator("#pane").get_by_label("Title", exact=True),
            task.get_by_label("New subtask"),
            task.get_by_label("New comment"),
        ):
            field.fill("")
            with half_typed(field, "half of it"):
                sync_under(task, laptop)

    def test_what_an_input_method_composes_in_a_comment_is_not_cut(self, task, laptop):
        field = task.get_by_label("New comment")
        field.click()
        compose(task, "かな")
        with kept(field):
            sync_under(task, laptop)
            compose(task, "仮名")
        expect(field).to_have_value("仮名")

    def test_a_comment_that_is_changed_stays_in_its_field(self, task, laptop):
        field = task.get_by_label("New comment")
        field.fill("First")
        field.press("Control+Enter")
        edit = task.get_by_role("button", name="Edit comment")
        with pressed(task, edit):
            sync_under(task, laptop)
        field = task.locator("#pane .comment textarea")
        field.fill("")
        with half_typed(field, "First, then"):
            sync_under(task, laptop)


class TestSheet:
    def test_a_button_that_is_pressed_and_one_with_the_focus_stay(self, ana, laptop):
        ana.locator("#dot").click()
        save = ana.get_by_role("button", name="Export…")
        again = ana.get_by_role("button", name="Sync now")
        again.focus()
        with kept(again):
            sync_under(ana, laptop)
        expect(again).to_be_focused()
        with pressed(ana, save):
            sync_under(ana, laptop)
        expect(ana.get_by_role("heading", name="Export & import")).to_be_visible()


class TestSide:
    def test_a_link_that_is_pressed_is_gone_to(self, ana, laptop):
        link = ana.locator("#side [data-route='today']")
        with pressed(ana, link):
            sync_under(ana, laptop)
        expect(ana.get_by_role("heading", name="Today")).to_be_visible()

    def test_a_tool_that_has_the_focus_keeps_it(self, ana, laptop):
        tool = ana.get_by_role("button", name="New list…")
        tool.focus()
        with kept(tool):
            sync_under(ana, laptop)
        expect(tool).to_be_focused()
