"""What a person does on the page, by what a person sees."""
from playwright.sync_api import expect

PASSWORD = "four quiet words here"


def add(page, title, due=None):
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_label("New task", exact=True).fill(title)
    if due:
        page.get_by_label("Due date of the new task").fill(due)
    page.get_by_label("New task", exact=True).press("Enter")
    expect(row(page, title)).to_be_visible()


def row(page, title):
    return page.locator(".row").filter(has=page.get_by_role("checkbox", name=f"{title}, ", exact=False))


def rename(page, title, new_title):
    expect(page.locator("dialog[open]")).to_have_count(0)
    field = page.get_by_label(f"Title of {title}", exact=True)
    field.fill(new_title)
    field.press("Enter")
    expect(row(page, new_title)).to_be_visible()


def titles(page):
    return page.locator("#open .title").evaluate_all("inputs => inputs.map((input) => input.value)")


def wait_for_titles(page, wanted):
    page.wait_for_function("wanted => JSON.stringify([...document.querySelectorAll('#open .title')].map((input) => input.value)) === JSON.stringify(wanted)",
                           arg=wanted, timeout=15_000)


def sign_up(page, email, name="Ana"):
    page.locator("#account").click()
    page.get_by_role("button", name="Make an account").click()
    page.get_by_label("Name", exact=True).fill(name)
    _credentials(page, email)


def sign_in(page, email):
    page.locator("#account").click()
    _credentials(page, email)


def _credentials(page, email):
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
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
