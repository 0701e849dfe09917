/** What has been said, oldest first; it stays at the end unless the visitor reads further up. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { Choices, hasPills } from "./choices.tsx";
import { Icon } from "./icons.tsx";
import { Said } from "./said.tsx";
import { Markdown } from "./markdown-view.tsx";
import { useSetting, useSnapshot } from "./surroundings.ts";
import type { Line } from "./transcript.ts";
import { fill } from "./words.ts";

const TOGETHER = 5 * 60_000; // milliseconds between messages of one group
const NEAR = 80; // pixels from the end that count as the end

export function Log({ open }: { open: boolean }) {
  const { words, host } = useSetting();
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

  const writes = now.typing === "agent" || now.awaiting || now.typing;
  return (
    <div class="middle">
      <div class="log" ref={box} role="log" aria-live="polite" aria-label={words.conversation} tabIndex={0} onScroll={scrolled}>
        <div class="lines">
          {now.phase === "refused" && <p class="note">{words.closed}</p>}
          {now.phase === "opening" && !now.lines.length && <Shape />}
          {now.lines.map((line, at) => (
            <Entry key={line.key} line={line} before={now.lines[at - 1]} after={now.lines[at + 1]} />
          ))}
          {now.draft !== null && (
            <div class="row bot first last">
              <Avatar />
              <div class="said">
                <div class="text" dir="auto" aria-hidden="true">
                  <Markdown text={now.draft} />
                </div>
              </div>
            </div>
          )}
          {writes && now.draft === null && <Writing />}
          {now.input && hasPills(now.input) && now.draft === null && <Choices key={now.input.token} input={now.input} />}
        </div>
      </div>
      {away && (
        <button type="button" class="newer" onClick={toEnd}>
          <Icon name="down" />
          {words.newer}
        </button>
      )}
      <span class="unseen" lang={host.language} />
    </div>
  );
}

function Entry({ line, before, after }: { line: Line; before: Line | undefined; after: Line | undefined }) {
  const day = !before || new Date(before.at).toDateString() !== new Date(line.at).toDateString();
  return (
    <>
      {day && <Day at={line.at} />}
      {line.type === "status" ? (
        <StatusNote line={line} first={!before} />
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

function StatusNote({ line, first }: { line: Line; first: boolean }) {
  const { words } = useSetting();
  const text = {
    human: line.name ? fill(words.joined, { name: line.name }) : words.person,
    bot: first ? "" : words.handed,
    ended: words.ended,
    failed: words.broken,
  }[line.status ?? ""];
  return text ? <p class="note">{text}</p> : null;
}

function Writing() {
  const { words, host } = useSetting();
  return (
    <div class="row bot first last">
      <Avatar />
      <div class="said">
        <div class="text writing">
          <i /><i /><i />
          <span class="unseen">{fill(words.typing, { name: host.look.title })}</span>
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
