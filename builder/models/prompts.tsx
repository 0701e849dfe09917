/** What models are told: each prompt with what it is for, the words that ship, and one's own in their place. */

import { RotateCcw } from "lucide-react";
import { useCallback, useId, useState } from "react";

import { useDraft } from "./draft";
import { Failed, Part, Waiting } from "./fields";
import { useRead } from "./reading";
import { SaveBar } from "./save_bar";
import { items } from "./standing";
import { ask, send, type Prompt } from "./wire";
import { t } from "./words";

interface Props {
  workspace: string;
  manages: boolean;
}

export function Prompts({ workspace, manages }: Props) {
  const read = useCallback(async (signal: AbortSignal) => items(await ask<Prompt[]>("models/prompts", {}, signal)), []);
  const { value, problem, again, put } = useRead(read);
  return (
    <Part title={t("Prompts")} lead={t("The words Flyt uses to ask a model. They work as they are; change one where your field needs it.")}>
      {problem ? (
        <Failed why={problem} onRetry={again} />
      ) : value?.length === 0 ? (
        <p className="card padded">{t("There are no prompts to change yet.")}</p>
      ) : value ? (
        <ul className="card models-prompts">
          {value.map((each) => (
            <li key={each.name}>
              <Entry workspace={workspace} manages={manages} prompt={each} onSaved={(saved) => put(value.map((other) => (other.name === saved.name ? saved : other)))} />
            </li>
          ))}
        </ul>
      ) : (
        <Waiting />
      )}
    </Part>
  );
}

function Entry({ workspace, manages, prompt, onSaved }: Props & { prompt: Prompt; onSaved: (prompt: Prompt) => void }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <article className="models-prompt">
      <div className="models-prompt-head">
        <div className="models-grow">
          <h3 className="models-name">
            {title(prompt.name)}
            {prompt.own && <span className="badge blue">{t("Your own words")}</span>}
          </h3>
          <p className="quiet-text">{prompt.about}</p>
        </div>
        <button type="button" className="button" aria-expanded={open} aria-controls={id} aria-label={named(open, manages, title(prompt.name))} onClick={() => setOpen(!open)}>
          {open ? t("Fold") : manages ? t("Edit") : t("Read")}
        </button>
      </div>
      <div id={id}>{open && (manages ? <Editor workspace={workspace} prompt={prompt} onSaved={onSaved} /> : <pre className="models-standard">{prompt.text}</pre>)}</div>
    </article>
  );
}

function Editor({ workspace, prompt, onSaved }: { workspace: string; prompt: Prompt; onSaved: (prompt: Prompt) => void }) {
  const { name, standard } = prompt;
  const id = useId();
  const write = useCallback(
    async ({ text }: { text?: string }) => {
      const own = text !== undefined && text.trim() !== "" && text !== standard;
      const saved = await send<Prompt | null>("PUT", `models/prompts/${name}`, { text: own ? text : null });
      const now = saved ?? { ...prompt, own, text: own ? text : standard };
      onSaved(now);
      return { text: now.text };
    },
    [name, standard, prompt, onSaved],
  );
  const draft = useDraft(`flyt.models.${workspace}.prompt.${name}`, { text: prompt.text }, write);
  const { text } = draft.value;
  const same = text === standard;
  return (
    <div className="stack-4">
      <div className="models-beside">
        <div className="field">
          <label htmlFor={id}>{t("What the model is told")}</label>
          <textarea id={id} className="input models-text" rows={14} spellCheck={false} value={text} onChange={(event) => draft.change({ text: event.target.value })} />
        </div>
        <div className="field">
          <span className="models-label">{t("The standard text")}</span>
          <pre className="models-standard" tabIndex={0} role="region" aria-label={t("The standard text")}>
            {standard}
          </pre>
        </div>
      </div>
      <div className="row-2">
        <button type="button" className="button" disabled={same} onClick={() => draft.change({ text: standard })}>
          <RotateCcw size={16} aria-hidden="true" />
          {t("Back to the standard")}
        </button>
        {same && <span className="help">{t("These are the standard words.")}</span>}
      </div>
      <SaveBar draft={draft} inline />
    </div>
  );
}

function named(open: boolean, manages: boolean, name: string): string {
  if (open) return t("Fold {name}", { name });
  return manages ? t("Edit {name}", { name }) : t("Read {name}", { name });
}

/** "Answer a question" for "answer_question". */
function title(name: string): string {
  const words = name.replace(/[._-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
