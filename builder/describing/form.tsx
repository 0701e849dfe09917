/** Where a bot is described: in one's own words, or by the procedure it is to lead through. */

import { CircleAlert, Sparkles } from "lucide-react";
import { useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import type { Draft } from "./draft";
import type { Kind } from "./wire";
import { languageName, t } from "./words";

const SHORTEST = 20;
const LONGEST = 20_000; // characters

/** In these the bot has words of its own too, such as "I did not understand". */
const OWN = ["en", "nb", "sv", "uk", "ru"];
const OTHERS = ["da", "de", "es", "fi", "fr", "it", "nl", "pl", "pt"];

interface Props {
  draft: Draft;
  busy: boolean;
  /** Why the last attempt brought no bot. */
  failure: ReactNode;
  onChange: (change: Partial<Draft>) => void;
  onSend: () => void;
}

export function Form({ draft, busy, failure, onChange, onSend }: Props) {
  const text = draft[draft.kind];
  const [wrong, setWrong] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const write = (said: string) => {
    setWrong("");
    onChange({ [draft.kind]: said });
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const mistake = mistakeOf(text);
    setWrong(mistake);
    if (mistake) area.current?.focus();
    else if (!busy) onSend();
  };
  return (
    <form className="describe-form card" onSubmit={send} noValidate>
      <Kinds kind={draft.kind} onKind={(kind) => { setWrong(""); onChange({ kind }); }} />
      <TextArea ref={area} kind={draft.kind} text={text} wrong={wrong} onText={write} />
      {draft.kind === "description" && <Examples text={text} onText={(said) => { write(said); area.current?.focus(); }} />}
      {failure}
      <div className="describe-foot">
        <Language code={draft.language} onCode={(language) => onChange({ language })} />
        <button type="submit" className="button primary" aria-disabled={busy}>
          <Sparkles size={16} aria-hidden="true" />
          {busy ? t("One moment…") : t("Draft the bot")}
        </button>
      </div>
    </form>
  );
}

function mistakeOf(text: string): string {
  const length = text.trim().length;
  if (length < SHORTEST) return t("Write at least {count} characters: what the bot is for, and what it asks.", { count: SHORTEST });
  if (length > LONGEST) return t("This is {count} characters too long.", { count: length - LONGEST });
  return "";
}

function Kinds({ kind, onKind }: { kind: Kind; onKind: (kind: Kind) => void }) {
  const name = useId();
  const kinds: [Kind, string][] = [
    ["description", t("A description")],
    ["procedure", t("A procedure you have")],
  ];
  return (
    <div className="segments" role="radiogroup" aria-label={t("What the bot is made from")}>
      {kinds.map(([each, label]) => (
        <label key={each} className="segment">
          <input type="radio" name={name} checked={each === kind} onChange={() => onKind(each)} />
          <span>{label}</span>
        </label>
      ))}
    </div>
  );
}

interface TextProps {
  ref: React.Ref<HTMLTextAreaElement>;
  kind: Kind;
  text: string;
  wrong: string;
  onText: (text: string) => void;
}

function TextArea({ ref, kind, text, wrong, onText }: TextProps) {
  const id = useId();
  const described = kind === "description";
  const label = described ? t("What should the bot do?") : t("The procedure");
  const placeholder = described
    ? t("Who writes to it, what it should find out, what it may answer, and when a person takes over.")
    : t("Paste it as it is: numbered steps, conditions, limits. Each sentence will be found again in the bot.");
  const shown = wrong || (text.trim().length > LONGEST ? mistakeOf(text) : "");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea ref={ref} id={id} className="input" rows={12} dir="auto" value={text} placeholder={placeholder} aria-describedby={`${id}-count ${id}-error`} aria-invalid={Boolean(shown)} onChange={(event) => onText(event.target.value)} />
      <p className="help describe-count" id={`${id}-count`}>
        {t("{count} of {most} characters", { count: text.length, most: LONGEST })}
      </p>
      <p className="field-error" id={`${id}-error`} role="alert">
        {shown}
      </p>
    </div>
  );
}

/** Offered as long as nothing of one's own would be lost. */
function Examples({ text, onText }: { text: string; onText: (text: string) => void }) {
  const examples = [
    {
      label: t("Orders for a bakery"),
      text: t("We are a small bakery. The bot greets visitors and takes orders for cakes: which cake, for how many people, which day, a name and a phone number. It reads the order back before it is sent. More than 40 people, or anything unusual, goes to a person. It also tells how to order bread."),
    },
    {
      label: t("Appointments for a dentist"),
      text: t("Patients of our dental practice write because they have pain, want a check-up or must move an appointment. Ask how bad the pain is, from 0 to 10: with 7 or more call a person at once. For all others ask for the name, the date of birth, a phone number and a day and time that would suit."),
    },
    {
      label: t("Complaints in a shop"),
      text: t("Customers of our online shop complain about late, broken or wrong parcels. The bot says sorry, asks for the order number and what is wrong, and for a picture if something is broken. It asks whether they want a new item or their money back, sums it all up and hands over to a colleague."),
    },
  ];
  if (text.trim() && !examples.some((each) => each.text === text)) return null;
  return (
    <div className="describe-examples" role="group" aria-label={t("Examples")}>
      <span className="help">{t("Begin with an example:")}</span>
      {examples.map((each) => (
        <button key={each.label} type="button" className="describe-chip" aria-pressed={each.text === text} onClick={() => onText(each.text)}>
          {each.label}
        </button>
      ))}
    </div>
  );
}

function Language({ code, onCode }: { code: string; onCode: (code: string) => void }) {
  const id = useId();
  const options = (codes: string[]) =>
    codes.map((each) => (
      <option key={each} value={each}>
        {languageName(each)}
      </option>
    ));
  return (
    <div className="field describe-language">
      <label htmlFor={id}>{t("The bot speaks")}</label>
      <select id={id} className="input" value={code} onChange={(event) => onCode(event.target.value)}>
        <optgroup label={t("With all of its own words")}>{options(OWN)}</optgroup>
        <optgroup label={t("Its short stock phrases are English")}>{options(OTHERS)}</optgroup>
      </select>
    </div>
  );
}

export function Failure({ children }: { children: ReactNode }) {
  return (
    <div className="form-error" role="alert">
      <CircleAlert size={16} aria-hidden="true" />
      <div>{children}</div>
    </div>
  );
}
