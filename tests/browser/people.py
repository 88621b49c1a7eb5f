"""Two people who share a space, each with a browser of their own: by what they see and press."""

from playwright.sync_api import expect

from tests.browser.page import PASSWORD, add, row, sync, wait_for_dot, wait_for_worker

_JOIN = """async (given) => {
  const answer = await fetch("/auth/sign-up", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) });
  localStorage.setItem("driftless.account", JSON.stringify(await answer.json()));
}"""
_ASK = """async ([method, path, body]) => {
  const answer = await fetch(path, { method, ...(body ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}) });
  return [answer.status, await answer.json().catch(() => null)];
}"""


def person(new_page, name, path="/inbox", **options):
    """A signed-in page in a context of its own."""
    page = new_page(path=path, **options)
    page.evaluate(
        _JOIN,
        {
            "email": f"{name.lower()}@example.org",
            "password": PASSWORD,
            "name": name,
            "session": "cookie",
        },
    )
    page.reload()
    wait_for_dot(page, "All changes saved")
    return page


def ask(page, method, path, body=None):
    """(status, answer) of the server to whoever is signed in on the page."""
    return page.evaluate(_ASK, [method, path, body])


def option(page, name):
    page.get_by_role("option", name=name).first.click()


def close(page):
    """The uppermost dialog."""
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def make_list(page, name, *titles):
    page.get_by_role("button", name="New list…").first.click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#heading h1")).to_have_text(name)
    for title in titles:
        add(page, title)
    page.keyboard.press("Escape")


def share(page, space):
    """The list that is shown, into a new space; the dialog with its members stays open."""
    page.get_by_role("button", name="Share this list…").click()
    option(page, "New space…")
    page.get_by_label("Name of the new space").fill(space)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=f"Members of “{space}”")).to_be_visible()


def make_link(page, role="Editor"):
    """Of the dialog that is open: a link to join."""
    page.get_by_label("Role for invitee").select_option(role)
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_label("Invite link")
    expect(link).to_be_visible()
    return link.input_value()


def follow(page, link):
    page.goto(link)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#side [data-space]")).to_have_count(2)


def open_members(page, space):
    page.get_by_role("button", name=f"Actions for “{space}”").click()
    option(page, "Members and invites…")
    expect(page.get_by_label("Role of Ben")).to_be_enabled()


def set_role(page, space, role):
    """Ana gives Ben another role."""
    open_members(page, space)
    with page.expect_response(lambda answer: "/members/" in answer.url) as given:
        page.get_by_label("Role of Ben").select_option(role)
    assert given.value.ok
    close(page)


def show_list(page, name):
    page.locator("#side").get_by_role("link", name=name).click()
    expect(page.locator("#heading h1")).to_have_text(name)


def family(new_page, *titles, role="Editor"):
    """(Ana, Ben): Ana's list House with its tasks is shared in Family, Ben has followed her link."""
    ana, ben = person(new_page, "Ana"), person(new_page, "Ben")
    make_list(ana, "House", *titles)
    share(ana, "Family")
    link = make_link(ana, role)
    close(ana)
    wait_for_dot(ana, "All changes saved")
    follow(ben, link)
    show_list(ben, "House")
    for title in titles:
        expect(row(ben, title)).to_be_visible()
    sync(ana)
    expect(ana.locator("#heading")).to_contain_text("Ben")
    for page in (ana, ben):
        wait_for_worker(page)
    return ana, ben
