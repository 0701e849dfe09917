/** One message: words, pictures, video, sound, files, cards, and when it was said. */

import { useState } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import { safeAddress } from "./markdown.ts";
import { useParts } from "./parts.ts";
import { Link, Markdown, Picture } from "./markdown-view.tsx";
import { useSetting } from "./surroundings.ts";
import type { Line } from "./transcript.ts";
import type { Attachment, Citation } from "./types.ts";
import { fill } from "./words.ts";

export function Said({ line, first, last }: { line: Line; first: boolean; last: boolean }) {
  const { words, host } = useSetting();
  const [timed, setTimed] = useState(false);
  const mine = line.from === "visitor";
  const clock = new Intl.DateTimeFormat(host.language, { hour: "numeric", minute: "2-digit" });
  const kind = `row ${mine ? "mine" : "bot"} ${first ? "first" : ""} ${last ? "last" : ""} ${line.state}`;
  return (
    <div class={kind}>
      {!mine && first && <Avatar name={line.from === "agent" ? line.name : undefined} />}
      <div class="said" onClick={() => setTimed(!timed)}>
        <span class="unseen">{mine ? words.you : line.name || host.look.title}: </span>
        {line.name && first && !mine && <span class="name">{line.name}</span>}
        <Content line={line} />
        {line.citations?.length ? <Sources citations={line.citations} /> : null}
        <time class={timed ? "time" : "time hides"} dateTime={new Date(line.at).toISOString()}>
          {clock.format(line.at)}
        </time>
        <Fate line={line} />
      </div>
    </div>
  );
}

function Content({ line }: { line: Line }) {
  const { host } = useSetting();
  const parts = useParts(Boolean(line.cards?.length));
  const url = line.url ? safeAddress(line.url) : null;
  const words = line.text ? (
    <div class="text" dir="auto">
      {line.from === "visitor" ? <p class="asis">{written(line.text, host.language)}</p> : <Markdown text={line.text} />}
    </div>
  ) : null;
  return (
    <>
      {url && line.type === "image" && <Picture url={url} text={line.text} />}
      {url && line.type === "video" && <video class="media" src={url} controls preload="metadata" playsInline />}
      {url && line.type === "audio" && <audio class="media" src={url} controls preload="metadata" />}
      {url && line.type === "file" && <FileChip file={{ name: nameIn(url), url }} />}
      {url && line.type === "embed" && <Embed url={url} />}
      {line.files?.map((file) => <FileChip file={file} key={file.id ?? file.name} />)}
      {words}
      {line.cards && parts && <parts.Cards cards={line.cards} />}
    </>
  );
}

function FileChip({ file }: { file: Attachment }) {
  const { host } = useSetting();
  const inner = (
    <>
      <Icon name="file" />
      <span class="filename" dir="auto">{file.name}</span>
      {file.size !== undefined && <span class="quiet">{sized(file.size, host.language)}</span>}
    </>
  );
  const url = file.url ? safeAddress(file.url) : null;
  return url ? (
    <a class="chip" href={url} target="_blank" rel="noopener noreferrer">{inner}</a>
  ) : (
    <span class="chip">{inner}</span>
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

function Sources({ citations }: { citations: Citation[] }) {
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

/** What has become of the visitor's own words. */
function Fate({ line }: { line: Line }) {
  const { words, conversation } = useSetting();
  if (line.state === "waiting" && !conversation.snapshot.connected) {
    return <span class="fate"><Icon name="clock" />{words.waiting}</span>;
  }
  if (line.state !== "failed") return null;
  return (
    <span class="fate bad" role="alert">
      <span><Icon name="alert" />{words.failed} {line.failure}</span>
      <button type="button" onClick={() => conversation.again(line.key)}>{words.again}</button>
      <button type="button" onClick={() => conversation.discard(line.key)}>{words.remove}</button>
    </span>
  );
}

/** A value as a person would write it: the transcript has dates and forms as machines do. */
function written(text: string, language: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    return new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" }).format(new Date(text));
  }
  if (!text.startsWith("{")) return text;
  try {
    return Object.entries(JSON.parse(text) as object).map(([name, value]) => `${name}: ${value}`).join("\n");
  } catch {
    return text;
  }
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
