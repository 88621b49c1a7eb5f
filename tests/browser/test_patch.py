"""The patch, alone in a real document: whatever was there becomes what is described, and the nodes
that stay are the same nodes.
"""

import pytest

from tests.browser.conftest import ROOT

PATCH = (ROOT / "pwa/js/lib/patch.js").read_text()
SEEDS = 400
_PAIRS = """(seed) => {
  const random = () => ((seed = (seed * 48271) % 2147483647) / 2147483647);
  const upTo = (max) => Math.floor(random() * max);
  const own = [0, 1].map((at) => element("i", { "data-own": at }));
  const properties = () => ({
    ...(random() < 0.5 && { class: ["a", "b", "a b"][upTo(3)] }),
    ...(random() < 0.3 && { title: "t" + upTo(3) }),
    ...(random() < 0.3 && { hidden: random() < 0.5 }),
    ...(random() < 0.3 && { "aria-label": ["x", null][upTo(2)] }),
    ...(random() < 0.3 && { style: { order: String(upTo(3)) } }),
  });
  const child = (depth, key) => {
    if (random() < 0.3) return ["one", "two", 3, null, false, ""][upTo(6)];
    const keyed = random() < 0.6 ? { key } : {};
    return h(["p", "b"][upTo(2)], { ...properties(), ...keyed, "data-key": keyed.key ?? null }, ...many(depth));
  };
  const many = (depth) => {
    const found = depth ? Array.from({ length: upTo(6) }, (_, key) => child(depth - 1, key)) : [upTo(9)];
    return found.sort(() => random() - 0.5);
  };
  const top = () => [...many(3), ...own.slice(upTo(3))].sort(() => random() - 0.5);
  const box = document.createElement("div");
  const keys = () => new Map([...box.querySelectorAll(":scope > [data-key]")].map((node) => [node.tagName + node.dataset.key, node]));
  const wrong = [];
  for (let step = 0; step < 5; step++) {
    const [before, wanted] = [keys(), top()];
    patch(box, wanted);
    const [found, after] = [box.innerHTML, keys()];
    for (const [key, node] of before)
      if (after.has(key) && after.get(key) !== node) wrong.push(["not kept", key]);
    for (const node of own) if (wanted.includes(node) !== (node.parentNode === box)) wrong.push(["own", found]);
    const made = create(h("div", {}, ...wanted.map((each) => (each instanceof Node ? each.cloneNode(true) : each))));
    const [a, b] = [box, made].map(plain);
    if (a !== b) wrong.push([a, b]);
  }
  return wrong;
}"""
_PLAIN = """globalThis.plain = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue;
  const own = [...node.attributes].filter(({ value }) => value).map(({ name, value }) => `${name}=${name === "class" ? value.split(" ").sort() : value}`);
  return `<${node.tagName} ${own.sort()}>${[...node.childNodes].map(plain).join("|")}</>`;
};"""


@pytest.fixture(scope="module")
def blank(chromium):
    page = chromium.new_page()
    names = "{ arrange, create, element, h, patch }"
    page.add_script_tag(content=f"{PATCH}\nObject.assign(globalThis, {names});", type="module")
    page.add_script_tag(content=_PLAIN)
    page.wait_for_function("() => globalThis.patch")
    yield page
    page.close()


@pytest.fixture
def run(blank):
    """Runs a story with an empty box in the document."""

    def play(story):
        return blank.evaluate(
            f"""() => {{ document.body.replaceChildren(); const box = document.createElement("div");
            document.body.append(box); {story} }}"""
        )

    return play


def test_every_document_becomes_what_is_described(blank):
    assert [(seed, blank.evaluate(_PAIRS, seed)) for seed in range(1, SEEDS)] == [
        (seed, []) for seed in range(1, SEEDS)
    ]


def test_a_text_changes_in_its_node(run):
    assert run(
        """const own = element("i"); patch(box, ["one", h("p"), own]); const { firstChild } = box;
        patch(box, [own, "two"]); return [firstChild === box.lastChild, box.textContent];"""
    ) == [True, "two"]


def test_a_new_key_is_a_new_node_even_at_the_same_place(run):
    assert run(
        """patch(box, [h("p", { key: "a" })]); const before = box.firstChild;
        patch(box, [h("p", { key: "b" })]); return [before.isConnected, box.children.length];"""
    ) == [False, 1]


def test_a_node_that_its_creator_keeps_is_not_taken_for_another(run):
    assert run(
        """const field = element("input"); const other = document.createElement("input");
        patch(box, [field, other]); patch(box, [other, h("p"), field]);
        const first = [...box.childNodes].map((node) => [field, other].indexOf(node));
        patch(box, [h("input")]);
        return [first, [field, other].includes(box.firstChild), field.isConnected];"""
    ) == [[1, -1, 0], False, False]


def test_only_the_latest_listener_hears_an_event_and_once(run):
    assert run(
        """const heard = []; const of = (name) => h("button", { onclick: () => heard.push(name) });
        patch(box, [of("old")]); patch(box, [of("new")]); box.firstChild.click();
        patch(box, [h("button")]); box.firstChild.click(); return heard;"""
    ) == ["new"]


def test_typed_text_stays_until_the_description_has_another(run):
    assert run(
        """const of = (value) => [h("input", { value })]; const found = [];
        patch(box, of("a")); box.firstChild.value = "typed";
        for (const value of ["a", "b", undefined]) { patch(box, of(value)); found.push(box.firstChild.value); }
        return found;"""
    ) == ["typed", "b", ""]


def test_a_tick_and_a_choice_are_what_is_described(run):
    assert run(
        """const of = (checked) => [h("input", { type: "checkbox", checked }),
          h("select", { value: "b" }, ["a", "b"].map((value) => h("option", { value }, value)))];
        patch(box, of(true)); box.firstChild.checked = false; patch(box, of(true));
        return [box.firstChild.checked, box.lastChild.value];"""
    ) == [True, "b"]


def test_classes_and_styles_of_others_stay_and_own_ones_go(run):
    assert run(
        """patch(box, [h("p", { class: "a b", style: { order: "1" }, title: "t" })]);
        const node = box.firstChild; node.classList.add("is-swiped"); node.style.translate = "4px";
        patch(box, [h("p", { class: "b c" })]);
        return [[...node.classList].sort(), node.style.order, node.style.translate, node.title];"""
    ) == [["b", "c", "is-swiped"], "", "4px", ""]


def test_the_focused_node_stays_while_others_move_around_it(run):
    assert run(
        """const of = (...keys) => keys.map((key) => h("button", { key }, key));
        patch(box, of("a", "b", "c")); box.children[1].focus(); let blurs = 0;
        box.addEventListener("focusout", () => blurs++);
        for (const keys of ["bac", "cab", "db", "b"]) patch(box, of(...keys));
        return [document.activeElement.textContent, blurs, box.textContent];"""
    ) == ["b", 0, "b"]


def test_text_is_never_read_as_html(run):
    assert run("""patch(box, [h("p", {}, "<b>x</b>")]); return box.querySelector("b");""") is None
