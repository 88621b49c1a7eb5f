// Markdown becomes nodes, never a string of HTML; whatever is written, nothing but the allowed elements and
// addresses comes out.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import { piecesOf } from "../js/lib/markdown_inline.js";
import { renderMarkdown } from "../js/lib/markdown.js";
import "./texts.mjs";

const ALLOWED = new Set([
  "p",
  "br",
  "h3",
  "h4",
  "h5",
  "ul",
  "ol",
  "li",
  "span",
  "strong",
  "em",
  "del",
  "code",
  "pre",
  "blockquote",
  "hr",
  "a",
]);
const ATTRIBUTES = {
  a: ["href", "rel", "target"],
  ol: ["start"],
  li: ["class"],
  span: ["class", "role", "aria-label"],
};
const LONG = 20_000;

/** As much of a document as rendering may use. */
class FakeNode {
  constructor(tag) {
    this.tag = tag;
    this.tagName = tag?.toUpperCase();
    this.children = [];
    this.attributes = {};
  }
  append(...nodes) {
    this.children.push(...nodes);
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
}

class FakeDocument {
  made = 0;
  createElement(tag) {
    this.made++;
    assert.ok(ALLOWED.has(tag), `<${tag}> was made`);
    return new FakeNode(tag);
  }
  createDocumentFragment() {
    return new FakeNode();
  }
}

function shown(node) {
  if (typeof node === "string") return node;
  const attributes = Object.entries(node.attributes)
    .filter(([name]) => !["rel", "target", "role", "class"].includes(name))
    .map(([name, value]) => ` ${name}=${value}`)
    .join("");
  const inner = node.children.map(shown).join("");
  return node.tag ? `<${node.tag}${attributes}>${inner}</${node.tag}>` : inner;
}

const render = (text, make = new FakeDocument()) => renderMarkdown(text, make);
const html = (text) => shown(render(text)).replaceAll("</br>", "").replaceAll("</hr>", "");

function* everyNode(node, depth = 0) {
  yield { node, depth };
  for (const child of node.children ?? []) yield* everyNode(child, depth + 1);
}

function assertHarmless(text) {
  for (const { node } of everyNode(render(text))) {
    if (typeof node === "string" || !node.tag) continue;
    for (const name of Object.keys(node.attributes))
      assert.ok(ATTRIBUTES[node.tag]?.includes(name), `${node.tag} ${name}`);
    if (node.tag !== "a") continue;
    assert.match(node.attributes.href, /^(https?:\/\/|mailto:)[^\s<>"]+$/i);
    assert.ok(
      ["http:", "https:", "mailto:"].includes(
        new URL(node.attributes.href, "https://tasks.example").protocol,
      ),
    );
    assert.equal(node.attributes.rel, "noopener noreferrer nofollow");
    assert.equal(node.attributes.target, "_blank");
  }
}

const CASES = [
  ["one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"],
  ["# A\n## B\n### C\n###### F\n#none", "<h3>A</h3><h4>B</h4><h5>C</h5><h5>F</h5><p>#none</p>"],
  ["- a\n- b\n  - c\n  - d\n- e", "<ul><li>a</li><li>b<ul><li>c</li><li>d</li></ul></li><li>e</li></ul>"],
  ["* a\n+ b", "<ul><li>a</li><li>b</li></ul>"],
  ["1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"],
  ["3) a", "<ol start=3><li>a</li></ol>"],
  ["- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"],
  ["- a\n\n  more\n\nafter", "<ul><li>a<p>more</p></li></ul><p>after</p>"],
  [
    "- [ ] a\n- [x] b",
    "<ul><li><span aria-label=To do>☐</span> a</li><li><span aria-label=Done>☑</span> b</li></ul>",
  ],
  ["Sold in\n2026. A good year", "<p>Sold in<br>2026. A good year</p>"],
  ["**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <del>s</del> <code>c</code></p>"],
  [
    "***both*** and **bold *inner* x**",
    "<p><strong><em>both</em></strong> and <strong>bold <em>inner</em> x</strong></p>",
  ],
  ["2 * 3 * 4, a**b, *open", "<p>2 * 3 * 4, a**b, *open</p>"],
  ["*a **b* c**", "<p><em>a **b</em> c**</p>"],
  ["`a *b* <i>` ``x ` y``", "<p><code>a *b* <i></code> <code>x ` y</code></p>"],
  ["\\*not\\* \\[x](https://a.example)", "<p>*not* [x](<a href=https://a.example>https://a.example</a>)</p>"],
  ["```js\nlet a = '<b>';\n\n# x\n```\nafter", "<pre><code>let a = '<b>';\n\n# x</code></pre><p>after</p>"],
  ["~~~\nopen to the end", "<pre><code>open to the end</code></pre>"],
  ["> a\n> > b\n\nc", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote><p>c</p>"],
  ["a\n\n---\n* * *\n___", "<p>a</p><hr><hr><hr>"],
  [
    "[the *site*](https://a.example/x_(y)?q=1#z).",
    "<p><a href=https://a.example/x_(y)?q=1#z>the <em>site</em></a>.</p>",
  ],
  [
    "[https://good.example](https://other.example)",
    "<p><a href=https://other.example>https://good.example</a></p>",
  ],
  [
    "See https://a.example/b_(c), (http://b.example). mailto:ana@a.example!",
    "<p>See <a href=https://a.example/b_(c)>https://a.example/b_(c)</a>, (<a href=http://b.example>http://b.example</a>). <a href=mailto:ana@a.example>mailto:ana@a.example</a>!</p>",
  ],
  ["*a [b* c](https://a.example)", "<p>*a <a href=https://a.example>b* c</a></p>"],
  [
    "[a](javascript:alert(1)) [b](data:text/html,x) [c](/local) [d](https://)",
    "<p>[a](javascript:alert(1)) [b](data:text/html,x) [c](/local) [d](https://)</p>",
  ],
  [
    "![i](https://a.example/i.png) <img src=x onerror=alert(1)>",
    "<p>!<a href=https://a.example/i.png>i</a> <img src=x onerror=alert(1)></p>",
  ],
  ["a\r\nb\rc", "<p>a<br>b<br>c</p>"],
  ["", ""],
];

for (const [text, wanted] of CASES)
  test(`renders ${JSON.stringify(text)}`, () => assert.equal(html(text), wanted));

test("no payload makes more than the allowed elements, attributes and addresses", () => {
  const payloads = JSON.parse(
    readFileSync(new URL("../../tests/browser/xss_payloads.json", import.meta.url), "utf8"),
  );
  assert.ok(payloads.length >= 200);
  for (const payload of payloads)
    for (const text of [
      payload,
      `[x](${payload})`,
      `# ${payload}`,
      `- ${payload}`,
      `> ${payload}`,
      `https://a.example/${payload}`,
    ])
      assertHarmless(text);
});

test("whatever is written is harmless, and no word of it is lost", () => {
  const piece = fc.constantFrom(
    "*",
    "**",
    "~~",
    "`",
    "```",
    "[",
    "](",
    ")",
    "https://a.example",
    "javascript:x",
    "<b>",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "> ",
    "# ",
    "\\",
    " ",
    "word",
    "é",
    "\u202e",
    "\t",
    "  ",
    "- [ ] ",
    "---",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      assertHarmless(pieces.join(""));
      const words = [...everyNode(render(pieces.join("")))]
        .map(({ node }) => (typeof node === "string" ? node : (node.attributes?.href ?? "")))
        .join("");
      const isCodeInfo = /```|~~~/.test(pieces.join(""));
      if (!isCodeInfo)
        // an address says itself twice
        assert.ok(words.split("word").length >= pieces.filter((each) => each === "word").length + 1, words);
    }),
    { numRuns: 2000 },
  );
});

const hostile = (size) => ({
  stars: "*".repeat(size),
  "stars and letters": "*a".repeat(size / 2),
  "stars that open": "**a ".repeat(size / 4),
  "every mark": "**a *b ~~c ".repeat(size / 10),
  "open brackets": "[".repeat(size),
  brackets: "[".repeat(size / 2) + "]".repeat(size / 2),
  "brackets and parentheses": "[](".repeat(size / 3),
  "nested addresses": "[".repeat(size / 8) + "](https://a".repeat(size / 20) + "<" + ")".repeat(size / 20),
  quotes: ">".repeat(size),
  "quotes apart": "> ".repeat(size / 2),
  lists: "- ".repeat(size / 2),
  "nested lists": Array.from(
    { length: Math.sqrt(2 * size) - 8 },
    (_, depth) => " ".repeat(depth) + "- a",
  ).join("\n"),
  ticks: Array.from({ length: Math.sqrt(2 * size) - 8 }, (_, n) => "`".repeat(n)).join(" "),
  tildes: "~".repeat(size) + "`",
  "a rule that is none": "- ".repeat(size / 2 - 1) + "x",
  addresses: "http://".repeat(size / 7),
  "an address and dots": `http://a${".".repeat(size)}`,
  escapes: "\\".repeat(size),
  blanks: "\n".repeat(size),
  spaces: " ".repeat(size) + "x",
  "items of nothing": "- a\n\n".repeat(size / 5),
  code: "`" + "x ".repeat(size / 2) + "`",
  hashes: "#".repeat(size),
});

for (const [name, text] of Object.entries(hostile(LONG)))
  test(`${LONG} characters of ${name} make few nodes, not deep`, () => {
    const make = new FakeDocument();
    const whole = render(text, make);
    assert.ok(make.made <= text.length + 10, `${make.made} elements`);
    assert.ok(Math.max(...[...everyNode(whole)].map(({ depth }) => depth)) <= 20);
    const pieces = piecesOf(text);
    assert.ok(
      pieces.reduce((sum, piece) => sum + piece.text.length, 0) <= text.length,
      "every character is read once",
    );
  });

// A time that grew with the square would be minutes for each.
test("twenty times as much of each ends", { timeout: 60_000 }, () => {
  for (const text of Object.values(hostile(20 * LONG))) render(text);
});
