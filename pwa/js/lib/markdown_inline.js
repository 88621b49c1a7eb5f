/**
 * Text within a paragraph: finds the pieces in one pass, pairs links and emphasis by position, then creates
 * the nodes.
 * @typedef {{kind: "text" | "code" | "break" | "mark" | "open" | "close" | "url", text: string, opens?:
 *   boolean, closes?: boolean, url?: string, pair?: number}} Piece
 */
const TAGS = /** @type {Record<string, "strong" | "em" | "del">} */ ({
  "**": "strong",
  "*": "em",
  "~~": "del",
});
const MARKS_MAX = 3;
/** In order: an escape, backticks, stars and tildes, brackets, a line break, a URL, a word, any character. */
const PIECE =
  /\\([!-/:-@[-`{-~])|(`+)|(\*+|~+)|([[\]\n])|((?:https?:\/\/|mailto:)[^\s<>"'`*[\]\\\p{Cc}\p{Cf}]+)|[\p{L}\p{N}_]+|[^]/giuy;
const ADDRESS = /^(?:https?:\/\/(?![/?#])|mailto:)[^\s<>"\\\p{Cc}\p{Cf}]+$/iu;
const ADDRESS_MAX = 2000;
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/**
 * @param {string} text
 * @param {ParentNode} parent
 * @param {Document} make
 */
export function appendInline(text, parent, make) {
  append(paired(piecesOf(text)), parent, make);
}

/**
 * A piece is never longer than its source, and each begins at the end of the one before.
 * @param {string} text
 * @returns {Piece[]}
 */
export function piecesOf(text) {
  const reader = new Reader(text);
  while (reader.at < text.length) reader.next();
  return reader.pieces;
}

class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.pieces = /** @type {Piece[]} */ ([]);
    this.brackets = /** @type {number[]} */ ([]); // open ones, as positions in `pieces`
    this.codeEnds = codeEndsOf(text);
    this.parenthesisEnds = parenthesisEndsOf(text);
  }

  next() {
    PIECE.lastIndex = this.at;
    const [whole, escaped, ticks, marks, single, address] = /** @type {RegExpExecArray} */ (
      PIECE.exec(this.text)
    );
    const from = this.at;
    this.at += whole.length;
    if (escaped) this.add("text", escaped);
    else if (ticks) this.ticks(ticks, from);
    else if (marks) this.marks(marks, from);
    else if (address) this.address(address, from);
    else if (single === "\n") this.add("break", "\n");
    else if (single === "[") this.brackets.push(this.add("text", "["));
    else if (single === "]") this.bracketEnd();
    else this.add("text", whole);
  }

  /**
   * @param {Piece["kind"]} kind
   * @param {string} text
   * @param {Partial<Piece>} [more]
   * @returns {number} its position
   */
  add(kind, text, more) {
    return this.pieces.push({ kind, text, ...more }) - 1;
  }

  /**
   * @param {string} ticks
   * @param {number} from
   */
  ticks(ticks, from) {
    const end = this.codeEnds.get(from);
    if (end === undefined) return void this.add("text", ticks);
    const code = this.text.slice(this.at, end).replaceAll("\n", " ");
    this.add("code", code.trim() && code.startsWith(" ") && code.endsWith(" ") ? code.slice(1, -1) : code);
    this.at = end + ticks.length;
  }

  /**
   * `***` is two marks, outer and inner; longer rows are text.
   * @param {string} marks
   * @param {number} from
   */
  marks(marks, from) {
    const [before, after] = [this.text[from - 1], this.text[this.at]];
    const sides = { opens: isSolid(after), closes: isSolid(before) };
    if (marks.length > MARKS_MAX || marks === "~" || marks === "~~~") return void this.add("text", marks);
    if (marks !== "***") return void this.add("mark", marks, sides);
    const [first, second] = sides.opens && !sides.closes ? ["**", "*"] : ["*", "**"];
    this.add("mark", first, sides);
    this.add("mark", second, sides);
  }

  /**
   * Not within a word; punctuation at its end belongs to the sentence.
   * @param {string} address
   * @param {number} from
   */
  address(address, from) {
    const url = /[\p{L}\p{N}_]/u.test(this.text[from - 1] ?? "") ? "" : withoutTail(address);
    if (!isSafe(url)) return void this.add("text", address);
    this.at = from + url.length;
    this.add("url", url, { url });
  }

  /** The `](address)` of a link, or a bracket. */
  bracketEnd() {
    const opened = this.brackets.pop();
    const end = this.text[this.at] === "(" ? this.parenthesisEnds.get(this.at) : undefined;
    const url = opened === undefined || end === undefined ? "" : this.text.slice(this.at + 1, end);
    if (opened === undefined || end === undefined || !isSafe(url)) return void this.add("text", "]");
    this.pieces[opened] = { kind: "open", text: "[", url, pair: this.add("close", "]") };
    this.brackets = [];
    this.at = end + 1;
  }
}

/**
 * Finds the closing backticks for a position: the same number of them.
 * @param {string} text
 * @returns {Map<number, number>}
 */
function codeEndsOf(text) {
  const ends = new Map();
  const last = new Map();
  for (const {
    0: { length },
    index,
  } of [...text.matchAll(/`+/g)].reverse()) {
    if (last.has(length)) ends.set(index, last.get(length));
    last.set(length, index);
  }
  return ends;
}

/**
 * The end of each parenthesis, if no white space comes before.
 * @param {string} text
 * @returns {Map<number, number>}
 */
function parenthesisEndsOf(text) {
  const ends = new Map();
  let open = /** @type {number[]} */ ([]);
  for (const { 0: mark, index } of text.matchAll(/[()\s]/g)) {
    if (mark === "(") open.push(index);
    else if (mark !== ")") open = [];
    else if (open.length) ends.set(open.pop(), index);
  }
  return ends;
}

/**
 * Pairs the marks; those in a link pair only with each other. At most one of each is open, the last one.
 * @param {Piece[]} pieces
 */
function paired(pieces) {
  /** @type {Map<string, number>} */
  let open = new Map();
  let outside = open;
  pieces.forEach((piece, index) => {
    if (piece.kind === "open") [outside, open] = [open, new Map()];
    else if (piece.kind === "close") open = outside;
    else if (piece.kind === "mark") pairMark(pieces, index, open);
  });
  return pieces;
}

/**
 * @param {Piece[]} pieces
 * @param {number} index
 * @param {Map<string, number>} open
 */
function pairMark(pieces, index, open) {
  const { text, opens, closes } = pieces[index];
  const opened = open.get(text);
  if (closes && opened !== undefined && opened < index - 1) {
    pieces[opened].pair = index;
    pieces[index].pair = opened;
    for (const [mark, at] of open) if (at >= opened) open.delete(mark);
  } else if (opens) open.set(text, index);
}

/**
 * @param {Piece[]} pieces
 * @param {ParentNode} root
 * @param {Document} make
 */
function append(pieces, root, make) {
  const stack = [root];
  const into = () => stack[stack.length - 1];
  let text = "";
  const flush = () => {
    if (text) into().append(text);
    text = "";
  };
  pieces.forEach((piece, index) => {
    const node = nodeOf(
      piece,
      index,
      stack.length > 1 && stack.some((each) => /** @type {Element} */ (each).tagName === "A"),
      make,
    );
    if (node === null) return void (text += piece.text);
    flush();
    if (node === "end") return void stack.pop();
    into().append(node);
    if (piece.pair !== undefined) stack.push(node);
  });
  flush();
}

/**
 * The node of a piece, "end" for the closing one of a pair, null for text.
 * @param {Piece} piece
 * @param {number} index
 * @param {boolean} isInLink
 * @param {Document} make
 * @returns {HTMLElement | "end" | null}
 */
function nodeOf({ kind, text, url, pair }, index, isInLink, make) {
  if (kind === "close" || (kind === "mark" && pair !== undefined && pair < index)) return "end";
  if (kind === "break") return make.createElement("br");
  if (kind === "open" && url !== undefined) return link(url, make);
  if (kind === "mark" && pair !== undefined) return make.createElement(TAGS[text]);
  if (kind === "code") return filled(make.createElement("code"), text);
  return kind === "url" && url !== undefined && !isInLink ? filled(link(url, make), text) : null;
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function filled(element, text) {
  element.append(text);
  return element;
}

/**
 * @param {string} url
 * @param {Document} make
 */
function link(url, make) {
  const made = make.createElement("a");
  made.setAttribute("href", url);
  made.setAttribute("rel", "noopener noreferrer nofollow");
  made.setAttribute("target", "_blank");
  return made;
}

/**
 * A URL or mail address, as the browser will read it too.
 * @param {string} url
 */
function isSafe(url) {
  return (
    url.length <= ADDRESS_MAX &&
    ADDRESS.test(url) &&
    URL.canParse(url) &&
    PROTOCOLS.has(new URL(url).protocol)
  );
}

/**
 * Without the punctuation that ends a sentence, and without a parenthesis that was opened before.
 * @param {string} address
 */
function withoutTail(address) {
  const opened = address.split("(").length - 1;
  let closed = address.split(")").length - 1;
  let end = address.length;
  for (; end > 0; end--) {
    if (address[end - 1] === ")" && closed > opened) closed--;
    else if (!".,;:!?~".includes(address[end - 1])) break;
  }
  return address.slice(0, end);
}

/** @param {string | undefined} character */
function isSolid(character) {
  return character !== undefined && /\S/.test(character);
}
