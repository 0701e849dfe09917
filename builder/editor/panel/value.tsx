/** A value of any type: its kind is chosen, so that 5 and "5" stay apart. */

import { useState } from "react";
import { t } from "../words.ts";
import { useForm } from "./form.ts";
import { TemplateField } from "./template.tsx";
import { asNumber, NumberField } from "./widgets.tsx";
import { namedGroup, type WidgetProps } from "./widget.ts";

const SHORT = 40; // characters of JSON that stay on one line

type Kind = "text" | "number" | "boolean" | "nothing" | "json";

export function ValueField(props: WidgetProps) {
  const form = useForm();
  const { path, value, label } = props;
  const optional = props.shape.nullable || "default" in props.shape; // then an empty text is no value
  const kind = kindOf(value, optional);
  const inner: WidgetProps = { ...props, label: t("{field}: value", { field: label }), labelId: undefined };
  return (
    <div className="panel-value" data-kind={kind} role="group" {...namedGroup(props)}>
      {kind === "text" && <TemplateField {...inner} shape={{ ...props.shape, kind: "template", nullable: optional, selector: { kind: "template" } }} />}
      {kind === "number" && <NumberField {...inner} shape={{ ...props.shape, type: "number" }} />}
      {kind === "boolean" && (
        <select id={props.id} className="input" aria-label={inner.label} disabled={form.readOnly} value={String(value)} onChange={(event) => form.set(path, event.target.value === "true", label)}>
          <option value="true">{t("Yes")}</option>
          <option value="false">{t("No")}</option>
        </select>
      )}
      {kind === "json" && <Json {...inner} />}
      {kind === "nothing" && <span className="panel-quiet">{t("Nothing")}</span>}
      <select
        className="input panel-kind"
        aria-label={t("{field}: kind of value", { field: label })}
        disabled={form.readOnly}
        value={kind}
        onChange={(event) => form.set(path, turned(value, event.target.value as Kind), label)}
      >
        <option value="text">{t("Text")}</option>
        <option value="number">{t("Number")}</option>
        <option value="boolean">{t("Yes or no")}</option>
        <option value="json">{t("List")}</option>
        {!optional && <option value="nothing">{t("Nothing")}</option>}
      </select>
    </div>
  );
}

function kindOf(value: unknown, optional: boolean): Kind {
  if (value === undefined || (value === null && optional)) return "text";
  if (value === null) return "nothing";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "json";
}

/** The value as one of another kind, as far as it can be one. */
function turned(value: unknown, kind: Kind): unknown {
  switch (kind) {
    case "text":
      return value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    case "number": {
      const found = asNumber(String(value ?? ""));
      return typeof found === "number" ? found : 0;
    }
    case "boolean":
      return value === true || value === "true";
    case "json":
      return typeof value === "string" && value ? [value] : [];
    case "nothing":
      return null;
  }
}

/** A list or an object as JSON; what cannot be read yet is not stored. */
function Json(props: WidgetProps) {
  const form = useForm();
  const short = JSON.stringify(props.value);
  const stored = short.length > SHORT ? JSON.stringify(props.value, null, 2) : short;
  const [draft, setDraft] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  return (
    <span className="panel-json">
      <textarea
        id={props.id}
        className="input panel-code"
        aria-label={props.label}
        aria-invalid={wrong || undefined}
        spellCheck={false}
        rows={3}
        readOnly={form.readOnly}
        value={draft ?? stored}
        onChange={(event) => {
          setDraft(event.target.value);
          const read = readJson(event.target.value);
          setWrong(read === undefined);
          if (read !== undefined) form.set(props.path, read, props.label, "type");
        }}
        onBlur={() => {
          if (!wrong) setDraft(null);
          form.leave(props.path);
        }}
      />
      {wrong && (
        <span className="field-error" role="status">
          {t('Write a list such as ["red", "blue"], or an object.')}
        </span>
      )}
    </span>
  );
}

function readJson(text: string): unknown {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}
