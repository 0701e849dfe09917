/** Changing a document that was written here. Saving makes a new version; nobody's is written over. */

import { useState, type FormEvent } from "react";
import { Link } from "react-router";

import { ArticleEditor } from "./article";
import { useDraft } from "./draft";
import type { Reader } from "./knowledge";
import type { Say } from "./notices";
import { complete, EMPTY, PairsEditor } from "./pairs";
import { toDocument } from "./place";
import { Field, Header, Problem } from "./states";
import { ask, change, reason, Refused, type Document, type Pair } from "./wire";
import { faults, Found } from "./writing";
import { t } from "./words";

interface Typed {
  /** The one that was changed. */
  version: number;
  title: string;
  text: string;
  pairs: Pair[];
  note: string;
}

interface Props {
  reader: Reader;
  document: Document;
  go: (to: string) => void;
  say: Say;
}

export function Editing({ reader, document, go, say }: Props) {
  const { id } = document;
  const made = document.pairs ? "faq" : "article";
  const [first] = useState<Typed>(() => typedOf(document));
  const draft = useDraft<Typed>(`${reader.drafts}.${id}`, first, ({ version, text, pairs }) => typeof version === "number" && typeof text === "string" && Array.isArray(pairs));
  const typed = draft.value;
  const set = (part: Partial<Typed>) => draft.write({ ...typed, ...part });
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState("");
  const [theirs, setTheirs] = useState<number | null>(null);
  const [sending, setSending] = useState(false);
  const wrong = faults(typed, made);

  const save = async (version: number) => {
    setSending(true);
    setProblem("");
    const said = made === "faq" ? { pairs: complete(typed.pairs) } : { text: typed.text };
    try {
      await change("PUT", `documents/${id}`, { version, title: typed.title.trim(), note: typed.note.trim(), ...said });
      draft.forget();
      say(t("Saved. Bots answer from it in a moment."));
      return go(toDocument(id));
    } catch (error) {
      if (error instanceof Refused && error.status === 409) await newest(id).then(setTheirs, (why: unknown) => setProblem(reason(why)));
      else setProblem(`${reason(error)} ${t("What you have written is kept.")}`);
    }
    setSending(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!wrong.title && !wrong.text && !wrong.pairs) void save(typed.version);
  };
  const discard = () => {
    draft.forget();
    if (document.version !== first.version) draft.write(typedOf(document));
  };
  return (
    <>
      <Header title={t("Edit {title}", { title: document.title })} back={[document.title, toDocument(id)]} />
      <form className="form" onSubmit={submit} noValidate>
        {draft.found && <Found onDiscard={discard} />}
        <Field label={t("Title")} error={tried ? wrong.title : ""}>
          {(control) => <input {...control} dir="auto" maxLength={300} autoComplete="off" value={typed.title} onChange={(event) => set({ title: event.target.value })} />}
        </Field>
        {made === "faq" ? (
          <>
            <PairsEditor pairs={typed.pairs} tried={tried} onChange={(pairs) => set({ pairs })} />
            <p className="field-error" role="alert">
              {tried && wrong.pairs}
            </p>
          </>
        ) : (
          <ArticleEditor text={typed.text} error={tried ? wrong.text : ""} onChange={(text) => set({ text })} />
        )}
        <Field label={t("Note")} optional help={t("What changed, for those who read the list of versions.")}>
          {(control) => <input {...control} dir="auto" maxLength={500} autoComplete="off" value={typed.note} onChange={(event) => set({ note: event.target.value })} />}
        </Field>
        <Problem text={problem} />
        {theirs !== null && <Overtaken id={id} version={theirs} sending={sending} onSave={() => void save(theirs)} />}
        <div className="form-actions knowledge-save">
          <Link className="button" to={toDocument(id)}>
            {t("Back")}
          </Link>
          <button type="submit" className="button primary" disabled={sending || theirs !== null}>
            {sending ? t("One moment…") : t("Save as a new version")}
          </button>
        </div>
      </form>
    </>
  );
}

/** Somebody else has saved meanwhile: both versions stay, and one says which counts. */
function Overtaken({ id, version, sending, onSave }: { id: string; version: number; sending: boolean; onSave: () => void }) {
  return (
    <div className="notice amber knowledge-overtaken" role="alert">
      <p>{t("Somebody saved version {version} while you were writing. Yours is kept here. Look at theirs, take over from it what you need, then save yours as the newest: theirs stays in the list of versions.", { version })}</p>
      <div className="row-2">
        <a className="button" href={toDocument(id)} target="_blank" rel="noopener">
          {t("Look at theirs")}
        </a>
        <button type="button" className="button" disabled={sending} onClick={onSave}>
          {t("Save mine as the newest")}
        </button>
      </div>
    </div>
  );
}

async function newest(id: string): Promise<number> {
  const { version } = await ask<Document>(`documents/${id}`);
  return version;
}

function typedOf({ version, title, text, pairs }: Document): Typed {
  return { version, title, text, pairs: pairs?.length ? [...pairs] : [EMPTY], note: "" };
}
