/** What a message may hold beside words and pictures: video, sound, files, other pages, sources. */

import { useState } from "preact/hooks";
import { safeAddress } from "../markdown.ts";
import { Link } from "../markdown-view.tsx";
import { useSetting } from "../surroundings.ts";
import type { Line } from "../transcript.ts";
import type { Attachment, Citation } from "../types.ts";
import { fill } from "../fill.ts";
import { Icon } from "./icons.tsx";

/** `url`: the line's own, where it may be followed and is not of a picture. */
export function Extras({ line, url }: { line: Line; url: string | null }) {
  return (
    <>
      {url && line.type === "video" && <video class="media" src={url} controls preload="metadata" playsInline />}
      {url && line.type === "audio" && <audio class="media" src={url} controls preload="metadata" />}
      {url && line.type === "file" && <FileChip file={{ name: nameIn(url), url }} />}
      {url && line.type === "embed" && <Embed url={url} />}
      {line.files?.map((file) => <FileChip file={file} key={file.id ?? file.name} />)}
    </>
  );
}

function FileChip({ file }: { file: Attachment }) {
  const { conversation, host, words } = useSetting();
  const [lost, setLost] = useState(false);
  const inner = (
    <>
      <Icon name="file" />
      <span class="filename" dir="auto">{file.name}</span>
      {file.size !== undefined && <span class="quiet">{sized(file.size, host.language)}</span>}
    </>
  );
  const url = file.url ? safeAddress(file.url) : null;
  if (url) return <a class="chip" href={url} target="_blank" rel="noopener noreferrer">{inner}</a>;
  const fetch = async () => {
    try {
      open(await conversation.api.linkTo(file.id as string), "_blank", "noopener");
    } catch {
      setLost(true);
    }
  };
  return (
    <>
      <button type="button" class="chip" onClick={(event) => (event.stopPropagation(), void fetch())}>{inner}</button>
      {lost && <p class="bad" role="alert">{words.lost}</p>}
    </>
  );
}

/** Somebody else's page: nothing of it is asked for before the visitor wants it. */
function Embed({ url }: { url: string }) {
  const { words } = useSetting();
  const [wanted, setWanted] = useState(false);
  const where = new URL(url).host;
  return wanted ? (
    <iframe class="media" src={url} title={where} sandbox="allow-scripts allow-same-origin allow-popups allow-presentation" referrerpolicy="no-referrer" allowFullScreen />
  ) : (
    <button type="button" class="chip" onClick={() => setWanted(true)}>
      {fill(words.embed, { host: where })}
    </button>
  );
}

export function Sources({ citations }: { citations: Citation[] }) {
  const { words } = useSetting();
  return (
    <details class="sources">
      <summary>{words.sources} ({citations.length})</summary>
      <ol>
        {citations.map((each) => {
          const href = each.url ? safeAddress(each.url) : null;
          const title = each.title || each.url || "";
          return (
            <li>
              {href ? <Link href={href}>{title}</Link> : title}
              {each.text && <p class="quiet">{each.text}</p>}
            </li>
          );
        })}
      </ol>
    </details>
  );
}

export function sized(bytes: number, language: string): string {
  const [value, unit] = bytes < 1e6 ? [Math.max(1, bytes / 1e3), "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

function nameIn(url: string): string {
  const last = new URL(url).pathname.split("/").pop() ?? "";
  try {
    return decodeURIComponent(last) || url;
  } catch {
    return last;
  }
}
