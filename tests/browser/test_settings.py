"""Settings are at work at once and stay; copies go out and come in again, offline."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.page import add, go, open_task, row, wait_for_titles, wait_for_worker

WATCH_FRAMES = """
globalThis.seen = [];
const look = () => {
  if (document.body) seen.push(document.documentElement.dataset.theme ?? 'none');
  if (seen.length < 40) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def settings(page):
    go(page, "/settings")
    expect(page.get_by_role("heading", name="Export & import")).to_be_visible()


def save_copy(page, name, folder):
    with page.expect_download() as begun:
        page.get_by_role("button", name=f"Export as {name}").click()
    path = Path(folder) / begun.value.suggested_filename
    begun.value.save_as(path)
    return path


def choose_file(page, path):
    settings(page)
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Choose file").click()
    asked.value.set_files(path)
    return page.get_by_role("dialog", name="Import a file")


def bring_in(page, path):
    dialog = choose_file(page, path)
    dialog.get_by_role("button", name="Import").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#toast-text")).to_contain_text("imported")


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_theme_stays_and_is_worn_before_the_first_paint(new_page):
    page = new_page(color_scheme="light")
    settings(page)
    page.get_by_role("radiogroup", name="Theme").get_by_label("Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.context.add_init_script(WATCH_FRAMES)
    for _ in range(3):
        page.reload()
        page.wait_for_function("() => seen.length >= 10")
        assert set(page.evaluate("() => seen")) == {"dark"}
    assert page.evaluate(
        "() => [...document.querySelectorAll('meta[name=theme-color]')].map((meta) => meta.media)"
    ) == ["not all", "all"]
    settings(page)
    expect(page.get_by_role("radiogroup", name="Theme").get_by_label("Dark")).to_be_checked()
    page.get_by_role("radiogroup", name="Theme").get_by_label("System").check()
    assert page.evaluate("() => document.documentElement.dataset.theme ?? null") is None


def test_german_is_spoken_everywhere_and_what_was_half_typed_is_saved(new_page):
    page = new_page(locale="en-GB")
    add(page, "Milk", "tomorrow")
    add(page, "Rent", "2099-03-30")
    go(page, "/upcoming")
    open_task(page, "Milk")
    page.get_by_label("Title", exact=True).fill("Oat milk")  # and no pause after it
    settings(page)
    page.get_by_role("radiogroup", name="Language").get_by_label("Deutsch").click()
    expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    for words in ("Darstellung", "Tastatur", "Dieses Gerät", "Export & Import", "Konto"):
        expect(page.locator("#page").get_by_role("heading", name=words, exact=True)).to_be_visible()
    assert not english_on(page)

    go(page, "/today")
    expect(page.locator("#heading p")).to_have_text(
        page.evaluate(
            "() => new Intl.DateTimeFormat('de', {weekday: 'long', day: 'numeric', month: 'long'}).format(new Date())"
        )
    )
    expect(page.locator("#empty")).to_contain_text("Als Nächstes: Oat milk, Morgen")
    expect(page.get_by_label("Neue Aufgabe", exact=True)).to_have_attribute(
        "placeholder", "Aufgabe hinzufügen"
    )
    assert not english_on(page)
    go(page, "/upcoming")
    expect(page.locator("#groups")).to_contain_text("30. März 2099")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Zum nächsten Termin springen")


def english_on(page):
    """English words that are on the page though it is German."""
    text = page.locator("body").inner_text().lower()
    return [
        word
        for word in (
            " the ",
            "task",
            "today",
            "settings",
            "search",
            "inbox",
            "device",
            "sign in",
            "trash",
            " your ",
            " of ",
        )
        if word in text
    ]


def test_single_keys_can_be_switched_off(new_page):
    page = new_page()
    settings(page)
    page.get_by_role("switch", name="Single-key shortcuts").uncheck()
    go(page, "/today")
    page.keyboard.press("q")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.get_by_label("New task", exact=True)).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Commands")).to_be_visible()
    page.keyboard.press("Escape")
    page.reload()
    settings(page)
    expect(page.get_by_role("switch", name="Single-key shortcuts")).not_to_be_checked()
    page.get_by_role("switch", name="Single-key shortcuts").check()
    go(page, "/today")
    page.keyboard.press("q")
    expect(page.get_by_label("New task", exact=True)).to_be_focused()


@pytest.mark.parametrize(("chosen", "first"), [("Sunday", "Sunday"), ("Monday", "Monday")])
def test_the_week_starts_on_the_chosen_day(new_page, chosen, first):
    page = new_page(locale="en-GB" if chosen == "Sunday" else "en-US")
    add(page, "Milk", "today")
    settings(page)
    page.get_by_role("radiogroup", name="Week starts on").get_by_label(chosen).check()
    page.reload()
    go(page, "/today")
    row(page, "Milk").locator(".row-title").focus()
    page.keyboard.press("d")
    expect(page.locator("dialog th").first).to_have_attribute("abbr", first)


def test_everything_goes_into_another_browser_with_the_server_stopped(new_page, server, tmp_path):
    page, other = new_page(), new_page()
    for each in (page, other):
        wait_for_worker(each)
        each.wait_for_timeout(500)
    go(page, "/inbox")
    add(page, "=SUM(A1), “quoted”; Ümläut 🥛")
    field = page.get_by_label("New task", exact=True)
    field.fill("Rent 2026-11-30 5pm #home !high every month ")
    field.press("Enter")
    open_task(page, "Rent")
    page.get_by_label("New subtask").fill("Transfer")
    page.get_by_label("New subtask").press("Enter")
    add(page, "Old thing")
    row(page, "Old thing").locator(".row-title").focus()
    page.keyboard.press("Delete")
    expect(row(page, "Old thing")).to_have_count(0)
    bring_in(page, written(tmp_path, "shop.csv", "title,list,status\nSoap,Shop,done\n"))
    go(page, "/inbox")
    wait_for_titles(page, there := ["Rent", "Transfer", "=SUM(A1), “quoted”; Ümläut 🥛"])
    server.stop()

    settings(page)
    copy = save_copy(page, "JSON", tmp_path)
    bring_in(other, copy)
    settings(other)
    again = save_copy(other, "JSON", tmp_path / "again")
    first, second = json.loads(copy.read_text()), json.loads(again.read_text())
    assert {task["title"] for task in first["tasks"]} == {*there, "Old thing", "Soap"} and [
        each["name"] for each in first["lists"]
    ] == ["Shop"]
    assert first["unsent"] and first["notAccepted"] == []
    for kind in ("tasks", "lists"):
        assert by_id(second, kind) == by_id(first, kind)
    go(other, "/inbox")
    wait_for_titles(other, there)

    dialog = choose_file(other, copy)
    expect(dialog).to_contain_text("Everything in this file is already here.")
    dialog.get_by_role("button", name="Close").click()
    go(other, "/inbox")
    wait_for_titles(other, there)
    for name, begins in (
        ("CSV", "\ufeffid,title"),
        ("iCalendar", "BEGIN:VCALENDAR"),
        ("Markdown", "# Inbox"),
    ):
        settings(page)
        assert save_copy(page, name, tmp_path).read_text(encoding="utf-8").startswith(begins)


def by_id(copy, kind):
    return {each["id"]: {**each, "space": None} for each in copy[kind]}


def test_a_table_says_what_it_would_do_line_by_line_and_is_undone_in_one_step(new_page, tmp_path):
    page = new_page()
    go(page, "/inbox")
    add(page, "Before")
    table = written(
        tmp_path,
        "tasks.csv",
        "title,due,priority,list\nMilk,2026-12-01,high,Shop\nBread,03/04/2026,,Shop\n,2026-12-01,,\nSoap,,9,\n",
    )
    dialog = choose_file(page, table)
    expect(dialog.get_by_role("status")).to_have_text("4 new")
    said = dialog.get_by_role("listitem")
    expect(said).to_have_text(
        [
            "Line 3 Due date “03/04/2026” is not clear: ignored.",
            "Line 4 Skipped: no title.",
            "Line 5 Priority “9” is unknown: ignored.",
        ]
    )
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Choose file")).to_be_focused()
    go(page, "/inbox")
    wait_for_titles(page, ["Before"])

    bring_in(page, table)
    go(page, "/inbox")
    wait_for_titles(page, ["Soap", "Before"])
    page.locator("#side").get_by_text("Shop").click()
    wait_for_titles(page, ["Milk", "Bread"])
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#side").get_by_text("Shop")).to_have_count(0)
    go(page, "/inbox")
    wait_for_titles(page, ["Before"])


def test_an_import_that_changes_tasks_is_undone_to_what_they_were(new_page, tmp_path):
    page = new_page()
    go(page, "/inbox")
    add(page, "Milk")
    add(page, "Bread")
    settings(page)
    whole = json.loads(save_copy(page, "JSON", tmp_path).read_text())
    for task in whole["tasks"]:
        task["title"] += " changed"
    dialog = choose_file(page, written(tmp_path, "changed.json", json.dumps(whole)))
    expect(dialog.get_by_role("status")).to_have_text("2 changed")
    dialog.get_by_role("button", name="Import").click()
    go(page, "/inbox")
    wait_for_titles(page, ["Bread changed", "Milk changed"])
    page.get_by_role("button", name="Undo").click()
    wait_for_titles(page, ["Bread", "Milk"])


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.json", "{nonsense", "The file is damaged: it is not valid JSON."),
        ("b.json", '{"format": "other"}', "This is not a Driftless export."),
        ("c.csv", "", "The file is empty."),
        ("d.csv", "x;y\n1;2\n", "No column is named"),
        ("e.xlsx", "PK\u0003\u0004rest", "This is not a text file."),
    ],
)
def test_a_file_that_is_nonsense_gets_a_clear_sentence(new_page, tmp_path, name, text, sentence):
    page = new_page()
    dialog = choose_file(page, written(tmp_path, name, text))
    expect(dialog).to_contain_text(sentence)
    expect(dialog).to_contain_text("This file contains nothing to import.")
    expect(dialog.get_by_role("button", name="Import")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_address_of_copies_leads_to_them_and_the_focus_stays_while_tasks_change(new_page):
    page = new_page(path="/settings#copies", viewport={"width": 1000, "height": 500})
    expect(page.locator("#copies")).to_be_focused()
    expect(page.get_by_role("button", name="Export as JSON")).to_be_in_viewport()
    second = new_page(context=page.context)
    page.get_by_role("radiogroup", name="Theme").get_by_label("System").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radiogroup", name="Theme").get_by_label("Light")).to_be_checked()
    add(second, "From another tab")
    expect(page.locator("#device")).to_contain_text("1 task")
    expect(page.get_by_role("radiogroup", name="Theme").get_by_label("Light")).to_be_focused()
