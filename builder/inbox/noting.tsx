/** The form by which people add or correct what is known. */

import { useId, useState, type FormEvent, type KeyboardEvent } from "react";

import type { Fact, Kind, Written } from "./facts";
import { Who } from "./who";
import { t } from "./words";

interface Props {
  /** Whom it is known of. */
  contact: string;
  /** Without one, something new. */
  fact?: Fact;
  /** Answers why it was refused, or nothing. */
  onWrite: (written: Written) => Promise<string>;
  onClose: () => void;
}

export function Writing({ contact, fact, onWrite, onClose }: Props) {
  const id = useId();
  const [kind, setKind] = useState<Kind>(fact?.kind ?? "fact");
  const [text, setText] = useState(fact?.text ?? "");
  const [name, setName] = useState(fact?.relation?.name ?? "");
  const [to, setTo] = useState(fact?.relation?.to ?? "");
  const [other, setOther] = useState(fact?.relation?.contact_id ?? null);
  const [due, setDue] = useState(fact?.due ?? "");
  const [saving, setSaving] = useState(false);
  const [why, setWhy] = useState("");
  const lacks = !text.trim() || (kind === "relation" && !(name.trim() && to.trim()));

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (lacks || saving) return;
    setSaving(true);
    const relation = { name, to, contact_id: other };
    const refused = await onWrite({
      ...(fact ? {} : { kind }),
      text,
      ...(kind === "relation" ? { relation } : {}),
      ...(kind === "promise" ? { due: due || null } : {}),
    });
    setSaving(false);
    setWhy(refused);
    if (!refused) onClose();
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };
  return (
    <form className="known-form" onSubmit={save} onKeyDown={leave} aria-label={fact ? t("Correct what is known") : t("Add something known")}>
      {!fact && (
        <div className="field">
          <label htmlFor={`${id}-kind`}>{t("What is it?")}</label>
          <select id={`${id}-kind`} className="input" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            <option value="fact">{t("Something about them")}</option>
            <option value="relation">{t("Somebody they belong with")}</option>
            <option value="promise">{t("A promise to them")}</option>
          </select>
        </div>
      )}
      {kind === "relation" && (
        <>
          <Who id={`${id}-to`} of={contact} value={to} linked={other !== null} onWrite={setTo} onLink={setOther} />
          <Line id={`${id}-name`} label={t("Is their")} value={name} placeholder={t("sister, employer, dog")} onChange={setName} />
        </>
      )}
      <div className="field">
        <label htmlFor={`${id}-text`}>{t("In a sentence")}</label>
        <textarea id={`${id}-text`} className="input" rows={2} dir="auto" maxLength={500} autoFocus value={text} placeholder={hint(kind)} onChange={(event) => setText(event.target.value)} />
      </div>
      {kind === "promise" && (
        <div className="field">
          <label htmlFor={`${id}-due`}>
            {t("Until")}
            <span className="optional"> {t("(optional)")}</span>
          </label>
          <input id={`${id}-due`} className="input" type="date" value={due} onChange={(event) => setDue(event.target.value)} />
        </div>
      )}
      {why && (
        <p className="field-error" role="alert">
          {why}
        </p>
      )}
      <div className="row-2">
        <button type="submit" className="button primary" disabled={lacks || saving}>
          {saving ? t("One moment…") : t("Save")}
        </button>
        <button type="button" className="button quiet" onClick={onClose}>
          {t("Cancel")}
        </button>
      </div>
    </form>
  );
}

interface LineProps {
  id: string;
  label: string;
  value: string;
  placeholder: string;
  onChange: (value: string) => void;
}

function Line({ id, label, value, placeholder, onChange }: LineProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="input" dir="auto" maxLength={100} autoComplete="off" value={value} placeholder={placeholder} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

function hint(kind: Kind): string {
  return {
    fact: t("Prefers to be called in the evening."),
    relation: t("Anna Berg is her sister."),
    promise: t("We send a new vase."),
  }[kind];
}
