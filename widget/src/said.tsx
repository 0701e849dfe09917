/** One message: words and pictures, and when it was said. What else there may be is in inputs/. */

import { useState } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import { safeAddress } from "./markdown.ts";
import { useParts } from "./parts.ts";
import { Markdown, Picture, Quoted, type Quoting } from "./markdown-view.tsx";
import { speaker } from "./speaker.ts";
import { useSetting } from "./surroundings.ts";
import type { Line } from "./transcript.ts";

export function Said({ line, first, last }: { line: Line; first: boolean; last: boolean }) {
  const { words, host } = useSetting();
  const [timed, setTimed] = useState(false);
  const [quoted, setQuoted] = useState<{ number: number; by?: HTMLElement } | null>(null);
  const citations = line.citations ?? [];
  const Sources = useParts(citations.length > 0)?.Sources;
  const quoting: Quoting = {
    citations, opened: quoted?.number,
    open: (number, by) => setQuoted(quoted?.number === number ? null : { number, by }),
  };
  const mine = line.from === "visitor";
  const who = mine ? words.you : speaker(line, host);
  const clock = new Intl.DateTimeFormat(host.language, { hour: "numeric", minute: "2-digit" });
  const kind = `row ${mine ? "mine" : "bot"} ${first ? "first" : ""} ${last ? "last" : ""} ${line.still ? "still" : ""} ${line.state}`;
  return (
    <div class={kind}>
      {!mine && first && <Avatar name={line.from === "agent" ? who : undefined} />}
      <div class="said" onClick={() => setTimed(!timed)}>
        <span class="unseen">{who}: </span>
        {line.from === "agent" && first && <span class="name">{who}</span>}
        <Quoted.Provider value={quoting}>
          <Content line={line} />
        </Quoted.Provider>
        {Sources && <Sources citations={citations} opened={quoted?.number} by={quoted?.by} open={quoting.open} />}
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
  const url = line.url ? safeAddress(line.url) : null;
  const picture = line.type === "image" && url;
  const parts = useParts(Boolean(line.cards?.length || line.files?.length || (line.url && !picture)));
  return (
    <>
      {picture && <Picture url={picture} text={line.text} />}
      {parts && <parts.Extras line={line} url={picture ? null : url} />}
      {line.text && (
        <div class="text" dir="auto">
          {line.from === "visitor" ? <p class="asis">{written(line.text, host.language)}</p> : <Markdown text={line.text} />}
        </div>
      )}
      {line.cards && parts && <parts.Cards cards={line.cards} />}
    </>
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
