/** What the visitor can answer with: choices, stars, files, and always the text box. */

import { Paperclip, SendHorizontal } from "lucide-react";
import { useState, type FormEvent } from "react";
import { t } from "../words.ts";
import type { Action, Asked, Option } from "./simulation.ts";

type Props = { asked: Asked | null; onAct: (action: Action) => void };

/** Under the message that asked. */
export function Choices({ asked, onAct }: Props) {
  if (asked?.type === "rating") return <Rating asked={asked} onAct={onAct} />;
  if (!asked?.options?.length) return null;
  if (asked.multiple) return <Several options={asked.options} onAct={onAct} />;
  return (
    <div className="test-choices" role="group" aria-label={t("Choices")}>
      {asked.options.map((option) => (
        <button key={option.id} type="button" className="test-pill" onClick={() => onAct({ choose: option.id })}>
          <Face option={option} />
        </button>
      ))}
    </div>
  );
}

function Several({ options, onAct }: { options: readonly Option[]; onAct: (action: Action) => void }) {
  const [picked, setPicked] = useState<readonly string[]>([]);
  const toggle = (id: string) => setPicked(picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id]);
  return (
    <div className="test-choices" role="group" aria-label={t("Choices")}>
      {options.map((option) => (
        <button key={option.id} type="button" className="test-pill" aria-pressed={picked.includes(option.id)} onClick={() => toggle(option.id)}>
          <Face option={option} />
        </button>
      ))}
      <button type="button" className="button" disabled={!picked.length} onClick={() => onAct({ choose: picked })}>
        {t("Send choices")}
      </button>
    </div>
  );
}

function Face({ option }: { option: Option }) {
  return (
    <>
      {option.image && <img src={option.image} alt="" />}
      {option.label}
    </>
  );
}

function Rating({ asked, onAct }: { asked: Asked; onAct: (action: Action) => void }) {
  const [least, most] = [asked.minimum ?? 1, asked.maximum ?? 5];
  return (
    <div className="test-choices" role="group" aria-label={t("Rating")}>
      {Array.from({ length: most - least + 1 }, (_, place) => String(least + place)).map((value) => (
        <button key={value} type="button" className="test-pill" onClick={() => onAct({ user: value })}>
          {value}
        </button>
      ))}
    </div>
  );
}

const TYPES: Readonly<Record<string, string>> = { email: "email", phone: "tel", url: "url", date: "date", time: "time" };

function hintOf(type: string | undefined): string {
  if (type === "number") return t("A number");
  if (type === "email") return t("An e-mail address");
  if (type === "phone") return t("A phone number");
  if (type === "url") return t("A web address");
  return t("Write as the visitor");
}

/** Where the visitor writes; what is asked for decides the keyboard, not what may be sent. */
export function TextBox({ asked, onAct }: Props) {
  const [text, setText] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    onAct({ user: text.trim() });
    setText("");
  };
  return (
    <form className="test-reply" onSubmit={send} noValidate>
      {asked?.type === "file" && <FileButton onAct={onAct} />}
      <input
        className="input"
        type={TYPES[asked?.type ?? ""] ?? "text"}
        inputMode={asked?.type === "number" ? "decimal" : undefined}
        autoComplete="off"
        aria-label={t("Write as the visitor")}
        placeholder={asked?.placeholder || hintOf(asked?.type)}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button primary icon" aria-label={t("Send")} disabled={!text.trim()}>
        <SendHorizontal size={16} aria-hidden="true" />
      </button>
    </form>
  );
}

/** Only name, type and size are played; the file itself stays where it is. */
function FileButton({ onAct }: { onAct: (action: Action) => void }) {
  return (
    <label className="button icon test-file-button" title={t("Send a file")}>
      <Paperclip size={16} aria-hidden="true" />
      <span className="visually-hidden">{t("Send a file")}</span>
      <input
        type="file"
        className="visually-hidden"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) onAct({ upload: { name: file.name, size: file.size, ...(file.type ? { type: file.type } : {}) } });
          event.target.value = "";
        }}
      />
    </label>
  );
}
