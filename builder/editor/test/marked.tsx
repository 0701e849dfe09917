/** The bot's Markdown as the visitor sees it: paragraphs, lists, quotations, emphasis, code, links. */

import type { ReactNode } from "react";
import { Mark } from "$/public/external/builder/design/sources/citations.tsx";

const INLINE = /\\([^\w\s])|\*\*(.+?)\*\*|\*(.+?)\*|`([^`]+)`|\[([^\]]+)\]\(((?:https?:|mailto:|tel:)[^)\s]+)\)|\[(\d{1,3})\]/g;
const ITEM = /^\s*(?:[-*]|\d+[.)])\s+/;

const QUOTE = /^\s{0,3}> ?/;
const DEEPEST = 4; // quotations within quotations

export function Marked({ text, depth = 0 }: { text: string; depth?: number }) {
  return (
    <>
      {text.split(/\n{2,}/).map((block, place) => (
        <Block key={place} lines={block.split("\n")} depth={depth} />
      ))}
    </>
  );
}

function Block({ lines, depth }: { lines: readonly string[]; depth: number }) {
  if (depth < DEEPEST && lines.every((line) => QUOTE.test(line))) {
    return (
      <blockquote>
        <Marked text={lines.map((line) => line.replace(QUOTE, "")).join("\n")} depth={depth + 1} />
      </blockquote>
    );
  }
  if (lines.every((line) => ITEM.test(line))) {
    return (
      <ul>
        {lines.map((line, place) => (
          <li key={place}>{inline(line.replace(ITEM, ""))}</li>
        ))}
      </ul>
    );
  }
  return (
    <p>
      {lines.map((line, place) => (
        <span key={place}>
          {place > 0 && <br />}
          {inline(line.replace(/^#{1,6}\s+/, ""))}
        </span>
      ))}
    </p>
  );
}

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, escaped, strong, soft, code, label, address, mark] = found;
    parts.push(text.slice(end, found.index));
    end = found.index + whole.length;
    if (escaped) parts.push(escaped);
    else if (strong) parts.push(<strong key={end}>{inline(strong)}</strong>);
    else if (soft) parts.push(<em key={end}>{inline(soft)}</em>);
    else if (code) parts.push(<code key={end}>{code}</code>);
    else if (mark) parts.push(<Mark key={end} number={Number(mark)} />);
    else parts.push(<a key={end} href={address} target="_blank" rel="noreferrer">{label}</a>);
  }
  return [...parts, text.slice(end)];
}
