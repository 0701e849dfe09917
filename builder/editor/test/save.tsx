/** Keeps the talk as a test of the document. */

import { useState, type FormEvent } from "react";
import type { Store } from "../store.ts";
import { t } from "../words.ts";
import { actionName } from "./names.ts";
import { Modal } from "./modal.tsx";
import type { Rehearsal } from "./rehearsal.ts";
import type { Action } from "./simulation.ts";
import { freeName, testOf, type SavedTest, type TestLine } from "./saved_test.ts";

type Props = { store: Store; rehearsal: Rehearsal; onClose: () => void; onSaved: (name: string) => void };

export function SaveTest({ store, rehearsal, onClose, onSaved }: Props) {
  const { result, answered, setting } = rehearsal;
  const tests = store.get<readonly SavedTest[]>("s:tests") ?? [];
  const names = tests.map((test) => test.name);
  const heard = (line: number) => result?.messages.find((said) => said.from === "visitor" && said.line === line)?.text;
  const spoken = answered.map((_, line) => heard(line)).filter(Boolean);
  const [name, setName] = useState(freeName(spoken.slice(0, 3).join(" · ").slice(0, 60) || t("Opening"), names));
  if (!result) return null;

  const taken = names.includes(name.trim());
  const test = testOf(name.trim(), result, answered, setting);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim() || taken) return;
    store.change(t("Save a test"), [{ key: "s:tests", value: [...tests, test] }]);
    onSaved(test.name);
  };
  return (
    <Modal title={t("Save as test")} onClose={onClose}>
      <form className="form" onSubmit={save} noValidate>
        <p className="quiet-text">{t("The talk is kept in the document. Whenever its tests run, the bot must answer as it just did.")}</p>
        <div className="field">
          <label htmlFor="test-name">{t("Name")}</label>
          <input id="test-name" className="input" value={name} maxLength={200} aria-invalid={taken || !name.trim()} aria-describedby="test-name-error" onChange={(event) => setName(event.target.value)} />
          <p id="test-name-error" className="field-error">
            {taken ? t("There is a test of this name already; choose another.") : !name.trim() ? t("Give the test a name.") : ""}
          </p>
        </div>
        <ol className="test-preview" aria-label={t("Lines of the test")} tabIndex={0}>
          {test.talk.map((line, place) => (
            <li key={place} data-kind={kindOf(line)}>
              {heard(answered.indexOf(line as Action)) ?? sentence(line)}
            </li>
          ))}
        </ol>
        <div className="form-actions">
          <button type="button" className="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <button type="submit" className="button primary">
            {t("Save test")}
          </button>
        </div>
      </form>
    </Modal>
  );
}

function kindOf(line: TestLine): "bot" | "visitor" | "fact" {
  if ("bot" in line) return "bot";
  return "vars" in line || "status" in line ? "fact" : "visitor";
}

function sentence(line: TestLine): string {
  if ("bot" in line) return line.bot;
  if ("vars" in line) return t("Then {names} must be as they are now.", { names: Object.keys(line.vars).join(", ") });
  if ("status" in line) return statusSentence(line.status);
  return actionName(line);
}

function statusSentence(status: string): string {
  if (status === "ended") return t("The conversation must have ended.");
  if (status === "human") return t("A person must have the conversation.");
  return status === "failed" ? t("The conversation must have failed.") : t("The conversation must go on.");
}
