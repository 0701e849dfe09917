/** What a message may hold beside words and pictures: video, sound, files, other pages, sources. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
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

const FEW = 3; // sources shown at once

interface Shown {
  citations: readonly Citation[];
  opened?: number;
  by?: HTMLElement; // the mark that opened it
  open?(number: number): void;
}

/** What a message refers to: one line a source, which unfolds what was quoted. */
export function Sources({ citations, opened, by, open }: Shown) {
  const { words } = useSetting();
  const [all, setAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const id = useId();
  const unfolded = () => list.current?.querySelector<HTMLElement>("[aria-expanded='true']");
  const few = citations.slice(0, FEW);
  const folded = !all && citations.length > FEW + 1;
  useEffect(() => {
    if (folded && opened !== undefined && !few.some((each) => each.number === opened)) setAll(true);
    else if (by) unfolded()?.focus();
    unfolded()?.parentElement?.scrollIntoView({ block: "nearest" });
  }, [opened, by, folded]);
  const rest = () => {
    setAll(true);
    setTimeout(() => list.current?.children[FEW]?.querySelector("button")?.focus());
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || opened === undefined) return;
    event.preventDefault(); // the chat stays open
    open?.(opened);
    (by ?? unfolded())?.focus();
  };
  return (
    <ol class="sources" ref={list} aria-label={words.sources} onKeyDown={pressed} onClick={(event) => event.stopPropagation()}>
      {(folded ? few : citations).map((each) => (
        <li key={each.number}>
          <button
            type="button" aria-expanded={opened === each.number} aria-controls={`${id}-${each.number}`}
            onClick={() => open?.(each.number)}
          >
            <span class="mark">{each.number}</span>
            <span class="filename" dir="auto">{each.title}</span>
            {each.page !== undefined && <span class="quiet">{fill(words.page, { number: each.page })}</span>}
            <Icon name="down" />
          </button>
          <div id={`${id}-${each.number}`} hidden={opened !== each.number}>
            <Quotation of={each} />
          </div>
        </li>
      ))}
      {folded && (
        <li><button type="button" class="rest" onClick={rest}>{words.more}</button></li>
      )}
    </ol>
  );
}

function Quotation({ of: { text, url, page } }: { of: Citation }) {
  const safe = url && /^https?:/i.test(url) ? safeAddress(url) : null;
  const exactly = safe && page && /\.pdf$/i.test(safe) ? `${safe}#page=${page}` : safe;
  return (
    <>
      {text && <blockquote dir="auto" tabIndex={0}>{text}</blockquote>}
      {exactly && <Link href={exactly}>{(safe as string).replace(/^https?:\/\/(www\.)?|\/$/gi, "")}</Link>}
    </>
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
