/** The bot's Markdown as the visitor sees it: paragraphs, lists, emphasis, code, links. */

import type { ReactNode } from "react";

const INLINE = /\\([^\w\s])|\*\*(.+?)\*\*|\*(.+?)\*|`([^`]+)`|\[([^\]]+)\]\(((?:https?:|mailto:|tel:)[^)\s]+)\)/g;
const ITEM = /^\s*(?:[-*]|\d+[.)])\s+/;

export function Marked({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n{2,}/).map((block, place) => (
        <Block key={place} lines={block.split("\n")} />
      ))}
    </>
  );
}

function Block({ lines }: { lines: readonly string[] }) {
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
    const [whole, escaped, strong, soft, code, label, address] = found;
    parts.push(text.slice(end, found.index));
    end = found.index + whole.length;
    if (escaped) parts.push(escaped);
    else if (strong) parts.push(<strong key={end}>{inline(strong)}</strong>);
    else if (soft) parts.push(<em key={end}>{inline(soft)}</em>);
    else if (code) parts.push(<code key={end}>{code}</code>);
    else parts.push(<a key={end} href={address} target="_blank" rel="noreferrer">{label}</a>);
  }
  return [...parts, text.slice(end)];
}
