/** The right answer to what a bot said: written once, said from then on. */

import { useEffect, useId, useState, type FormEvent, type ReactNode } from "react";

import { ask, send, Unanswered, type Page } from "./asking.ts";
import { Dialog } from "./dialog.tsx";

export type Say = (text: string, values?: Record<string, string | number>) => string;

export interface Reviewed {
  id: string;
  question: string;
  answer: string;
}

interface Asked {
  question: string;
  answer: string;
  collection: string | null;
  reviewed_id: string | null;
}

interface Typed {
  question: string;
  answer: string;
  collection: string;
}

interface Props {
  open: boolean;
  /** Of the message: its conversation and its number. */
  conversation: string;
  seq: number;
  t: Say;
  onClose: () => void;
  onDone: (reviewed: Reviewed) => void;
}

const GENERAL = "General"; // made with the first answer

export function CorrectionDialog({ open, t, onClose, ...rest }: Props) {
  return (
    <Dialog open={open} title={t("The right answer")} closeLabel={t("Close")} wide onClose={onClose}>
      <Correction t={t} onClose={onClose} {...rest} />
    </Dialog>
  );
}

function Correction({ conversation, seq, t, onClose, onDone }: Omit<Props, "open">) {
  const path = `conversations/${conversation}/messages/${seq}/correction`;
  const [asked, setAsked] = useState<Asked | null>(null);
  const [names, setNames] = useState<readonly string[]>([]);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const leaving = new AbortController();
    setFailed(false);
    const load = async () => {
      const [found, known] = await Promise.all([
        ask<Asked>(path, {}, leaving.signal),
        ask<Page<{ name: string }>>("knowledge/collections", { limit: 100 }, leaving.signal),
      ]);
      setNames([...new Set([...known.items.map(({ name }) => name), GENERAL])].sort((one, other) => one.localeCompare(other)));
      setAsked(found);
    };
    load().catch(() => leaving.signal.aborted || setFailed(true));
    return () => leaving.abort();
  }, [path, attempt]);

  if (failed) {
    return (
      <div className="stack-4">
        <p className="form-error" role="alert">{t("Flyt did not answer. Check the connection and try again.")}</p>
        <div className="form-actions">
          <button type="button" className="button" onClick={() => setAttempt((count) => count + 1)}>{t("Try again")}</button>
        </div>
      </div>
    );
  }
  if (!asked) return <p role="status" className="quiet-text">{t("Loading")}</p>;
  return <Form asked={asked} names={names} path={path} t={t} onClose={onClose} onDone={onDone} />;
}

interface FormProps {
  asked: Asked;
  names: readonly string[];
  path: string;
  t: Say;
  onClose: () => void;
  onDone: (reviewed: Reviewed) => void;
}

function Form({ asked, names, path, t, onClose, onDone }: FormProps) {
  const again = asked.reviewed_id !== null;
  const there = asked.collection !== null && names.includes(asked.collection) ? asked.collection : GENERAL;
  const [typed, setTyped] = useState<Typed>({ question: asked.question, answer: again ? asked.answer : "", collection: there });
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Typed>) => setTyped({ ...typed, ...part });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!typed.question.trim() || !typed.answer.trim()) return;
    setBusy(true);
    setProblem("");
    try {
      onDone(await send<Reviewed>("PUT", path, typed));
    } catch (error) {
      setProblem(reason(t, error));
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      {problem && <p className="form-error" role="alert">{problem} {t("What you have written is kept.")}</p>}
      <Field label={t("Question")} help={t("As anybody would ask it; it is found in other words, too. Leave out names, numbers and addresses.")} error={tried && !typed.question.trim() ? t("Write the question.") : ""}>
        {(control) => <textarea {...control} rows={2} autoFocus={!asked.question} dir="auto" maxLength={1000} value={typed.question} onChange={(event) => set({ question: event.target.value })} />}
      </Field>
      {!again && asked.answer && (
        <figure className="correction-said">
          <figcaption>{t("The bot said")}</figcaption>
          <blockquote dir="auto">{asked.answer}</blockquote>
        </figure>
      )}
      <Field label={t("Right answer")} help={t("Markdown works. Every visitor who asks this may read it.")} error={tried && !typed.answer.trim() ? t("Write the answer.") : ""}>
        {(control) => <textarea {...control} rows={6} autoFocus={asked.question !== ""} dir="auto" maxLength={20_000} value={typed.answer} onChange={(event) => set({ answer: event.target.value })} />}
      </Field>
      <Field label={t("Collection")} help={t("Bots that look in it give this answer from now on, before any other and in these words. It stands among the reviewed answers of Knowledge, where it can be changed and deleted.")}>
        {(control) => (
          <select {...control} value={typed.collection} onChange={(event) => set({ collection: event.target.value })}>
            {names.map((name) => <option key={name}>{name}</option>)}
          </select>
        )}
      </Field>
      <div className="form-actions">
        <button type="button" className="button" onClick={onClose}>{t("Cancel")}</button>
        <button type="submit" className="button primary" disabled={busy}>{busy ? t("One moment…") : t("Save the answer")}</button>
      </div>
    </form>
  );
}

interface FieldProps {
  label: string;
  help: string;
  error?: string;
  children: (control: { id: string; className: string; "aria-describedby": string; "aria-invalid": boolean }) => ReactNode;
}

function Field({ label, help, error = "", children }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, className: "input", "aria-describedby": `${id}-help ${id}-error`, "aria-invalid": error !== "" })}
      <p className="help" id={`${id}-help`}>{help}</p>
      <p className="field-error" id={`${id}-error`} role="alert">{error}</p>
    </div>
  );
}

/** The sentence for something that failed. */
function reason(t: Say, error: unknown): string {
  const why = error instanceof Unanswered && error.status < 500 ? error.why : "";
  return why || t("Flyt did not answer. Check the connection and try again.");
}
