/** A new article, or new questions with their answers. What is typed is kept until it is saved. */

import { useState, type FormEvent } from "react";
import { Link } from "react-router";

import { ArticleEditor } from "./article";
import { CollectionField } from "./collection_field";
import { useDraft } from "./draft";
import type { Reader } from "./knowledge";
import { complete, EMPTY, fault, PairsEditor } from "./pairs";
import { toSource, toSources } from "./place";
import { Field, Header, Problem } from "./states";
import { change, into, reason, type Pair, type Source } from "./wire";
import { t } from "./words";

interface Typed {
  title: string;
  text: string;
  pairs: Pair[];
  collection: string;
}

const NOTHING: Typed = { title: "", text: "", pairs: [EMPTY, EMPTY, EMPTY], collection: "" };

interface Props {
  reader: Reader;
  made: "faq" | "article";
  go: (to: string) => void;
}

export function Writing({ reader, made, go }: Props) {
  const draft = useDraft<Typed>(`${reader.drafts}.${made}`, NOTHING, ({ title, text, pairs }) => typeof title === "string" && typeof text === "string" && Array.isArray(pairs));
  const typed = draft.value;
  const set = (part: Partial<Typed>) => draft.write({ ...typed, ...part });
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState("");
  const [sending, setSending] = useState(false);
  const wrong = faults(typed, made);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setProblem("");
    if (wrong.title || wrong.text || wrong.pairs) return;
    setSending(true);
    const said = made === "faq" ? { pairs: complete(typed.pairs) } : { text: typed.text };
    try {
      const source = await change<Source>("POST", "sources", { kind: made, title: typed.title.trim(), ...said, ...(await into(typed.collection)) });
      draft.forget();
      go(toSource(source.id));
    } catch (error) {
      setProblem(reason(error));
      setSending(false);
    }
  };
  return (
    <>
      <Header title={made === "faq" ? t("New questions and answers") : t("New article")} back={[t("Knowledge"), toSources()]} />
      {reader.edits ? (
        <form className="form" onSubmit={submit} noValidate>
          {draft.found && <Found onDiscard={draft.forget} />}
          <div className="form-row">
            <Field label={t("Title")} help={t("It is named where an answer comes from here.")} error={tried ? wrong.title : ""}>
              {(control) => <input {...control} dir="auto" maxLength={300} autoComplete="off" value={typed.title} onChange={(event) => set({ title: event.target.value })} />}
            </Field>
            <CollectionField value={typed.collection} onChange={(collection) => set({ collection })} />
          </div>
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
          <Problem text={problem && `${problem} ${t("What you have written is kept.")}`} />
          <div className="form-actions knowledge-save">
            <Link className="button" to={toSources()}>
              {t("Cancel")}
            </Link>
            <button type="submit" className="button primary" disabled={sending}>
              {sending ? t("One moment…") : made === "faq" ? t("Add questions") : t("Add article")}
            </button>
          </div>
        </form>
      ) : (
        <p className="notice">{t("Your role in this workspace lets you read what bots know, but not add to it. Ask an owner.")}</p>
      )}
    </>
  );
}

/** What was typed on an earlier visit is there again. */
export function Found({ onDiscard }: { onDiscard: () => void }) {
  return (
    <div className="notice knowledge-found" role="status">
      <p>{t("What you had written and not saved is here again.")}</p>
      <button type="button" className="button" onClick={onDiscard}>
        {t("Discard it")}
      </button>
    </div>
  );
}

/** What is missing, in the place of each field. */
export function faults({ title, text, pairs }: Pick<Typed, "title" | "text" | "pairs">, made: "faq" | "article"): { title: string; text: string; pairs: string } {
  const half = pairs.some((pair) => fault(pair));
  const none = complete(pairs).length === 0;
  return {
    title: title.trim() ? "" : t("Write a title."),
    text: made === "article" && !text.trim() ? t("Write something: an empty text answers nothing.") : "",
    pairs: made === "article" ? "" : half ? t("Some questions or answers above are missing.") : none ? t("Write at least one question with its answer.") : "",
  };
}
