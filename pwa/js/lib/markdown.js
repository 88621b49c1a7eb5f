/**
 * Markdown as DOM nodes: all text is inserted as text, never as a string of HTML. Reasons for our own parser:
 * docs/decisions/0011-own-markdown.md. It reads each line once for each of at most DEPTH_MAX containers, and
 * each character of a paragraph once: the time is linear in the text.
 * @typedef {{lines: string[], at: number}} Source
 */
import { appendInline } from "./markdown_inline.js";
import { h } from "./patch.js";
import { t } from "../i18n/i18n.js";

const DEPTH_MAX = 4; // nested quotes and lists; deeper markers stay text
const FENCE = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))[^`]*$/;
const HEADING = /^ {0,3}(#{1,6}) +(\S.*)$/;
const RULE = /^ {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)]) +(?=\S)/;
const BOX = /^\[([ xX])\] +(?=\S)/;

/**
 * @param {string} text
 * @param {Document} [make]
 * @returns {DocumentFragment}
 */
export function renderMarkdown(text, make = document) {
  const whole = make.createDocumentFragment();
  const lines = text
    .split(/\r\n?|\n/)
    .map((line) => line.replace(/^[ \t]*/, (indent) => indent.replaceAll("\t", "    ")));
  new Renderer(make).blocks(lines, whole, 0);
  return whole;
}

/**
 * The same as descriptions for the patch, so that a selection in unchanged text survives.
 * @param {string} text
 * @returns {import("./patch.js").Child[]}
 */
export function describeMarkdown(text) {
  const make = { createElement: described, createDocumentFragment: () => described("div") };
  const whole = renderMarkdown(text, /** @type {any} */ (make));
  return /** @type {any} */ (whole).children;
}

/**
 * The subset of a node that rendering uses; it builds a description.
 * @param {string} tag
 */
function described(tag) {
  const node = h(tag, {});
  return Object.assign(node, {
    append: (/** @type {import("./patch.js").Child[]} */ ...children) => node.children.push(...children),
    setAttribute: (/** @type {string} */ name, /** @type {string} */ value) => {
      node.properties[name] = value;
    },
  });
}

class Renderer {
  /** @param {Document} make */
  constructor(make) {
    this.make = make;
  }

  /**
   * @param {string[]} lines
   * @param {Node & ParentNode} parent
   * @param {number} depth
   */
  blocks(lines, parent, depth) {
    const source = { lines, at: 0 };
    while (source.at < lines.length) {
      const line = lines[source.at];
      if (!line.trim()) source.at++;
      else if (FENCE.test(line)) this.fence(source, parent);
      else if (HEADING.test(line)) this.heading(source, parent);
      else if (RULE.test(line)) this.rule(source, parent);
      else if (depth < DEPTH_MAX && QUOTE.test(line)) this.quote(source, parent, depth);
      else if (depth < DEPTH_MAX && ITEM.test(line)) this.list(source, parent, depth);
      else this.paragraph(source, parent, depth);
    }
  }

  /**
   * Without a closing fence it runs to the end.
   * @param {Source} source
   * @param {ParentNode} parent
   */
  fence(source, parent) {
    const mark = FENCE.exec(source.lines[source.at++])?.[1] ?? "";
    const from = source.at;
    const isClosing = (/** @type {string} */ line) =>
      line.trim().length >= mark.length && line.trim() === mark[0].repeat(line.trim().length);
    while (source.at < source.lines.length && !isClosing(source.lines[source.at])) source.at++;
    const code = this.make.createElement("code");
    code.append(source.lines.slice(from, source.at++).join("\n"));
    this.element("pre", parent).append(code);
  }

  /**
   * Below the page's own h1 and h2.
   * @param {Source} source
   * @param {ParentNode} parent
   */
  heading(source, parent) {
    const [, marks, text] = HEADING.exec(source.lines[source.at++]) ?? ["", "", ""];
    appendInline(text.trim(), this.element(`h${Math.min(marks.length + 2, 5)}`, parent), this.make);
  }

  /**
   * @param {Source} source
   * @param {ParentNode} parent
   */
  rule(source, parent) {
    source.at++;
    this.element("hr", parent);
  }

  /**
   * @param {Source} source
   * @param {ParentNode} parent
   * @param {number} depth
   */
  quote(source, parent, depth) {
    const inner = [];
    while (source.at < source.lines.length && QUOTE.test(source.lines[source.at]))
      inner.push(source.lines[source.at++].replace(QUOTE, ""));
    this.blocks(inner, this.element("blockquote", parent), depth + 1);
  }

  /**
   * @param {Source} source
   * @param {ParentNode} parent
   * @param {number} depth
   */
  list(source, parent, depth) {
    const marker = ITEM.exec(source.lines[source.at])?.[2] ?? "-";
    const list = this.element(isOrdered(marker) ? "ol" : "ul", parent);
    if (isOrdered(marker) && parseInt(marker, 10) !== 1)
      list.setAttribute("start", String(parseInt(marker, 10)));
    for (const lines of itemsOf(source, isOrdered(marker))) this.item(lines, list, depth);
  }

  /**
   * A first paragraph goes into the item itself.
   * @param {string[]} lines
   * @param {ParentNode} list
   * @param {number} depth
   */
  item(lines, list, depth) {
    const item = this.element("li", list);
    const box = BOX.exec(lines[0]);
    if (box) this.box(item, box[1] !== " ");
    const inner = { lines: [lines[0].slice(box?.[0].length ?? 0), ...lines.slice(1)], at: 0 };
    if (startsParagraph(inner.lines[0])) appendInline(paragraphText(inner, depth + 1), item, this.make);
    this.blocks(inner.lines.slice(inner.at), item, depth + 1);
  }

  /**
   * @param {HTMLElement} item
   * @param {boolean} isDone
   */
  box(item, isDone) {
    item.setAttribute("class", "check-item");
    const mark = this.element("span", item);
    mark.setAttribute("class", isDone ? "check done" : "check");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", isDone ? t("markdown.done") : t("markdown.todo"));
    mark.append(isDone ? "\u2611" : "\u2610");
    item.append(" ");
  }

  /**
   * @param {Source} source
   * @param {ParentNode} parent
   * @param {number} depth
   */
  paragraph(source, parent, depth) {
    appendInline(paragraphText(source, depth), this.element("p", parent), this.make);
  }

  /**
   * @param {string} tag
   * @param {ParentNode} parent
   * @returns {HTMLElement}
   */
  element(tag, parent) {
    const made = this.make.createElement(tag);
    parent.append(made);
    return made;
  }
}

/**
 * Lines up to the next block; the first line always belongs to it.
 * @param {Source} source
 * @param {number} depth
 */
function paragraphText(source, depth) {
  const from = source.at++;
  while (source.at < source.lines.length && continues(source.lines[source.at], depth)) source.at++;
  return source.lines
    .slice(from, source.at)
    .map((line) => line.trim())
    .join("\n");
}

/**
 * Whether a line continues a paragraph; a number other than 1 at its start may be a year.
 * @param {string} line
 * @param {number} depth
 */
function continues(line, depth) {
  if (!line.trim() || FENCE.test(line) || HEADING.test(line) || RULE.test(line)) return false;
  if (depth >= DEPTH_MAX) return true;
  const marker = ITEM.exec(line)?.[2];
  return !QUOTE.test(line) && (!marker || (isOrdered(marker) && parseInt(marker, 10) !== 1));
}

/** @param {string} line */
function startsParagraph(line) {
  return ![FENCE, HEADING, RULE, QUOTE, ITEM].some((block) => block.test(line));
}

/**
 * The lines of each item, without their indent.
 * @param {Source} source
 * @param {boolean} isOrderedList
 * @returns {string[][]}
 */
function itemsOf(source, isOrderedList) {
  const base = ITEM.exec(source.lines[source.at])?.[1].length ?? 0;
  /** @type {string[][]} */
  const items = [];
  let [blanks, content] = [0, 0];
  for (; source.at < source.lines.length; source.at++) {
    const line = source.lines[source.at];
    const match = ITEM.exec(line);
    const indent = indentOf(line);
    if (!line.trim()) blanks++;
    else if (match && indent < base + 2) {
      if (isOrdered(match[2]) !== isOrderedList || RULE.test(line)) break;
      items.push([line.slice(match[0].length)]);
      [blanks, content] = [0, match[0].length];
    } else if (indent >= base + 2) {
      for (; blanks > 0; blanks--) items[items.length - 1].push("");
      items[items.length - 1].push(line.slice(Math.min(indent, content)));
    } else if (blanks > 0 || !continues(line, 0)) break;
    else items[items.length - 1].push(line);
  }
  return items;
}

/** @param {string} line */
function indentOf(line) {
  return line.length - line.trimStart().length;
}

/** @param {string} marker */
function isOrdered(marker) {
  return /\d/.test(marker);
}
