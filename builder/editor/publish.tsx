/** Publishes the draft as a version: what changes, a note for colleagues, and how it went. */

import { ArrowRight, CircleCheck, Minus, Pencil, Plus } from "lucide-react";
import { useEffect, useState, type FormEvent } from "react";
import { flowKey, stepKey } from "./actions.ts";
import { sentences, type ItemChange, type Names, type Sentence } from "./changes.ts";
import { ProblemList } from "./problems.tsx";
import { isRepair } from "./repairs.ts";
import type { Problem, Store } from "./store.ts";
import { Modal } from "./test/modal.tsx";
import { flowName, stepName } from "./test/names.ts";
import { call, Refused } from "./wire.ts";
import { t } from "./words.ts";

export function PublishButton({ store }: { store: Store }) {
  const [open, setOpen] = useState(false);
  if (store.readOnly) return null;
  return (
    <>
      <button type="button" className="button primary" onClick={() => setOpen(true)}>
        {t("Publish")}
      </button>
      {open && <PublishDialog store={store} onClose={() => setOpen(false)} />}
    </>
  );
}

interface Outlook {
  live: number | null; // null: nothing is published yet
  changes: readonly Sentence[];
}

interface Examined {
  problems: readonly Problem[];
  outlook: Outlook | null; // null: there are errors
}

type Stage = { kind: "reading" } | { kind: "ready"; examined: Examined } | { kind: "publishing"; examined: Examined } | { kind: "done"; number: number } | { kind: "failed"; message: string };

type DialogProps = { store: Store; onClose: () => void };

function PublishDialog({ store, onClose }: DialogProps) {
  const [stage, setStage] = useState<Stage>({ kind: "reading" });
  const [note, setNote] = useState("");
  const read = () => {
    setStage({ kind: "reading" });
    examine(store).then(
      (examined) => setStage({ kind: "ready", examined }),
      (reason: unknown) => setStage({ kind: "failed", message: sentenceOf(reason) }),
    );
  };
  useEffect(read, [store]);

  const publish = async (examined: Examined) => {
    setStage({ kind: "publishing", examined });
    try {
      await store.flush();
      const { number } = await call<{ number: number }>("POST", `${root(store)}/publish`, { note: note.trim() });
      setStage({ kind: "done", number });
    } catch (reason) {
      if (reason instanceof Refused && reason.status === 422) read();
      else setStage({ kind: "failed", message: sentenceOf(reason) });
    }
  };

  if (stage.kind === "done") return <Done number={stage.number} onClose={onClose} />;
  const examined = stage.kind === "ready" || stage.kind === "publishing" ? stage.examined : null;
  const errors = examined?.problems.filter((problem) => problem.severity === "error") ?? [];
  return (
    <Modal title={errors.length ? t("This draft can't be published yet") : t("Publish")} onClose={onClose}>
      {stage.kind === "reading" && <Reading />}
      {stage.kind === "failed" && <Failed message={stage.message} onAgain={read} />}
      {examined && errors.length > 0 && <Errors store={store} errors={errors} onClose={onClose} />}
      {examined?.outlook && (
        <Ready store={store} problems={examined.problems} outlook={examined.outlook} note={note} busy={stage.kind === "publishing"} onNote={setNote} onPublish={() => void publish(examined)} onClose={onClose} />
      )}
    </Modal>
  );
}

const root = (store: Store) => `/api/v1/bots/${store.botId}`;

/** The draft as the server has it, so that nothing is published that was not shown. */
async function examine(store: Store): Promise<Examined> {
  await store.flush();
  const { problems } = await call<{ problems: Problem[] }>("POST", `${root(store)}/validate`);
  if (problems.some((problem) => problem.severity === "error")) return { problems, outlook: null };
  const { items } = await call<{ items: { number: number; share: number | null }[] }>("GET", `${root(store)}/releases?limit=50`);
  const live = items.find((release) => release.share !== null);
  if (!live) return { problems, outlook: { live: null, changes: [] } };
  const { changes } = await call<{ changes: ItemChange[] }>("GET", `${root(store)}/releases/${live.number}/diff/draft`);
  return { problems, outlook: { live: live.number, changes: sentences(changes, namesIn(store)) } };
}

function namesIn(store: Store): Names {
  const isOwn = (flow: string) => !isRepair(flow) || (store.get(flowKey(flow)) !== undefined && !store.isStandard(flow));
  return { of: (change) => nameOf(store, change), standard: (flow) => (isOwn(flow) ? null : flowName(store, flow)) };
}

/** Steps of a repair flow are called much the same in all of them: its own name goes before. */
function nameOf(store: Store, { item, path, title }: ItemChange): string {
  const [, flow = "", node = ""] = item === "node" ? (/^flows\.((?:system\.)?[^.]+)\.nodes\.(.+)$/.exec(path) ?? []) : [];
  const name = store.get(stepKey(flow, node)) ? stepName(store, flow, node) : title;
  return isRepair(flow) ? `${flowName(store, flow)} › ${name}` : name;
}

function sentenceOf(reason: unknown): string {
  if (reason instanceof Refused) return reason.message;
  return t("Flyt did not answer. Check the connection and try again.");
}

function Reading() {
  return (
    <div className="publish-reading" role="status">
      <span className="visually-hidden">{t("Looking at what has changed")}</span>
      <span className="skeleton" />
      <span className="skeleton" />
      <span className="skeleton" />
    </div>
  );
}

function Failed({ message, onAgain }: { message: string; onAgain: () => void }) {
  return (
    <div className="form">
      <p className="form-error" role="alert">
        {message}
      </p>
      <div className="form-actions">
        <button type="button" className="button" onClick={onAgain}>
          {t("Try again")}
        </button>
      </div>
    </div>
  );
}

type ErrorsProps = { store: Store; errors: readonly Problem[]; onClose: () => void };

function Errors({ store, errors, onClose }: ErrorsProps) {
  return (
    <div className="form">
      <p className="quiet-text">{t("Mend these first; each leads to its step.")}</p>
      <ProblemList store={store} problems={errors} onGo={onClose} />
      <div className="form-actions">
        <button type="button" className="button" onClick={onClose}>
          {t("Close")}
        </button>
      </div>
    </div>
  );
}

type ReadyProps = {
  store: Store;
  problems: readonly Problem[];
  outlook: Outlook;
  note: string;
  busy: boolean;
  onNote: (note: string) => void;
  onPublish: () => void;
  onClose: () => void;
};

function Ready({ store, problems, outlook, note, busy, onNote, onPublish, onClose }: ReadyProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onPublish();
  };
  return (
    <form className="form" onSubmit={submit}>
      <Changes outlook={outlook} />
      {problems.length > 0 && (
        <details className="publish-warnings">
          <summary>{problems.length === 1 ? t("1 warning; the bot can be published with it") : t("{count} warnings; the bot can be published with them", { count: problems.length })}</summary>
          <ProblemList store={store} problems={problems} onGo={onClose} />
        </details>
      )}
      <div className="field">
        <label htmlFor="publish-note">
          {t("Note")} <span className="optional">{t("optional")}</span>
        </label>
        <textarea id="publish-note" className="input" rows={2} maxLength={2000} value={note} aria-describedby="publish-note-help" onChange={(event) => onNote(event.target.value)} />
        <p id="publish-note-help" className="help">
          {t("What changed, for those who read the list of versions.")}
        </p>
      </div>
      <p className="quiet-text">{t("New conversations will come to this version. Those under way stay on theirs.")}</p>
      <div className="form-actions">
        <button type="button" className="button" onClick={onClose}>
          {t("Cancel")}
        </button>
        <button type="submit" className="button primary" disabled={busy} aria-busy={busy}>
          {busy ? t("Publishing…") : t("Publish")}
        </button>
      </div>
    </form>
  );
}

const SIGNS = { added: Plus, removed: Minus, changed: Pencil };
const SHOWN = 8;

function Changes({ outlook }: { outlook: Outlook }) {
  const [all, setAll] = useState(false);
  if (outlook.live === null) return <p>{t("This is the first version: until now nobody could talk to this bot.")}</p>;
  if (!outlook.changes.length) return <p>{t("The draft is the same as version {number}, which is live.", { number: outlook.live })}</p>;
  const shown = all ? outlook.changes : outlook.changes.slice(0, SHOWN);
  const more = outlook.changes.length - shown.length;
  return (
    <section className="publish-changes" aria-label={t("Changes")}>
      <h3>{t("Changed since version {number}, which is live", { number: outlook.live })}</h3>
      <ul>
        {shown.map((change, place) => (
          <Change key={place} change={change} />
        ))}
      </ul>
      {more > 0 && (
        <button type="button" className="button quiet" onClick={() => setAll(true)}>
          {t("Show {count} more", { count: more })}
        </button>
      )}
    </section>
  );
}

function Change({ change }: { change: Sentence }) {
  const Sign = SIGNS[change.change];
  const { fields, values } = change;
  return (
    <li data-change={change.change}>
      <Sign size={14} aria-hidden="true" />
      <span>
        {change.text}
        {fields && <span className="publish-detail">{fields}</span>}
        {values && (
          <span className="publish-detail">
            {values.before} <ArrowRight size={12} role="img" aria-label={t("now")} /> {values.after}
          </span>
        )}
      </span>
    </li>
  );
}

function Done({ number, onClose }: { number: number; onClose: () => void }) {
  return (
    <Modal title={t("Version {number} is live", { number })} onClose={onClose}>
      <div className="form">
        <p className="publish-done" role="status">
          <CircleCheck size={16} aria-hidden="true" />
          {t("New conversations come to version {number} from now on.", { number })}
        </p>
        <div className="form-actions">
          <button type="button" className="button primary" onClick={onClose}>
            {t("Close")}
          </button>
        </div>
      </div>
    </Modal>
  );
}
