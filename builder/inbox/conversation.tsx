/** The right column: one conversation, live, with the path it took. */

import { ArrowDown, ChevronLeft, Info, MessagesSquare, RotateCw, Route } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";

import { AboutColumn } from "./about";
import { StatusBadge, statusWord } from "./badge";
import { Bubble, exactly } from "./bubble";
import { Composer } from "./composer";
import { CopyTranscript } from "./copy";
import { ConfidentialBadge } from "./confidential";
import { useConversation, type Followed } from "./follow";
import { useJump } from "./jump";
import type { Judge } from "./judging";
import { settled, useOutbox, type Outbox, type Unsent } from "./outbox";
import { Path, type Steps } from "./path";
import { answersIn, items, type Item } from "./turns";
import { Unspoken } from "./unspoken";
import { useVisible } from "./visible";
import type { Body } from "./wire";
import { language, t, visitorName } from "./words";

const NEAR = 80; // pixels from the end within which one is taken to follow the talk
const ROOM = "(min-width: 1280px)"; // for the column beside the transcript

interface Props {
  id: string;
  back: string;
  /** Whose browser this is, and whether they may answer. */
  me: string;
  answers: boolean;
  /** Whether they may put an answer right. */
  corrects: boolean;
  /** Bytes that a file may have which goes with an answer. */
  largest: number;
  onSeen: (id: string, seq: number) => void;
}

export function Conversation({ id, back, me, answers, corrects, largest, onSeen }: Props) {
  const followed = useConversation(id, me);
  const { conversation, about, messages } = followed;
  const outbox = useOutbox(me, id);
  const { open, done } = useMemo(() => settled(outbox.lines, messages), [outbox.lines, messages]);
  const [aside, setAside] = useState(() => window.matchMedia(ROOM).matches);
  const [unfolded, setUnfolded] = useState(false);
  const visible = useVisible();
  const judge: Judge = useMemo(() => ({ rates: answers, corrects, onJudged: followed.judged }), [answers, corrects, followed.judged]);
  const last = messages.at(-1)?.seq ?? 0;

  useEffect(() => {
    if (visible && last) onSeen(id, last);
  }, [visible, id, last, onSeen]);

  useEffect(() => outbox.drop(done), [outbox, done]);
  useEffect(() => {
    outbox.heard = followed.stands;
    return () => {
      outbox.heard = () => undefined;
    };
  }, [outbox, followed.stands]);

  if (followed.missing) return <Missing back={back} />;
  if (followed.failed) return <Broken onRetry={followed.retry} back={back} />;
  const contact = about?.contact;
  const name = visitorName(contact?.name ?? conversation?.contact_name ?? null, conversation?.contact_id ?? id);
  return (
    <section className="inbox-conversation" aria-label={t("Conversation")}>
      <header className="inbox-head">
        <Link className="button quiet icon inbox-back" to={back} aria-label={t("All conversations")}>
          <ChevronLeft size={20} aria-hidden="true" />
        </Link>
        {conversation ? (
          <>
            <div className="inbox-who">
              <h2 dir="auto">{name}</h2>
              <div className="inbox-badges">
                <StatusBadge status={conversation.status} answered={lastSpeaker(messages) === "agent"} />
                {conversation.confidential && <ConfidentialBadge />}
              </div>
            </div>
            <div className="inbox-tools">
              <button type="button" className="button quiet inbox-tool" aria-pressed={unfolded} onClick={() => setUnfolded(!unfolded)}>
                <Route size={16} aria-hidden="true" />
                <span>{t("Path")}</span>
              </button>
              <CopyTranscript id={id} name={name} />
              <button type="button" className="button quiet inbox-tool" aria-pressed={aside} onClick={() => setAside(!aside)}>
                <Info size={16} aria-hidden="true" />
                <span>{t("Details")}</span>
              </button>
            </div>
          </>
        ) : (
          <span className="skeleton" style={{ width: 160 }} />
        )}
      </header>
      <div className={aside ? "inbox-body with-about" : "inbox-body"}>
        <div className="inbox-main">
          <Talk id={id} followed={followed} unfolded={unfolded} unsent={open} outbox={outbox} judge={judge} />
          {answers && conversation && <Composer me={me} conversation={conversation} outbox={outbox} last={last} largest={largest} onHeard={followed.stands} />}
        </div>
        {aside && about && conversation && <AboutColumn about={about} conversation={conversation} known={followed.known} edits={answers} onStands={followed.stands} onShow={() => setAside(window.matchMedia(ROOM).matches)} />}
      </div>
    </section>
  );
}

/** Who said the last words; null where nobody has yet. */
function lastSpeaker(messages: Followed["messages"]) {
  return messages.findLast(({ kind }) => kind === "message")?.sender ?? null;
}

interface TalkProps {
  id: string;
  followed: Followed;
  unfolded: boolean;
  unsent: readonly Unsent[];
  outbox: Outbox;
  judge: Judge;
}

function Talk({ id, followed, unfolded, unsent, outbox, judge }: TalkProps) {
  const { about, messages, traces, typing, writer, conversation } = followed;
  const drawn = useMemo(() => items(messages, traces), [messages, traces]);
  const answered = useMemo(() => answersIn(traces), [traces]);
  const steps: Steps = useMemo(() => new Map(about?.steps.map((step) => [`${step.flow}/${step.node}`, step])), [about]);
  const view = useFollowing(messages, [traces, typing, writer, unfolded, unsent]);
  useJump(view.box, followed);
  const written = unsent.length;
  useLayoutEffect(() => {
    if (written) view.follow();
  }, [written]);
  if (!conversation) return <Waiting />;
  const earlier = async () => {
    const release = view.hold();
    await followed.earlier().catch(() => null);
    window.setTimeout(release);
  };
  return (
    <div className="inbox-talk">
      <div className="inbox-transcript" ref={view.box} onScroll={view.onScroll} tabIndex={0} role="log" aria-label={t("Transcript")}>
        {followed.more && (
          <button type="button" className="button inbox-older" onClick={earlier} disabled={followed.loadingMore}>
            {followed.loadingMore ? t("One moment…") : t("Earlier messages")}
          </button>
        )}
        {drawn.map((item) => (
          <Drawn key={item.kind === "path" ? `${item.key}${unfolded}` : item.key} item={item} id={id} steps={steps} bot={about?.bot_id ?? ""} unfolded={unfolded} answered={answered} judge={judge} />
        ))}
        {unsent.map((line) => (
          <Unspoken key={line.key} line={line} outbox={outbox} />
        ))}
        {typing && (
          <p className="inbox-typing" role="status">
            <i /><i /><i />
            <span className="visually-hidden">{t("The visitor is typing")}</span>
          </p>
        )}
        {writer !== null && (
          <div className="inbox-writer" role="status">
            <p className="inbox-typing" aria-hidden="true">
              <i /><i /><i />
            </p>
            <p className="inbox-at">{t("{name} is writing", { name: writer || t("A colleague") })}</p>
          </div>
        )}
      </div>
      {view.behind && (
        <button type="button" className="button inbox-newest" onClick={view.follow}>
          <ArrowDown size={16} aria-hidden="true" />
          {t("New messages")}
        </button>
      )}
    </div>
  );
}

interface DrawnProps {
  item: Item;
  id: string;
  steps: Steps;
  bot: string;
  unfolded: boolean;
  answered: ReadonlySet<number>;
  judge: Judge;
}

function Drawn({ item, id, steps, bot, unfolded, answered, judge }: DrawnProps) {
  if (item.kind === "day") return <p className="inbox-day">{day(item.at)}</p>;
  if (item.kind === "path") return <Path trace={item.trace} steps={steps} bot={bot} open={unfolded} />;
  if (item.kind === "said") return <Bubble conversation={id} message={item.message} pressed={item.pressed} last={item.last} answer={answered.has(item.message.turn ?? -1)} judge={judge} />;
  return (
    <p className={`inbox-event ${item.message.body.status ?? ""}`} title={exactly(item.message.at)}>
      {item.again ? t("Began again") : happened(item.message.body)}
    </p>
  );
}

function happened({ status, name }: Body): string {
  if (status === "bot") return t("The bot took over");
  if (status === "human" && name !== undefined) return t("{name} took over", { name: name || t("A colleague") });
  return status ? statusWord(status) : "";
}

/** Stays at the end while one reads there, and where one reads otherwise. */
function useFollowing(messages: readonly unknown[], shown: readonly unknown[]) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const held = useRef<number | null>(null); // distance from the end, kept while earlier ones come
  const count = useRef(0);
  const [behind, setBehind] = useState(false);

  const follow = () => {
    const view = box.current;
    if (view) view.scrollTop = view.scrollHeight;
    atEnd.current = true;
    setBehind(false);
  };
  useLayoutEffect(() => {
    const view = box.current;
    if (!view) return;
    if (messages.length === 0) atEnd.current = true;
    if (held.current !== null) view.scrollTop = view.scrollHeight - held.current;
    else if (atEnd.current) view.scrollTop = view.scrollHeight;
    else if (messages.length > count.current) setBehind(true);
    count.current = messages.length;
  }, [messages, ...shown]);

  // A column that opens beside it, or a window that is turned, lays the text anew.
  const there = messages.length > 0;
  useEffect(() => {
    const view = box.current;
    if (!view || !there) return;
    const resized = new ResizeObserver(() => {
      if (atEnd.current) view.scrollTop = view.scrollHeight;
    });
    resized.observe(view);
    return () => resized.disconnect();
  }, [there]);

  const onScroll = () => {
    const view = box.current;
    if (!view) return;
    const left = view.scrollHeight - view.scrollTop - view.clientHeight;
    atEnd.current = left < NEAR;
    if (held.current !== null) held.current = view.scrollHeight - view.scrollTop;
    if (atEnd.current) setBehind(false);
  };
  const hold = () => {
    const view = box.current;
    if (view) held.current = view.scrollHeight - view.scrollTop;
    return () => {
      held.current = null;
    };
  };
  return { box, behind, follow, hold, onScroll };
}

function day(at: string): string {
  const moment = new Date(at);
  const days = Math.round((midnight(new Date()) - midnight(moment)) / 86_400_000);
  if (days === 0 || days === 1) return capital(new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-days, "day"));
  return new Intl.DateTimeFormat(language(), { dateStyle: "full" }).format(moment);
}

function midnight(moment: Date): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

function Waiting() {
  return (
    <div className="inbox-transcript" role="status">
      <span className="visually-hidden">{t("Loading")}</span>
      {["bot", "bot", "visitor", "bot"].map((sender, at) => (
        <div key={at} className={`inbox-said ${sender}`}>
          <span className="skeleton" style={{ width: 180 + 40 * at, height: 36 }} />
        </div>
      ))}
    </div>
  );
}

/** In place of a conversation, where none is chosen yet. */
export function Unchosen() {
  return (
    <div className="inbox-nothing">
      <div className="state">
        <div className="state-icon">
          <MessagesSquare size={24} aria-hidden="true" />
        </div>
        <h2>{t("Choose a conversation")}</h2>
        <p>{t("What was said stands here, with the steps the bot took and what it learned.")}</p>
      </div>
    </div>
  );
}

function Missing({ back }: { back: string }) {
  return (
    <div className="inbox-nothing">
      <div className="state">
        <h2>{t("This conversation is not here")}</h2>
        <p>{t("It was deleted, or it belongs to another workspace of yours.")}</p>
        <div className="state-actions">
          <Link className="button" to={back}>{t("All conversations")}</Link>
        </div>
      </div>
    </div>
  );
}

function Broken({ onRetry, back }: { onRetry: () => void; back: string }) {
  return (
    <div className="inbox-nothing">
      <div className="state error" role="alert">
        <h2>{t("This could not be loaded")}</h2>
        <p>{t("Flyt did not answer. Check the connection and try again.")}</p>
        <div className="state-actions">
          <button type="button" className="button" onClick={onRetry}>
            <RotateCw size={16} aria-hidden="true" />
            {t("Try again")}
          </button>
          <Link className="button inbox-back" to={back}>{t("All conversations")}</Link>
        </div>
      </div>
    </div>
  );
}
