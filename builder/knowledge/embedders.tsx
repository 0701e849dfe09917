/** How a collection is searched: by words or by meaning, in which languages, and changing it. */

import { useCallback, useState } from "react";

import { AskDialog } from "./actions";
import { Bar } from "./kinds";
import type { Reader } from "./knowledge";
import { useReading } from "./reading";
import { Failed, Waiting } from "./states";
import { ask, change, type Collection, type Embedder } from "./wire";
import { joined, languageName, t } from "./words";

const EVERY = "every"; // in place of the codes of languages

export function useEmbedders() {
  const read = useCallback((signal: AbortSignal) => ask<Embedder[]>("embedders", signal), []);
  return useReading(read);
}

export type Embedders = ReturnType<typeof useEmbedders>;

interface Props {
  collection: Collection;
  embedders: Embedders;
  reader: Reader;
}

/** What is searched by now, and how far a change has come. */
export function SearchedBy({ collection, embedders, reader }: Props) {
  const [open, setOpen] = useState(false);
  const now = embedders.value?.find(({ name }) => name === collection.embedder);
  const next = embedders.value?.find(({ name }) => name === collection.next_embedder);
  return (
    <div className="knowledge-searched">
      <p className="row-2">
        <strong>{now?.label ?? collection.embedder}</strong> <Meaning embedder={now} />
      </p>
      {now && <p className="knowledge-quiet">{sentence(now)}</p>}
      {collection.next_embedder && (
        <div className="knowledge-changing">
          <Bar
            label={t("Changing the search of {name}", { name: collection.name })}
            said={t("{done} of {total} passages made ready for {label}", { done: collection.embedding?.done ?? 0, total: collection.embedding?.total ?? 0, label: next?.label ?? collection.next_embedder })}
            done={collection.embedding?.done}
            total={collection.embedding?.total}
          />
          <p className="knowledge-quiet">{t("Until then it is searched as before.")}</p>
        </div>
      )}
      {reader.edits && !collection.next_embedder && (
        <button type="button" className="button" aria-label={t("Change the search of {name}", { name: collection.name })} onClick={() => setOpen(true)}>
          {t("Change")}
        </button>
      )}
      <ChangeDialog collection={collection} embedders={embedders} open={open} onClose={() => setOpen(false)} />
    </div>
  );
}

export function Meaning({ embedder }: { embedder: Embedder | undefined }) {
  if (!embedder) return null;
  return <span className={embedder.semantic ? "badge green" : "badge"}>{embedder.semantic ? t("By meaning and words") : t("By words")}</span>;
}

function sentence({ languages, note }: Embedder): string {
  const where = languages.includes(EVERY) ? t("For every language.") : t("For {languages}.", { languages: joined(languages.map(languageName)) });
  return `${where} ${note}`.trim();
}

interface ChangeProps {
  collection: Collection;
  embedders: Embedders;
  open: boolean;
  onClose: () => void;
}

function ChangeDialog({ collection, embedders, open, onClose }: ChangeProps) {
  const [chosen, setChosen] = useState(collection.embedder);
  const act = async () => {
    if (chosen === collection.embedder) return;
    await change("PATCH", `collections/${collection.id}`, { embedder: chosen });
  };
  return (
    <AskDialog open={open} title={t("How {name} is searched", { name: collection.name })} button={t("Change the search")} onClose={onClose} act={act}>
      {embedders.failed && <Failed onRetry={embedders.again} />}
      {!embedders.value && !embedders.failed && <Waiting rows={2} />}
      <fieldset className="knowledge-embedders">
        <legend className="visually-hidden">{t("Kinds of search")}</legend>
        {embedders.value?.map((embedder) => (
          <label key={embedder.name} className={embedder.available ? "knowledge-choice" : "knowledge-choice off"}>
            <input type="radio" name={`embedder-${collection.id}`} checked={chosen === embedder.name} disabled={!embedder.available} onChange={() => setChosen(embedder.name)} />
            <span>
              <span className="row-2">
                {embedder.label} <Meaning embedder={embedder} /> {!embedder.available && <span className="badge amber">{t("Not available")}</span>}
              </span>
              <span className="help">{sentence(embedder)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <p className="help">{t("Every passage is made ready for the new search first, which may take a while. Bots go on answering as before until it is done.")}</p>
    </AskDialog>
  );
}
