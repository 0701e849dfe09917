/** Markdown as a visitor sees it, drawn as elements: nothing of a message is ever taken for HTML. */

import { Fragment, type ReactNode } from "react";

import { Mark } from "$/public/external/builder/design/sources/citations.tsx";

/** Longer texts are drawn as they are written: nobody reads their emphasis. */
const LONGEST = 20_000;

// Each alternative is bounded, so that no text takes longer than its length deserves.
const INLINE = new RegExp(
  [
    /\\([!-/:-@[-`{-~])/, // 1 escaped
    /`([^`\n]{1,500})`/, // 2 code
    /\*\*([^*\n]{1,500})\*\*/, // 3 strong
    /(?<![\w*])[*_]([^*_\n]{1,500})[*_](?![\w*])/, // 4 emphasis
    /~~([^~\n]{1,500})~~/, // 5 struck out
    /\[([^\]\n]{1,500})\]\(([^()\s]{1,2000})\)/, // 6 text, 7 address
    /(https?:\/\/[^\s<>"'`]{1,2000}[^\s<>"'`.,;:!?)\]])/, // 8 a bare address
    /\[(\d{1,3})\]/, // 9 the number of a source
  ]
    .map((each) => each.source)
    .join("|"),
  "g",
);
const ITEM = /^\s{0,3}(?:[-*+]|\d{1,9}[.)])\s+(.*)$/;
const ORDERED = /^\s{0,3}\d/;
const HEADING = /^#{1,6}\s+(.*)$/;
const QUOTE = /^\s{0,3}> ?(.*)$/;
const DEEPEST = 4; // quotations within quotations
const SAFE = /^(?:https?:|mailto:|tel:)/i;

export function Markdown({ text }: { text: string }) {
  if (text.length > LONGEST) return <p>{text}</p>;
  return <>{drawn(text, 0)}</>;
}

function drawn(text: string, depth: number): ReactNode[] {
  return blocks(text, depth).map((block, at) => draw(block, at, depth));
}

/** A link to somewhere else, or the text alone where the address could do more than lead there. */
export function Elsewhere({ to, children }: { to: string; children: ReactNode }) {
  if (!SAFE.test(to)) return <>{children}</>;
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

interface Block {
  kind: "text" | "list" | "numbers" | "heading" | "code" | "quote";
  lines: string[];
}

function blocks(text: string, depth: number): Block[] {
  const found: Block[] = [];
  let fenced = false;
  let apart = true; // the next line begins a block of its own
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) {
      fenced = !fenced;
      if (fenced) found.push({ kind: "code", lines: [] });
      apart = true;
      continue;
    }
    const last = found.at(-1);
    if (fenced) {
      last?.lines.push(line);
      continue;
    }
    if (!line.trim()) {
      apart = true;
      continue;
    }
    const next = read(line, depth);
    const joins = !apart && last?.kind === next.kind && next.kind !== "heading";
    if (joins) last.lines.push(...next.lines);
    else found.push(next);
    apart = false;
  }
  return found;
}

function read(line: string, depth: number): Block {
  const quoted = depth < DEEPEST ? QUOTE.exec(line) : null;
  if (quoted) return { kind: "quote", lines: [quoted[1] ?? ""] };
  const item = ITEM.exec(line);
  if (item) return { kind: ORDERED.test(line) ? "numbers" : "list", lines: [item[1] ?? ""] };
  const heading = HEADING.exec(line);
  if (heading) return { kind: "heading", lines: [heading[1] ?? ""] };
  return { kind: "text", lines: [line] };
}

function draw({ kind, lines }: Block, key: number, depth: number): ReactNode {
  if (kind === "quote") return <blockquote key={key}>{drawn(lines.join("\n"), depth + 1)}</blockquote>;
  if (kind === "code") return <pre key={key}>{lines.join("\n")}</pre>;
  if (kind === "text" || kind === "heading") {
    const said = lines.map((line, at) => (
      <Fragment key={at}>
        {at > 0 && <br />}
        {inline(line)}
      </Fragment>
    ));
    return <p key={key}>{kind === "heading" ? <strong>{said}</strong> : said}</p>;
  }
  const items = lines.map((line, at) => <li key={at}>{inline(line)}</li>);
  return kind === "list" ? <ul key={key}>{items}</ul> : <ol key={key}>{items}</ol>;
}

function inline(text: string): ReactNode[] {
  const found: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) found.push(text.slice(from, match.index));
    found.push(<Fragment key={match.index}>{piece(match)}</Fragment>);
    from = match.index + match[0].length;
  }
  found.push(text.slice(from));
  return found;
}

function piece([, escaped, code, strong, emphasis, struck, label, address, bare, mark]: RegExpMatchArray): ReactNode {
  if (escaped !== undefined) return escaped;
  if (code !== undefined) return <code>{code}</code>;
  if (strong !== undefined) return <strong>{inline(strong)}</strong>;
  if (emphasis !== undefined) return <em>{inline(emphasis)}</em>;
  if (struck !== undefined) return <s>{inline(struck)}</s>;
  if (label !== undefined) return <Elsewhere to={address ?? ""}>{inline(label)}</Elsewhere>;
  if (mark !== undefined) return <Mark number={Number(mark)} />;
  return <Elsewhere to={bare ?? ""}>{bare}</Elsewhere>;
}
