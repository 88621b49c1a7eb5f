"""A list of more rows than are in the document: one scrolls, walks and types in it as in any other."""

import pytest
from playwright.sync_api import expect

from tests.browser.kept import ana, half_typed, kept, laptop, wait_for

__all__ = ["ana", "laptop"]  # fixtures
ROWS_MAX = 80
ORDER = "() => [...document.querySelectorAll('#groups .row')].map((row) => row.dataset.id)"
FOCUSED = "() => document.activeElement.closest('.row')?.dataset.id"


@pytest.fixture
def page(ana, laptop):
    """An inbox of 201 tasks."""
    wait_for(ana, laptop.push())
    expect(ana.locator("#groups.is-windowed")).to_be_visible()
    assert ana.locator("#groups .row").count() < ROWS_MAX
    return ana


def rows(page):
    return page.locator("#groups .row")


def row_at(page, place):
    """The row that is there now, wherever it goes."""
    return page.locator(f"#groups .row[data-id='{page.evaluate(ORDER)[place]}']")


def scroll(page, pixels):
    page.locator("#main").hover()
    page.mouse.wheel(0, pixels)


def test_the_last_row_is_reached_by_scrolling(page):
    before = set(page.evaluate(ORDER))
    scroll(page, 100_000)
    expect(rows(page).last).to_be_in_viewport()
    page.wait_for_function(
        f"before => ({ORDER})().filter((id) => before.includes(id)).length <= 1", arg=list(before)
    )
    assert rows(page).count() < ROWS_MAX
    scroll(page, -100_000)
    page.wait_for_function(
        f"before => before.every((id) => ({ORDER})().includes(id))", arg=list(before)
    )


def test_the_focus_stays_on_a_row_that_scrolls_away_and_goes_on_from_there(page):
    order = page.evaluate(ORDER)
    title = row_at(page, 2).locator(".row-title")
    title.focus()
    with kept(title):
        scroll(page, 100_000)
        expect(title).not_to_be_in_viewport()
        page.wait_for_function(f"second => !({ORDER})().includes(second)", arg=order[1])
        expect(title).to_be_focused()
    assert page.evaluate(ORDER)[0] == order[2], "its place is before the rows near the screen"
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"next => ({FOCUSED})() === next", arg=order[3])
    expect(page.locator(":focus")).to_be_in_viewport()


def test_the_tab_order_keeps_its_row(page):
    title = row_at(page, 2).locator(".row-title")
    title.focus()
    page.get_by_label("New task", exact=True).focus()
    scroll(page, 100_000)
    expect(title).not_to_be_in_viewport()
    expect(page.locator("#groups a.row-title[tabindex='0']")).to_have_count(1)


def test_a_title_that_is_edited_stays_while_it_is_out_of_sight(page, laptop):
    rows(page).nth(1).locator(".row-title").focus()
    page.keyboard.press("e")
    field = page.locator(".row-title-edit")
    with half_typed(field, "Call the plumber"):
        scroll(page, 100_000)
        expect(field).not_to_be_in_viewport()
        wait_for(page, laptop.push())


def test_a_task_is_completed_in_the_middle_and_the_focus_goes_to_the_next(page):
    first = row_at(page, 1)
    scroll(page, 3_000)
    expect(first).to_have_count(0)
    order = page.evaluate(ORDER)
    at = len(order) // 2
    row = row_at(page, at)
    row.locator(".row-title").focus()
    page.keyboard.press("Space")
    expect(row).to_have_count(0)
    page.wait_for_function(f"next => ({FOCUSED})() === next", arg=order[at + 1])


def test_every_task_is_selected_and_completed_at_once(page):
    rows(page).first.locator(".row-title").focus()
    page.keyboard.press("Control+a")
    expect(page.get_by_text("201 selected")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Completed 201")).to_be_visible()
