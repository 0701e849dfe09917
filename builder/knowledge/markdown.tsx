/** Markdown as elements: headings, lists, tables, code, page marks. Nothing of it is taken for HTML. */

import { Fragment, useState, type ReactNode } from "react";

import { number, t } from "./words";

/** Draws a piece of plain text, for instance with some of its words marked. */
export type Draw = (text: string) => ReactNode;

type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "text" | "quote" | "code"; lines: string[] }
  | { kind: "list" | "numbers"; items: Item[] }
  | { kind: "table"; rows: string[][] }
  | { kind: "page"; page: number };

interface Item {
  depth: number;
  text: string;
}

const SHOWN = 200; // blocks, until one asks for more

// Each alternative is bounded, so that no text takes longer than its length deserves.
const INLINE = new RegExp(
  [
    /\\([!-/:-@[-`{-~])/, // 1 escaped
    /`([^`\n]{1,500})`/, // 2 code
    /\*\*([^*\n]{1,500})\*\*/, // 3 strong
    /(?<![\w*])[*_]([^*_\n]{1,500})[*_](?![\w*])/, // 4 emphasis
    /~~([^~\n]{1,500})~~/, // 5 struck out
    /!?\[([^\]\n]{0,500})\]\(([^()\s]{1,2000})\)/, // 6 text, 7 address; a picture is its text
    /(https?:\/\/[^\s<>"'`|]{1,2000}[^\s<>"'`|.,;:!?)\]])/, // 8 a bare address
  ]
    .map((each) => each.source)
    .join("|"),
  "g",
);
const ITEM = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const HEADING = /^(#{1,6})\s+(.*)$/;
const PAGE = /^<!--\s*page\s+(\d{1,6})\s*-->$/i;
const RULE = /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$/;
const SAFE = /^(?:https?:|mailto:|tel:)/i;
const plain: Draw = (text) => text;

/** `top` is the level of the heading above the text. */
export function Markdown({ text, top = 1, draw = plain }: { text: string; top?: number; draw?: Draw }) {
  const [shown, setShown] = useState(SHOWN);
  const all = levelled(blocks(text), top);
  return (
    <>
      {all.slice(0, shown).map((block, at) => (
        <Drawn key={at} block={block} draw={draw} />
      ))}
      {all.length > shown && (
        <button type="button" className="button knowledge-more" onClick={() => setShown(shown * 2)}>
          {t("Show more of it ({share} % is shown)", { share: number((100 * shown) / all.length) })}
        </button>
      )}
    </>
  );
}

/** A link to somewhere else, or the text alone where the address could do more than lead there. */
export function Elsewhere({ to, children }: { to: string; children: ReactNode }) {
  if (!SAFE.test(to)) return <>{children}</>;
  return (
    <a className="knowledge-wrap" href={to} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function blocks(text: string): Block[] {
  const found: Block[] = [];
  let fence: string[] | null = null;
  let apart = true; // the next line begins a block of its own
  for (const line of text.split("\n")) {
    if (/^\s*(?:```|~~~)/.test(line)) {
      if (fence) fence = null;
      else found.push({ kind: "code", lines: (fence = []) });
      apart = true;
    } else if (fence) {
      fence.push(line);
    } else if (!line.trim()) {
      apart = true;
    } else {
      add(found, line, apart);
      apart = false;
    }
  }
  return found.filter((block) => block.kind !== "table" || block.rows.length > 0);
}

function add(found: Block[], line: string, apart: boolean) {
  const last = apart ? undefined : found.at(-1);
  const page = PAGE.exec(line.trim());
  const heading = HEADING.exec(line);
  const item = ITEM.exec(line);
  if (page) {
    found.push({ kind: "page", page: Number(page[1]) });
  } else if (heading) {
    found.push({ kind: "heading", level: heading[1]!.length, text: heading[2]! });
  } else if (/^\s*\|/.test(line)) {
    if (last?.kind === "table") last.rows.push(...(RULE.test(line) ? [] : [cells(line)]));
    else found.push({ kind: "table", rows: RULE.test(line) ? [] : [cells(line)] });
  } else if (item) {
    const kind = item[2] ? "numbers" : "list";
    const own = { depth: Math.min(3, Math.floor(item[1]!.length / 2)), text: item[3]! };
    if ((last?.kind === "list" || last?.kind === "numbers") && (last.kind === kind || own.depth > 0)) last.items.push(own);
    else found.push({ kind, items: [own] });
  } else if (last?.kind === "list" || last?.kind === "numbers") {
    last.items.at(-1)!.text += ` ${line.trim()}`;
  } else {
    const kind = line.startsWith(">") ? "quote" : "text";
    const said = kind === "quote" ? line.replace(/^>\s?/, "") : line;
    if (last?.kind === kind) last.lines.push(said);
    else found.push({ kind, lines: [said] });
  }
}

function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Headings one below the other, however their author has numbered them. */
function levelled(all: Block[], top: number): Block[] {
  const above: number[] = [];
  return all.map((block) => {
    if (block.kind !== "heading") return block;
    while (above.length && above.at(-1)! >= block.level) above.pop();
    above.push(block.level);
    return { ...block, level: Math.min(6, top + above.length) };
  });
}

function Drawn({ block, draw }: { block: Block; draw: Draw }): ReactNode {
  switch (block.kind) {
    case "page":
      return (
        <p className="knowledge-page">
          <span>{t("Page {page}", { page: block.page })}</span>
        </p>
      );
    case "heading": {
      const Heading = `h${block.level}` as "h2";
      return <Heading dir="auto">{inline(block.text, draw)}</Heading>;
    }
    case "code":
      return (
        <pre className="code-block" tabIndex={0}>
          {block.lines.join("\n")}
        </pre>
      );
    case "table":
      return <Table rows={block.rows} draw={draw} />;
    case "list":
    case "numbers": {
      const List = block.kind === "list" ? "ul" : "ol";
      return (
        <List dir="auto">
          {block.items.map((item, at) => (
            <li key={at} style={{ marginInlineStart: item.depth * 20 }}>
              {inline(item.text, draw)}
            </li>
          ))}
        </List>
      );
    }
    default: {
      const said = block.lines.map((line, at) => (
        <Fragment key={at}>
          {at > 0 && <br />}
          {inline(line, draw)}
        </Fragment>
      ));
      return block.kind === "quote" ? <blockquote dir="auto">{said}</blockquote> : <p dir="auto">{said}</p>;
    }
  }
}

function Table({ rows, draw }: { rows: string[][]; draw: Draw }) {
  const [head = [], ...body] = rows;
  const wide = Math.max(...rows.map((row) => row.length));
  const places = Array.from({ length: wide }, (_, at) => at);
  return (
    <div className="knowledge-scroll" tabIndex={0} role="region" aria-label={t("Table")}>
      <table>
        <thead>
          <tr>
            {places.map((at) => (head[at] ? <th key={at} scope="col" dir="auto">{inline(head[at], draw)}</th> : <td key={at} />))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, line) => (
            <tr key={line}>
              {places.map((at) => (
                <td key={at} dir="auto">
                  {inline(row[at] ?? "", draw)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inline(text: string, draw: Draw): ReactNode[] {
  const found: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) found.push(<Fragment key={from}>{draw(text.slice(from, match.index))}</Fragment>);
    found.push(<Fragment key={match.index}>{piece(match, draw)}</Fragment>);
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push(<Fragment key={from}>{draw(text.slice(from))}</Fragment>);
  return found;
}

function piece([, escaped, code, strong, emphasis, struck, label, address, bare]: RegExpMatchArray, draw: Draw): ReactNode {
  if (escaped !== undefined) return escaped;
  if (code !== undefined) return <code>{code}</code>;
  if (strong !== undefined) return <strong>{inline(strong, draw)}</strong>;
  if (emphasis !== undefined) return <em>{inline(emphasis, draw)}</em>;
  if (struck !== undefined) return <s>{inline(struck, draw)}</s>;
  if (label !== undefined) return <Elsewhere to={address ?? ""}>{inline(label || (address ?? ""), draw)}</Elsewhere>;
  return <Elsewhere to={bare ?? ""}>{bare}</Elsewhere>;
}
