/** Markdown's tree as elements. */

import { type ComponentChildren, createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import { fill } from "./fill.ts";
import { parse, type Tree } from "./markdown.ts";
import { useSetting } from "./surroundings.ts";
import type { Citation } from "./types.ts";

/** The sources of a message, for the marks in its text; of a draft they are not known yet. */
export interface Quoting {
  citations: readonly Citation[] | "draft";
  opened?: number; // the one that is unfolded
  open?(number: number, by?: HTMLElement): void;
}

export const Quoted = createContext<Quoting>({ citations: [] });

export function Markdown({ text }: { text: string }) {
  return <>{parse(text).map(shown)}</>;
}

/** A number stays on the line of the word that it follows. */
function tied(tree: Tree, at: number, all: Tree[]): ComponentChildren[] {
  const [, rest = "", word] = (typeof tree === "string" && isMark(all[at + 1]) && /^([^]*?)(\S{1,20} ?)$/.exec(tree)) || [];
  const before = all[at - 1];
  if (word) return [rest, <span class="tied">{word}{shown(all[at + 1] as Tree)}</span>];
  const done = isMark(tree) && typeof before === "string" && /\S ?$/.test(before);
  return done ? [] : [shown(tree)];
}

const isMark = (tree?: Tree): boolean => typeof tree === "object" && tree.tag === "cite";

function shown(tree: Tree): ComponentChildren {
  if (typeof tree === "string") return tree;
  const inner = tree.children.flatMap(tied);
  switch (tree.tag) {
    case "h": return <p class="heading">{inner}</p>;
    case "pre": return <pre tabIndex={0}><code>{inner}</code></pre>;
    case "a": return <Link href={tree.href as string}>{inner}</Link>;
    case "img": return <Picture url={tree.href as string} text={String(tree.children[0] ?? "")} />;
    case "ol": return <ol start={tree.start ?? 1}>{inner}</ol>;
    case "hr": return <hr />;
    case "br": return <br />;
    case "cite": return <Mark written={String(tree.children[0])} />;
    default: {
      const Tag = tree.tag;
      return <Tag>{inner}</Tag>;
    }
  }
}

function Mark({ written }: { written: string }) {
  const { words } = useSetting();
  const { citations, opened, open } = useContext(Quoted);
  const number = parseInt(written.slice(1), 10);
  if (citations === "draft") return <span class="mark">{number}</span>;
  const source = citations.find((each) => each.number === number);
  if (!source) return <>{written}</>;
  const press = (event: MouseEvent) => {
    event.stopPropagation();
    open?.(number, event.currentTarget as HTMLElement);
  };
  return (
    <button
      type="button" class="mark" aria-expanded={opened === number}
      aria-label={fill(words.source, { number, title: source.title })} onClick={press}
    >
      {number}
    </button>
  );
}

export function Link({ href, children }: { href: string; children: ComponentChildren }) {
  const { words } = useSetting();
  const web = /^https?:/i.test(href);
  return (
    <a href={href} rel="noopener noreferrer nofollow" {...(web && { target: "_blank" })}>
      {children}
      {web && <span class="unseen"> ({words.opens})</span>}
    </a>
  );
}

export function Picture({ url, text }: { url: string; text: string }) {
  const { words } = useSetting();
  const [broken, setBroken] = useState(false);
  if (broken) return <Link href={url}>{text || words.picture}</Link>;
  return (
    <a class="picture" href={url} target="_blank" rel="noopener noreferrer">
      <img src={url} alt={text || words.picture} loading="lazy" referrerpolicy="no-referrer" onError={() => setBroken(true)} />
    </a>
  );
}
