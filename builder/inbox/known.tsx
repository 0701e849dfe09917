/** What is known of a visitor: facts, whom they belong with, what they were promised. */

import { Check, Pencil, Plus, RotateCw, Trash2, TriangleAlert, UserRound } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Link, useSearchParams } from "react-router";

import { RelativeTime } from "$/public/external/builder/design/sources/relative_time.tsx";

import { inOrder, overdue, useFacts, type Fact, type Facts, type Related } from "./facts";
import { ForgetAll } from "./forget_all";
import { Writing } from "./noting";
import { language, t } from "./words";

interface Props {
  contact: string;
  /** Of the visitor, as shown. */
  name: string;
  conversation: string;
  /** Grows whenever it is to be read again. */
  changes: number;
  edits: boolean;
  onShow: () => void;
}

export function Known({ contact, name, conversation, changes, edits, onShow }: Props) {
  const facts = useFacts(contact, changes);
  const [adding, setAdding] = useState(false);
  return (
    <section className="known" aria-label={t("What we know")}>
      <div className="known-head">
        <h3>{t("What we know")}</h3>
        {edits && facts.all && !adding && (
          <button type="button" className="button quiet known-add" onClick={() => setAdding(true)}>
            <Plus size={14} aria-hidden="true" />
            {t("Add")}
          </button>
        )}
      </div>
      {adding && <Writing contact={contact} onWrite={facts.add} onClose={() => setAdding(false)} />}
      <Body facts={facts} adding={adding} contact={contact} conversation={conversation} edits={edits} onShow={onShow} />
      {edits && facts.all && facts.all.length > 0 && <ForgetAll facts={facts} name={name} />}
    </section>
  );
}

type Shared = Pick<Props, "contact" | "conversation" | "edits" | "onShow">;

function Body({ facts, adding, ...shared }: { facts: Facts; adding: boolean } & Shared) {
  if (facts.failed) return <Failed onRetry={facts.retry} />;
  if (!facts.all) return <Waiting />;
  if (facts.all.length === 0) return adding ? null : <Nothing edits={shared.edits} />;
  return (
    <>
      <ul className="known-list">
        {inOrder(facts.all).map((fact) => (
          <Row key={fact.id} fact={fact} facts={facts} {...shared} />
        ))}
      </ul>
      <p className="help known-use">{t("Bots use this when they answer this visitor.")}</p>
    </>
  );
}

type RowProps = { fact: Fact; facts: Facts } & Shared;

function Row({ fact, facts, contact, conversation, edits, onShow }: RowProps) {
  const [editing, setEditing] = useState(false);
  const [why, setWhy] = useState("");
  const [ticked, setTicked] = useState<boolean | null>(null); // until the server knows
  if (facts.going.has(fact.id)) {
    return (
      <li className="known-gone" role="status">
        <span>{t("Forgotten.")}</span>
        <button type="button" className="button quiet" autoFocus onClick={() => facts.undo(fact.id)}>
          {t("Undo")}
        </button>
      </li>
    );
  }
  if (editing) {
    return (
      <li>
        <Writing contact={contact} fact={fact} onWrite={(written) => facts.change(fact.id, written)} onClose={() => setEditing(false)} />
      </li>
    );
  }
  const keep = async (kept: boolean) => {
    setTicked(kept);
    setWhy(await facts.change(fact.id, { status: kept ? "kept" : "open" }));
    setTicked(null);
  };
  return (
    <li className={fact.status === "kept" ? "known-fact kept" : "known-fact"}>
      {fact.kind === "promise" && <Tick text={fact.text} kept={ticked ?? fact.status === "kept"} edits={edits} onKeep={keep} />}
      <div className="known-said">
        <p dir="auto">{fact.text}</p>
        {fact.kind === "promise" && <Due fact={fact} />}
        {fact.relation?.contact_id && <Other relation={fact.relation} onShow={onShow} />}
        <p className="known-meta">
          <Source fact={fact} conversation={conversation} onShow={onShow} />
        </p>
        <Earlier fact={fact} />
        {(why || facts.stayed.has(fact.id)) && (
          <p className="field-error" role="alert">
            {why || t("This was not forgotten. Try again.")}
          </p>
        )}
      </div>
      {edits && (
        <div className="known-acts">
          <button type="button" className="button quiet icon" aria-label={t("Correct: {text}", { text: fact.text })} title={t("Correct")} onClick={() => setEditing(true)}>
            <Pencil size={14} aria-hidden="true" />
          </button>
          <button type="button" className="button quiet icon" aria-label={t("Forget: {text}", { text: fact.text })} title={t("Forget")} onClick={() => facts.forget(fact.id)}>
            <Trash2 size={14} aria-hidden="true" />
          </button>
        </div>
      )}
    </li>
  );
}

/** Another contact, with a way to what they said last. */
function Other({ relation: { name, to, conversation_id }, onShow }: { relation: Related; onShow: () => void }) {
  const [address] = useSearchParams();
  const there = new URLSearchParams(address);
  there.delete("seq");
  if (conversation_id) there.set("id", conversation_id);
  return (
    <p className="known-other">
      <UserRound size={14} aria-hidden="true" />
      <span dir="auto">
        {conversation_id ? (
          <Link to={`?${there}`} title={t("To their latest conversation")} onClick={onShow}>
            {to}
          </Link>
        ) : (
          to
        )}
        {" · "}
        {name}
      </span>
    </p>
  );
}

function Tick({ text, kept, edits, onKeep }: { text: string; kept: boolean; edits: boolean; onKeep: (kept: boolean) => void }) {
  if (edits) {
    return <input type="checkbox" className="known-tick" aria-label={t("Kept: {text}", { text })} checked={kept} onChange={() => onKeep(!kept)} />;
  }
  return <span className="known-tick read">{kept && <Check size={12} aria-hidden="true" />}</span>;
}

function Due({ fact }: { fact: Fact }) {
  const late = overdue(fact);
  const day = fact.due && written(fact.due);
  if (fact.status === "kept") return <p className="known-due">{t("Promise kept")}</p>;
  if (!day) return <p className="known-due">{t("Promised")}</p>;
  return (
    <p className={late ? "known-due late" : "known-due"}>
      {late && <TriangleAlert size={14} aria-hidden="true" />}
      {late ? t("Overdue: promised for {day}", { day }) : t("Promised for {day}", { day })}
    </p>
  );
}

/** Who said it and when; where it was said in a conversation, a way there. */
function Source({ fact, conversation, onShow }: { fact: Fact; conversation: string; onShow: () => void }) {
  const [address] = useSearchParams();
  const { source } = fact;
  const who = source ? (source.conversation_id === conversation ? t("Said here") : t("Said in another conversation")) : fact.author;
  const there = new URLSearchParams(address);
  if (source) there.set("id", source.conversation_id);
  if (source?.seq) there.set("seq", String(source.seq));
  return (
    <>
      {source ? (
        <Link to={`?${there}`} title={source.quote ? t("“{quote}”", { quote: source.quote }) : undefined} onClick={onShow}>
          {who}
        </Link>
      ) : (
        <span dir="auto">{who}</span>
      )}
      {" · "}
      <RelativeTime at={fact.said_at} />
      {fact.corrected && <> · {t("corrected")}</>}
      {fact.confidential && <> · <span title={t("Bots do not use this.")}>{t("confidential")}</span></>}
    </>
  );
}

function Earlier({ fact }: { fact: Fact }): ReactNode {
  if (fact.earlier.length === 0) return null;
  return (
    <details className="known-earlier">
      <summary>{t("Before")}</summary>
      <ul>
        {fact.earlier.map(({ text, said_at }, at) => (
          <li key={at}>
            <span dir="auto">{text}</span> · <RelativeTime at={said_at} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Nothing({ edits }: { edits: boolean }) {
  return (
    <div className="help known-use">
      <p>{edits ? t("Nothing yet. Add what a colleague should know of this visitor.") : t("Nothing yet.")}</p>
      <p>
        {t("With a language model, what visitors say of themselves can be noted once a talk is over. Without one, only what colleagues add stands here.")} <Link to="/settings/models?part=rules">{t("Settings")}</Link>
      </p>
    </div>
  );
}

function Waiting() {
  return (
    <div className="known-list" role="status">
      <span className="visually-hidden">{t("Loading")}</span>
      {[180, 140].map((width) => (
        <span key={width} className="skeleton" style={{ width, height: 16 }} />
      ))}
    </div>
  );
}

function Failed({ onRetry }: { onRetry: () => void }) {
  return (
    <div className="known-failed" role="alert">
      <p>{t("This could not be loaded.")}</p>
      <button type="button" className="button" onClick={onRetry}>
        <RotateCw size={14} aria-hidden="true" />
        {t("Try again")}
      </button>
    </div>
  );
}

function written(day: string): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(new Date(year, month - 1, date));
}
