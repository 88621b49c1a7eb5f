"""What a person does on the page, by what a person sees."""

from playwright.sync_api import expect

PASSWORD = "four quiet words here"
# How long a test waits for what it expects: only a fault lasts as long on a busy machine.
PATIENCE_MS = 60_000


def go(page, place):
    """To a place of the app, by its address within the page."""
    page.evaluate(
        "href => { history.pushState(null, '', href); dispatchEvent(new PopStateEvent('popstate')); }",
        place,
    )


def add(page, title, due=None):
    """Adds a task where the page is; `due` is a day as text and makes it land there."""
    expect(page.locator("dialog[open]")).to_have_count(0)
    field = page.get_by_label("New task", exact=True)
    field.fill(f"{title} {due}" if due else title)
    field.press("Enter")
    expect(row(page, title).first).to_be_visible()


def row(page, title):
    return page.locator("#groups .row").filter(
        has=page.get_by_role("checkbox", name=f"{title}, ", exact=False)
    )


def ring(page, title):
    return row(page, title).get_by_role("checkbox")


def focus(page, title):
    row(page, title).locator(".row-title").focus()


def rename(page, title, new_title):
    """Edits a title in its row, by the keyboard."""
    expect(page.locator("dialog[open]")).to_have_count(0)
    focus(page, title)
    page.keyboard.press("F2")
    field = page.get_by_label(f"Title of {title}", exact=True)
    field.fill(new_title)
    field.press("Enter")
    expect(row(page, new_title)).to_be_visible()


def open_task(page, title):
    row(page, title).locator(".row-title").click()
    expect(page.locator("#pane")).to_be_visible()


def delete(page, title):
    focus(page, title)
    page.keyboard.press("Delete")


OPEN = "[...document.querySelectorAll('#groups .row')].filter((row) => row.querySelector('.ring').ariaChecked !== 'true').map((row) => row.querySelector('.row-title')?.textContent ?? row.querySelector('input').value)"


def titles(page):
    """Of the open tasks on the screen, from the top."""
    return page.evaluate(f"() => {OPEN}")


def wait_for_titles(page, wanted):
    page.wait_for_function(
        f"wanted => JSON.stringify({OPEN}) === JSON.stringify(wanted)",
        arg=wanted,
        timeout=PATIENCE_MS,
    )


def sign_up(page, email, name="Ana"):
    _open_account(page)
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Name", exact=True).fill(name)
    credentials(page, email)


def sign_in(page, email):
    _open_account(page)
    credentials(page, email)


def _open_account(page):
    if page.locator("#account").is_visible():
        page.locator("#account").click()
    else:
        page.locator("#dot").click()
        page.locator("#sheet").get_by_role("button", name="Sign in").click()


def credentials(page, email):
    page.get_by_label("Email address").fill(email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.locator("#dialog form .is-main").click()


def sync(page):
    """Asks for a sync now and waits until nothing waits."""
    page.locator("#dot").click()
    page.get_by_role("button", name="Sync now").click()
    page.locator("#sheet").get_by_label("Close").click()


def wait_for_dot(page, words):
    expect(page.locator("#dot")).to_contain_text(words)


def wait_for_worker(page):
    """The app is on the device: from now on it starts without a server."""
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
