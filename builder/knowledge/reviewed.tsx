/** The answers people have put right, and the questions that still have none. */

import { BadgeCheck, Download, Ellipsis, MessageSquare, Pencil, Search, Trash2 } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link } from "react-router";

import { Dialog } from "$/public/external/builder/design/sources/dialog.tsx";
import { Menu } from "$/public/external/builder/design/sources/menu.tsx";
import { RelativeTime } from "$/public/external/builder/design/sources/relative_time.tsx";

import { AskDialog } from "./actions";
import { Item } from "./adding";
import type { Reader } from "./knowledge";
import { Markdown } from "./markdown";
import type { Say } from "./notices";
import { toDocument, toReviewed } from "./place";
import { useReading } from "./reading";
import { Empty, Failed, Field, Header, Late, Tabs, Waiting } from "./states";
import { Unanswereds } from "./unanswered";
import { askAll, change, type Reviewed } from "./wire";
import { t } from "./words";

interface Props {
  reader: Reader;
  /** The one that is come for. */
  answer: string;
  go: (to: string) => void;
  say: Say;
}

export function ReviewedAnswers({ reader, answer, go, say }: Props) {
  const read = useCallback((signal: AbortSignal) => askAll<Reviewed>("reviewed", signal), []);
  const { value: all, failed, late, again } = useReading(read);
  const [exporting, setExporting] = useState(false);
  return (
    <>
      <Header title={t("Knowledge")}>
        {reader.edits && (
          <button type="button" className="button" onClick={() => setExporting(true)}>
            <Download size={16} aria-hidden="true" />
            {t("Export for training")}
          </button>
        )}
      </Header>
      <Tabs view="reviewed" />
      {late && <Late />}
      {failed && <Failed onRetry={again} />}
      {!all && !failed && <Waiting />}
      {all?.length === 0 && <Empty icon={BadgeCheck} title={t("Answers you put right will be here")} text={t("In a conversation, point at what the bot said, press the thumb down and write the right answer. The bot gives it the next time somebody asks.")} />}
      {all && all.length > 0 && <List all={all} reader={reader} answer={answer} go={go} say={say} />}
      <Unanswereds reader={reader} say={say} />
      <Export open={exporting} onClose={() => setExporting(false)} />
    </>
  );
}

function List({ all, reader, answer, go, say }: Props & { all: readonly Reviewed[] }) {
  const [words, setWords] = useState("");
  const wanted = words.trim().toLocaleLowerCase();
  const shown = all.filter(({ question, answer: said }) => `${question}\n${said}`.toLocaleLowerCase().includes(wanted));
  return (
    <section className="knowledge-reviewed">
      <div className="knowledge-filters" role="group" aria-label={t("Filters")}>
        <span className="knowledge-search">
          <Search size={16} aria-hidden="true" />
          <input className="input" type="search" aria-label={t("Search in questions and answers")} placeholder={t("Search in questions and answers")} value={words} onChange={(event) => setWords(event.target.value)} />
        </span>
      </div>
      <p className="visually-hidden" role="status">
        {t("{count} of {total} answers", { count: shown.length, total: all.length })}
      </p>
      {shown.length === 0 && <p className="knowledge-none">{t("No answer matches.")}</p>}
      <ul className="knowledge-answers">
        {shown.map((one) => (
          <Line key={one.id} one={one} reader={reader} chosen={one.id === answer} go={go} say={say} />
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  one: Reviewed;
  reader: Reader;
  chosen: boolean;
  go: (to: string) => void;
  say: Say;
}

function Line({ one, reader, chosen, go, say }: LineProps) {
  const [asked, setAsked] = useState<"change" | "delete" | null>(null);
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) line.current?.scrollIntoView({ block: "center" });
  }, [chosen]);
  const close = () => setAsked(null);
  const remove = async () => {
    await change("DELETE", `reviewed/${one.id}`);
    say(t("“{title}” is deleted.", { title: one.question }));
    if (chosen) go(toReviewed());
  };
  return (
    <li ref={line} className={chosen ? "card padded chosen" : "card padded"} data-id={one.id} aria-current={chosen || undefined}>
      <div className="knowledge-card-head">
        <h2 dir="auto">{one.question}</h2>
        {reader.edits && (
          <Menu label={t("Actions for {title}", { title: one.question })} face={<Ellipsis size={16} aria-hidden="true" />}>
            <Item icon={Pencil} label={t("Change")} onClick={() => setAsked("change")} />
            <Item icon={Trash2} label={t("Delete")} danger onClick={() => setAsked("delete")} />
          </Menu>
        )}
      </div>
      <Markdown text={one.answer} />
      <p className="knowledge-quiet knowledge-told">
        <span>{author(one, reader.me)}</span>
        <RelativeTime at={one.updated_at} />
        <span>{one.collection.name}</span>
        <Link to={toDocument(one.id, "versions")}>{t("Versions")}</Link>
        {one.conversation_id && (
          <Link to={`/inbox?id=${one.conversation_id}`}>
            <MessageSquare size={14} aria-hidden="true" /> {t("Conversation")}
          </Link>
        )}
      </p>
      <Change key={one.updated_at} one={one} open={asked === "change"} say={say} onClose={close} />
      <AskDialog open={asked === "delete"} title={t("Delete answer")} button={t("Delete for good")} danger onClose={close} act={remove}>
        <div className="stack-4">
          <p>
            <strong className="knowledge-wrap">{one.question}</strong>
          </p>
          <p>{t("From their next answer on, running bots find it no more: they answer from what else they know.")}</p>
          <p className="help">{t("Its versions go with it. This can't be taken back.")}</p>
        </div>
      </AskDialog>
    </li>
  );
}

function author({ author: written, name }: Reviewed, me: string): string {
  if (written === me) return t("You");
  if (name) return name;
  return written.startsWith("key:") ? t("By an API key") : t("A colleague");
}

function Change({ one, open, say, onClose }: { one: Reviewed; open: boolean; say: Say; onClose: () => void }) {
  const [question, setQuestion] = useState(one.question);
  const [answer, setAnswer] = useState(one.answer);
  const [tried, setTried] = useState(false);
  const act = async () => {
    setTried(true);
    if (!question.trim() || !answer.trim()) return false;
    await change("PATCH", `reviewed/${one.id}`, { question: question.trim(), answer: answer.trim() });
    say(t("Saved. Bots answer from it in a moment."));
    return true;
  };
  return (
    <AskDialog open={open} title={t("Change the answer")} button={t("Save as a new version")} onClose={onClose} act={act}>
      <Field label={t("Question")} error={tried && !question.trim() ? t("Write the question.") : ""}>
        {(control) => <textarea {...control} rows={2} dir="auto" maxLength={1000} value={question} onChange={(event) => setQuestion(event.target.value)} />}
      </Field>
      <Field label={t("Right answer")} help={t("Markdown works.")} error={tried && !answer.trim() ? t("Write the answer.") : ""}>
        {(control) => <textarea {...control} rows={6} dir="auto" maxLength={20_000} value={answer} onChange={(event) => setAnswer(event.target.value)} />}
      </Field>
    </AskDialog>
  );
}

function Export({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} title={t("Export for training")} closeLabel={t("Close")} onClose={onClose}>
      <div className="stack-4">
        <p>{t("A file with every answer that was rated or put right, one in each line, as language models are trained on them (JSONL).")}</p>
        <p className="notice">{t("E-mail addresses, telephone numbers and the numbers of cards, accounts and persons are masked. Names and what visitors told in their own words are not: read it before you give it away. Who exports is written down.")}</p>
        <div className="form-actions">
          <button type="button" className="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <a className="button primary" href="/api/v1/knowledge/ratings.jsonl" download="ratings.jsonl" onClick={onClose}>
            {t("Download")}
          </a>
        </div>
      </div>
    </Dialog>
  );
}
