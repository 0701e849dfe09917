/** The editor of a text: Markdown on one side, what it becomes on the other. */

import { useId, useState } from "react";

import { Markdown } from "./markdown";
import { Segments } from "./states";
import { t } from "./words";

interface Props {
  text: string;
  error: string;
  onChange: (text: string) => void;
}

export function ArticleEditor({ text, error, onChange }: Props) {
  const [part, setPart] = useState<"write" | "preview">("write");
  const id = useId();
  return (
    <div className={`knowledge-article ${part}`}>
      <div className="knowledge-switch">
        <Segments
          label={t("Shown")}
          options={[
            ["write", t("Write")],
            ["preview", t("Preview")],
          ]}
          value={part}
          onChange={(value) => setPart(value as "write" | "preview")}
        />
      </div>
      <div className="field knowledge-write">
        <label htmlFor={id}>{t("Text")}</label>
        <textarea id={id} className="input" rows={18} dir="auto" value={text} aria-describedby={`${id}-help ${id}-error`} aria-invalid={Boolean(error)} onChange={(event) => onChange(event.target.value)} />
        <p className="help" id={`${id}-help`}>
          {t("# begins a heading, - a point of a list, **two stars** make bold. Headings help bots to find the right passage.")}
        </p>
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      </div>
      <section className="knowledge-preview" aria-label={t("Preview")}>
        <span className="label">{t("Preview")}</span>
        <div className="card knowledge-text" tabIndex={0}>
          {text.trim() ? <Markdown text={text} /> : <p className="quiet-text">{t("What you write shows here as it will be understood.")}</p>}
        </div>
      </section>
    </div>
  );
}
