/** Markdown's tree as elements. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { parse, type Tree } from "./markdown.ts";
import { useSetting } from "./surroundings.ts";

export function Markdown({ text }: { text: string }) {
  return <>{parse(text).map(shown)}</>;
}

function shown(tree: Tree): ComponentChildren {
  if (typeof tree === "string") return tree;
  const inner = tree.children.map(shown);
  switch (tree.tag) {
    case "h": return <p class="heading">{inner}</p>;
    case "pre": return <pre tabIndex={0}><code>{inner}</code></pre>;
    case "a": return <Link href={tree.href as string}>{inner}</Link>;
    case "img": return <Picture url={tree.href as string} text={String(tree.children[0] ?? "")} />;
    case "ol": return <ol start={tree.start ?? 1}>{inner}</ol>;
    case "hr": return <hr />;
    case "br": return <br />;
    default: {
      const Tag = tree.tag;
      return <Tag>{inner}</Tag>;
    }
  }
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
