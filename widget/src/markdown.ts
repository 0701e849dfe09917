/** The Markdown that chats use, as a tree. Nothing here is ever read as HTML.
 *
 *  Blocks: paragraphs, headings, lists, quotes, code, rules. Inline: strong, emphasis, strike, code,
 *  links, bare addresses, pictures, marks of sources (`[1]`). Links lead to http, https, mailto and tel only.
 */

export interface Element {
  tag: "p" | "h" | "ul" | "ol" | "li" | "blockquote" | "pre" | "hr" | "strong" | "em" | "s" | "code" | "a" | "img" | "br" | "cite";
  href?: string;
  start?: number;
  children: Tree[];
}

export type Tree = string | Element;

const DEEPEST = 6; // of what is inside what
const LONGEST = 40_000; // characters that are looked at; the rest stands as it is

const FENCE = /^ {0,3}(```|~~~)/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])\s+(.*)$/;

export function parse(text: string): Tree[] {
  const rest = text.slice(LONGEST);
  const trees = blocks(text.slice(0, LONGEST).replace(/\r\n?/g, "\n").split("\n"), 0);
  return rest ? [...trees, { tag: "p", children: [rest] }] : trees;
}

/** The address of a link where it may be followed, else null. */
export function safeAddress(address: string): string | null {
  const clean = [...address].filter((sign) => sign > " " && sign !== "\x7f").join("");
  return /^(https?:\/\/|mailto:|tel:)/i.test(clean) ? clean : null;
}

/** What a text says without its marks, for previews and titles. */
export function plain(text: string): string {
  const words = (tree: Tree): string =>
    typeof tree === "string" ? tree : tree.tag === "br" ? " " : tree.children.map(words).join(tree.tag === "ul" ? ", " : "");
  return parse(text).map(words).join(" ").trim();
}

function blocks(lines: string[], depth: number): Tree[] {
  const found: Tree[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    const fence = FENCE.exec(line);
    if (!line.trim()) {
      at += 1;
    } else if (fence) {
      const end = seek(lines, at + 1, (each) => each.trim().startsWith(fence[1] as string));
      found.push({ tag: "pre", children: [lines.slice(at + 1, end).join("\n")] });
      at = end + 1;
    } else if (RULE.test(line)) {
      found.push({ tag: "hr", children: [] });
      at += 1;
    } else if (HEADING.test(line)) {
      found.push({ tag: "h", children: inline((HEADING.exec(line) as RegExpExecArray)[1] as string, depth) });
      at += 1;
    } else if (QUOTE.test(line) && depth < DEEPEST) {
      const end = seek(lines, at, (each) => !QUOTE.test(each));
      const inner = lines.slice(at, end).map((each) => each.replace(QUOTE, ""));
      found.push({ tag: "blockquote", children: blocks(inner, depth + 1) });
      at = end;
    } else if (ITEM.test(line) && depth < DEEPEST) {
      at = list(lines, at, depth, found);
    } else {
      const end = seek(lines, at + 1, (each) => !each.trim() || begins(each, depth));
      found.push({ tag: "p", children: inline(lines.slice(at, end).join("\n"), depth) });
      at = end;
    }
  }
  return found;
}

function begins(line: string, depth: number): boolean {
  return FENCE.test(line) || HEADING.test(line) || (depth < DEEPEST && (QUOTE.test(line) || ITEM.test(line)));
}

/** Reads one list; answers the line after it. */
function list(lines: string[], first: number, depth: number, found: Tree[]): number {
  const mark = (ITEM.exec(lines[first] as string) as RegExpExecArray)[2] as string;
  const ordered = /\d/.test(mark);
  const items: Tree[] = [];
  let at = first;
  for (;;) {
    const item = ITEM.exec(lines[at] ?? "");
    if (!item || /\d/.test(item[2] as string) !== ordered) break;
    const inner = [item[3] as string];
    at += 1;
    while (at < lines.length && /^( {2,}|\t)\S/.test(lines[at] as string)) {
      inner.push((lines[at] as string).replace(/^( {2,4}|\t)/, ""));
      at += 1;
    }
    items.push({ tag: "li", children: tight(blocks(inner, depth + 1)) });
    if (!lines[at]?.trim() && ITEM.test(lines[at + 1] ?? "")) at += 1;
  }
  found.push({ tag: ordered ? "ol" : "ul", children: items, ...(ordered && { start: parseInt(mark, 10) }) });
  return at;
}

/** A list's item begins with its words, not with a paragraph. */
function tight(children: Tree[]): Tree[] {
  const [first, ...rest] = children;
  return first && typeof first !== "string" && first.tag === "p" ? [...first.children, ...rest] : children;
}

function seek(lines: string[], from: number, found: (line: string) => boolean): number {
  let at = from;
  while (at < lines.length && !found(lines[at] as string)) at += 1;
  return at;
}

// Inline -----------------------------------------------------------------------

const INLINE = new RegExp(
  [
    /\\([\\`*_{}[\]()#+\-.!~>|])/, // 1 escaped
    /(`+)(.+?)\2(?!`)/, // 2, 3 code
    /(!?)\[([^[\]\n]{0,500})\]\(\s*<?([^\s()<>]{1,2000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200})?)>?(?:\s+"[^"\n]{0,200}")?\s*\)/, // 4, 5, 6 link
    /\*\*(?=\S)([^\n]{1,2000}?\S|\S)\*\*(?!\*)/, // 7 strong
    /(?<![\w_])__(?=\S)([^\n]{1,2000}?\S|\S)__(?![\w_])/, // 8 strong
    /\*(?=[^\s*])([^*\n]{1,2000}?[^\s*]|[^\s*])\*/, // 9 emphasis
    /(?<![\w_])_(?=[^\s_])([^_\n]{1,2000}?[^\s_]|[^\s_])_(?![\w_])/, // 10 emphasis
    /~~(?=\S)([^\n]{1,2000}?\S|\S)~~/, // 11 strike
    /<?(https?:\/\/[^\s<>]{1,2000}[^\s<>.,:;!?'")\]*_~])>?/, // 12 address
    /( {2,}|\\)?\n/, // 13 break
    /\[(\d{1,3})\]/, // 14 mark of a source
  ].map((part) => part.source).join("|"),
  "gu",
);

function inline(text: string, depth: number): Tree[] {
  if (depth > DEEPEST) return [text];
  const found: Tree[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) found.push(text.slice(from, match.index));
    found.push(element(match, depth + 1));
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}

function element(match: RegExpMatchArray, depth: number): Tree {
  const [whole, escaped, , code, picture, label, target, strong, strong2, em, em2, strike, address, , mark] = match;
  if (escaped) return escaped;
  if (code) return { tag: "code", children: [code.trim() || code] };
  if (target !== undefined) return link(whole, picture, label ?? "", target, depth);
  if (strong ?? strong2) return { tag: "strong", children: inline((strong ?? strong2) as string, depth) };
  if (em ?? em2) return { tag: "em", children: inline((em ?? em2) as string, depth) };
  if (strike) return { tag: "s", children: inline(strike, depth) };
  if (address) return { tag: "a", href: address, children: [address] };
  if (mark) return { tag: "cite", children: [whole] };
  return { tag: "br", children: [] };
}

/** An address that may not be followed leaves the words it stood behind. */
function link(whole: string, picture: string | undefined, label: string, target: string, depth: number): Tree {
  const href = safeAddress(target);
  if (picture) {
    return href && /^https?:/i.test(href) ? { tag: "img", href, children: [label] } : label || whole;
  }
  return href ? { tag: "a", href, children: label ? inline(label, depth) : [href] } : label || whole;
}
