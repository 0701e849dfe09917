/** What has been said, oldest first; it stays at the end unless the visitor reads further up. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { Choices, hasPills } from "./choices.tsx";
import { Icon } from "./icons.tsx";
import { Said } from "./said.tsx";
import { Markdown, Quoted } from "./markdown-view.tsx";
import { useParts } from "./parts.ts";
import { speaker } from "./speaker.ts";
import { useSetting, useSnapshot } from "./surroundings.ts";
import type { Line } from "./transcript.ts";
import { fill } from "./fill.ts";

const TOGETHER = 5 * 60_000; // milliseconds between messages of one group
const DRAFT = { citations: "draft" } as const;
const NEAR = 80; // pixels from the end that count as the end

export function Log({ open }: { open: boolean }) {
  const { conversation, words, host } = useSetting();
  const now = useSnapshot();
  const box = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const following = useRef(true);

  const toEnd = () => {
    const log = box.current;
    if (log) log.scrollTop = log.scrollHeight;
  };
  const last = now.lines.at(-1);
  useLayoutEffect(() => {
    if (last?.from === "visitor") following.current = true;
    if (following.current) toEnd();
    else setAway(true);
  }, [last?.key, now.draft, now.typing, now.awaiting, now.input?.token, open]);
  useEffect(() => {
    const log = box.current as HTMLElement;
    const observer = new ResizeObserver(() => following.current && toEnd());
    observer.observe(log);
    observer.observe(log.firstElementChild as Element);
    return () => observer.disconnect();
  }, []);
  const scrolled = () => {
    const log = box.current as HTMLElement;
    following.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (following.current) setAway(false);
  };

  const over = ENDS[now.status];
  const asks = now.status === "ended" && now.lines.some((line) => line.from === "visitor") && !conversation.memory.get("rated");
  const [asked, setAsked] = useState(asks);
  useEffect(() => setAsked(asks), [now.status]);
  const Verdict = useParts(asked && host.config.capabilities?.rating && host.rates)?.Verdict;
  const writes = now.typing || (now.awaiting && { from: "bot" });
  return (
    <div class="middle">
      <div class="log" ref={box} role="log" aria-live="polite" aria-label={words.conversation} tabIndex={0} onScroll={scrolled}>
        <div class="lines">
          {now.phase === "refused" && <p class="note">{words.closed}</p>}
          {now.phase === "opening" && !now.lines.length && <Shape />}
          {now.lines.map((line, at) => (
            <Entry key={line.key} line={line} was={statusBefore(now.lines, at)} before={now.lines[at - 1]} after={now.lines[at + 1]} />
          ))}
          {now.draft !== null && (
            <div class="row bot first last">
              <Avatar />
              <div class="said">
                <div class="text" dir="auto" aria-hidden="true" inert>
                  <Quoted.Provider value={DRAFT}>
                    <Markdown text={now.draft} />
                  </Quoted.Provider>
                </div>
              </div>
            </div>
          )}
          {writes && now.draft === null && <Writing by={writes} />}
          {over && !now.awaiting && last?.type !== "status" && <Note text={words[over]} />}
          {Verdict && <Verdict />}
          {now.input && hasPills(now.input) && now.draft === null && <Choices key={now.input.token} input={now.input} />}
        </div>
      </div>
      {away && (
        <button type="button" class="newer" onClick={toEnd}>
          <Icon name="down" />
          {words.newer}
        </button>
      )}
    </div>
  );
}

interface Given {
  line: Line;
  was: string | undefined;
  before: Line | undefined;
  after: Line | undefined;
}

function Entry({ line, was, before, after }: Given) {
  const day = !before || new Date(before.at).toDateString() !== new Date(line.at).toDateString();
  return (
    <>
      {day && <Day at={line.at} />}
      {line.type === "status" ? (
        <StatusNote line={line} was={was} />
      ) : (
        <Said line={line} first={day || !together(before, line)} last={!together(line, after)} />
      )}
    </>
  );
}

function together(one: Line | undefined, other: Line | undefined): boolean {
  return Boolean(
    one && other && one.from === other.from && one.name === other.name && one.type !== "status" && other.type !== "status" && other.at - one.at < TOGETHER,
  );
}

function Day({ at }: { at: number }) {
  const { words, host } = useSetting();
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  const written = new Intl.DateTimeFormat(host.language, { weekday: "long", day: "numeric", month: "long" });
  return <p class="day">{days === 0 ? words.today : days === 1 ? words.yesterday : written.format(at)}</p>;
}

/** What ends a conversation, and the words for it. */
const ENDS: Record<string, "ended" | "broken" | undefined> = { ended: "ended", failed: "broken" };

function statusBefore(lines: readonly Line[], at: number): string | undefined {
  return lines.findLast((line, place) => place < at && line.type === "status")?.status;
}

function StatusNote({ line, was }: { line: Line; was: string | undefined }) {
  const { words } = useSetting();
  const over = ENDS[line.status ?? ""];
  if (over) return <Note text={words[over]} />;
  if (line.status === "human" && line.name === undefined) return <Note text={words.called} />;
  if (line.status === "human") return <Note text={line.name ? fill(words.joined, { name: line.name }) : words.person} />;
  return was === "human" ? <Note text={words.handed} /> : null;
}

const Note = ({ text }: { text: string }) => <p class="note">{text}</p>;

function Writing({ by }: { by: { from: string; name?: string } }) {
  const { words, host } = useSetting();
  const name = speaker(by as Line, host);
  return (
    <div class="row bot first last">
      <Avatar name={by.from === "agent" ? name : undefined} />
      <div class="said">
        <div class="text writing">
          <i /><i /><i />
          <span class="unseen">{fill(words.typing, { name })}</span>
        </div>
      </div>
    </div>
  );
}

function Shape() {
  const { words } = useSetting();
  return (
    <div class="shape">
      <span class="unseen">{words.opening}</span>
      <i /><i /><i />
    </div>
  );
}
