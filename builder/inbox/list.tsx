/** The left column: filters, and the conversations with the newest activity first. */

import { Inbox as InboxIcon, RotateCw } from "lucide-react";
import { useLayoutEffect, useRef, type KeyboardEvent, type UIEvent } from "react";
import { Link } from "react-router";

import { RelativeTime } from "$/public/external/builder/design/sources/relative_time.tsx";

import { StatusBadge, statusWord } from "./badge";
import type { Feed } from "./feed";
import type { Unread } from "./unread";
import type { Filters, Line, Status } from "./wire";
import { t, visitorName } from "./words";

export interface Named {
  id: string;
  name: string;
}

interface Props {
  feed: Feed;
  unread: Unread;
  filters: Filters;
  bots: readonly Named[];
  channels: readonly Named[];
  chosen: string;
  onFilter: (change: Partial<Filters>) => void;
  addressOf: (id: string) => string;
}

const STATUSES: Status[] = ["human", "bot", "failed", "ended"];

export function List({ feed, unread, filters, bots, channels, chosen, onFilter, addressOf }: Props) {
  const narrowed = Object.values(filters).some(Boolean);
  const periods = { day: t("Last 24 hours"), week: t("Last 7 days"), month: t("Last 30 days") };
  return (
    <section className="inbox-list" aria-label={t("Conversations")}>
      <div className="inbox-filters" role="group" aria-label={t("Filters")}>
        <Choice label={t("Status")} all={t("Any status")} value={filters.status} options={STATUSES.map((each) => [each, statusWord(each)])} onChange={(status) => onFilter({ status })} />
        <Choice label={t("Active")} all={t("Any time")} value={filters.since} options={Object.entries(periods)} onChange={(since) => onFilter({ since })} />
        <Choice label={t("Bot")} all={t("Any bot")} value={filters.bot} options={bots.map((each) => [each.id, each.name])} onChange={(bot) => onFilter({ bot })} />
        <Choice label={t("Channel")} all={t("Any channel")} value={filters.channel} options={channels.map((each) => [each.id, each.name])} onChange={(channel) => onFilter({ channel })} />
      </div>
      {feed.late && (
        <p className="inbox-late" role="status">
          {t("The list is not up to date. Trying again…")}
        </p>
      )}
      <Lines feed={feed} unread={unread} chosen={chosen} addressOf={addressOf} narrowed={narrowed} onClear={() => onFilter({ status: "", bot: "", channel: "", since: "" })} />
    </section>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string;
  options: [string, string][];
  onChange: (value: string) => void;
}

function Choice({ label, all, value, options, onChange }: ChoiceProps) {
  return (
    <select className={value ? "input inbox-choice set" : "input inbox-choice"} aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{all}</option>
      {options.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface LinesProps {
  feed: Feed;
  unread: Unread;
  chosen: string;
  narrowed: boolean;
  addressOf: (id: string) => string;
  onClear: () => void;
}

function Lines({ feed, unread, chosen, narrowed, addressOf, onClear }: LinesProps) {
  const { lines } = feed;
  const scroller = useStillness(lines);
  if (feed.failed) {
    return (
      <div className="inbox-aside" role="alert">
        <p>{t("The conversations could not be loaded.")}</p>
        <button type="button" className="button" onClick={feed.retry}>
          <RotateCw size={16} aria-hidden="true" />
          {t("Try again")}
        </button>
      </div>
    );
  }
  if (lines === null) return <Waiting />;
  if (lines.length === 0 && narrowed) {
    return (
      <div className="inbox-aside">
        <p>{t("No conversation matches these filters.")}</p>
        <button type="button" className="button" onClick={onClear}>
          {t("Clear the filters")}
        </button>
      </div>
    );
  }
  if (lines.length === 0) return <p className="inbox-aside">{t("Nobody has written yet.")}</p>;
  return (
    <div className="inbox-scroll" ref={scroller.box} onScroll={scroller.onScroll} onKeyDown={walk}>
      <ul className="inbox-lines">
        {lines.map((line) => (
          <Row key={line.id} line={line} unread={unread.has(line)} current={line.id === chosen} to={addressOf(line.id)} />
        ))}
      </ul>
      {feed.more && (
        <button type="button" className="button inbox-older" onClick={feed.older} disabled={feed.loadingMore}>
          {feed.loadingMore ? t("One moment…") : t("Older")}
        </button>
      )}
    </div>
  );
}

function Row({ line, unread, current, to }: { line: Line; unread: boolean; current: boolean; to: string }) {
  const waits = line.status === "human" && line.last_from !== "agent";
  return (
    <li data-id={line.id}>
      <Link className={["inbox-line", unread && "unread", waits && "waits"].filter(Boolean).join(" ")} to={to} aria-current={current ? "true" : undefined}>
        <span className="inbox-line-head">
          <span className="inbox-name" dir="auto">
            {visitorName(line.contact_name, line.contact_id)}
          </span>
          {unread && <span className="inbox-dot" title={t("Unread")} role="img" aria-label={t("Unread")} />}
          <span className="inbox-time">
            <RelativeTime at={line.last_at} />
          </span>
        </span>
        <span className="inbox-words" dir="auto">
          {words(line)}
        </span>
        <span className="inbox-line-foot">
          <span className="inbox-where">
            {line.channel_name === line.bot_name ? line.bot_name : `${line.channel_name} · ${line.bot_name}`}
          </span>
          <StatusBadge status={line.status} answered={line.last_from === "agent"} />
        </span>
      </Link>
    </li>
  );
}

/** The last words in one line; what has none is named. */
function words(line: Line): string {
  const named: Record<string, string> = {
    deleted: t("Message deleted"),
    file: t("A file"),
    image: t("A picture"),
    video: t("A video"),
    audio: t("A recording"),
    cards: t("Cards"),
    embed: t("An embedded page"),
  };
  if (line.last_kind === null) return t("Nothing was said yet");
  const said = line.last?.trim() || named[line.last_kind] || "…";
  return line.last_from === "visitor" ? said : t("{who}: {words}", { who: line.last_from === "agent" ? t("Staff") : t("Bot"), words: plain(said) });
}

/** Markdown without its signs, for a line that has no room for them. */
function plain(text: string): string {
  return text.replace(/\[([^\]]{1,200})\]\([^)]{0,2000}\)/g, "$1").replace(/\\([!-/:-@[-`{-~])|[*_`~#>]+(?=\S)|(?<=\S)[*_`~]+/g, "$1");
}

function Waiting() {
  return (
    <div className="inbox-waiting" role="status">
      <span className="visually-hidden">{t("Loading")}</span>
      {["62%", "48%", "72%", "55%", "66%", "50%"].map((width, at) => (
        <div key={at}>
          <span className="skeleton" style={{ width }} />
          <span className="skeleton" style={{ width: "88%" }} />
        </div>
      ))}
    </div>
  );
}

/** The arrows walk from line to line. */
function walk(event: KeyboardEvent<HTMLDivElement>) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(".inbox-line")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
}

/** Keeps in place what one reads, and keeps the focus, while lines come and move above it. */
function useStillness(lines: readonly Line[] | null) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<{ id: string; moved: string; top: number }[]>([]);
  const focused = useRef("");

  const remember = () => {
    const top = box.current?.scrollTop ?? 0;
    before.current = rows(box.current)
      .filter((row) => row.offsetTop + row.offsetHeight > top)
      .slice(0, 30)
      .map((row) => ({ id: row.dataset.id ?? "", moved: momentOf(row), top: row.offsetTop - top }));
  };

  useLayoutEffect(() => {
    const view = box.current;
    if (!view) return;
    const byId = new Map(rows(view).map((row) => [row.dataset.id, row]));
    if (view.scrollTop > 0) {
      const kept = before.current.find((each) => each.moved === (byId.get(each.id) && momentOf(byId.get(each.id)!)));
      const row = kept && byId.get(kept.id);
      if (kept && row) view.scrollTop = row.offsetTop - kept.top;
    }
    const row = byId.get(focused.current);
    if (row && document.activeElement === document.body) row.querySelector("a")?.focus({ preventScroll: true });
    remember();
    const look = () => {
      const here = document.activeElement?.closest<HTMLElement>(".inbox-lines > li");
      focused.current = here?.dataset.id ?? (document.activeElement === document.body ? focused.current : "");
    };
    view.addEventListener("focusin", look);
    return () => view.removeEventListener("focusin", look);
  }, [lines]);

  return { box, onScroll: (_: UIEvent) => remember() };
}

function rows(view: HTMLElement | null): HTMLElement[] {
  return [...(view?.querySelectorAll<HTMLElement>(".inbox-lines > li") ?? [])];
}

function momentOf(row: HTMLElement): string {
  return row.querySelector("time")?.dateTime ?? "";
}

export function Nothing() {
  return (
    <div className="inbox-nothing">
      <div className="state">
        <div className="state-icon">
          <InboxIcon size={24} aria-hidden="true" />
        </div>
        <h2>{t("Conversations will be here")}</h2>
        <p>{t("As soon as a visitor writes to one of your bots, you can read along here.")}</p>
        <div className="state-actions">
          <Link className="button" to="/">
            {t("All bots")}
          </Link>
        </div>
      </div>
    </div>
  );
}
