/** One component for each kind of field; nothing here knows a type of step. */

import { X } from "lucide-react";
import { useState, type ComponentType, type KeyboardEvent } from "react";
import { t } from "../words.ts";
import { Condition } from "./condition.tsx";
import { DurationField } from "./duration.tsx";
import { ObjectFields } from "./fields.tsx";
import { useForm } from "./form.ts";
import { Knowledge } from "./knowledge.tsx";
import { List } from "./list.tsx";
import { MapField } from "./map.tsx";
import { FlowReference, NodeReference } from "./reference.tsx";
import { Sentences } from "./sentences.tsx";
import { TemplateField } from "./template.tsx";
import { ValueField } from "./value.tsx";
import { VariableField } from "./variable.tsx";
import { named, namedGroup, useTyping, type WidgetProps } from "./widget.ts";

function TextField(props: WidgetProps) {
  const { text, type, leave, readOnly } = useTyping(props);
  return (
    <input
      {...named(props)}
      className="input"
      value={text}
      readOnly={readOnly}
      placeholder={props.shape.ui.placeholder}
      autoComplete="off"
      onChange={(event) => type(event.target.value)}
      onBlur={leave}
    />
  );
}

function ExpressionField(props: WidgetProps) {
  const { text, type, leave, readOnly } = useTyping(props);
  return (
    <input
      {...named(props)}
      className="input panel-code"
      value={text}
      readOnly={readOnly}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => type(event.target.value)}
      onBlur={leave}
    />
  );
}

/** What is no number stays in the document as it was typed, with a word about it. */
export function NumberField(props: WidgetProps) {
  const form = useForm();
  const [draft, setDraft] = useState<string | null>(null);
  const { shape, path, value, label } = props;
  const shown = value === undefined || value === null ? "" : String(value);
  const stale = draft !== null && asNumber(draft) !== value && (draft !== "" || shown !== "");
  const preset = shape.default === undefined || shape.default === null ? undefined : String(shape.default);
  return (
    <input
      {...named(props)}
      className="input panel-number"
      inputMode="decimal"
      autoComplete="off"
      placeholder={preset}
      readOnly={form.readOnly}
      value={draft === null || stale ? shown : draft}
      onChange={(event) => {
        setDraft(event.target.value);
        const next = event.target.value.trim() === "" ? undefined : asNumber(event.target.value);
        form.set(path, next, label, event.target.value.length < shown.length ? "delete" : "type");
      }}
      onBlur={() => {
        setDraft(null);
        form.leave(path);
      }}
    />
  );
}

export function asNumber(text: string): number | string {
  const plain = text.trim().replace(/(?<=\d),(?=\d+$)/, ".");
  return plain !== "" && Number.isFinite(Number(plain)) && /^[-+]?[\d.]+$/.test(plain) && !plain.endsWith(".") ? Number(plain) : text;
}

function Toggle(props: WidgetProps) {
  const form = useForm();
  return (
    <input
      {...named(props)}
      type="checkbox"
      role="switch"
      className="panel-switch"
      disabled={form.readOnly}
      checked={(props.value ?? props.shape.default) === true}
      onChange={(event) => form.set(props.path, event.target.checked, props.label)}
    />
  );
}

function Select(props: WidgetProps) {
  const form = useForm();
  const { shape, value, path, label } = props;
  const choices = shape.enum ?? [];
  const current = typeof value === "string" ? value : "";
  return (
    <select
      {...named(props)}
      className="input"
      disabled={form.readOnly}
      value={current}
      onChange={(event) => form.set(path, event.target.value === "" && shape.nullable ? undefined : event.target.value, label)}
      onBlur={() => form.leave(path)}
    >
      {(shape.nullable || !current) && <option value="">{t("None")}</option>}
      {current && !choices.includes(current) && <option value={current}>{current}</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {shape.selector.labels?.[choice] ?? choice}
        </option>
      ))}
    </select>
  );
}

/** Words as tags: Enter or a comma adds one, Backspace takes the last. */
export function Words(props: WidgetProps) {
  const form = useForm();
  const [draft, setDraft] = useState("");
  const { path, label } = props;
  const words = Array.isArray(props.value) ? props.value.map(String) : [];
  const put = (next: readonly string[]) => form.set(path, next, label);
  const add = () => {
    const fresh = draft.split(",").map((one) => one.trim()).filter((one, at, all) => one && all.indexOf(one) === at && !words.includes(one));
    if (fresh.length) put([...words, ...fresh]);
    setDraft("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && !draft && words.length) {
      put(words.slice(0, -1));
    }
  };
  return (
    <div className="panel-words" role="group" {...namedGroup(props)}>
      {words.map((word) => (
        <span key={word} className="panel-word">
          {word}
          {!form.readOnly && (
            <button type="button" aria-label={t("Remove {word}", { word })} onClick={() => put(words.filter((one) => one !== word))}>
              <X size={12} aria-hidden />
            </button>
          )}
        </span>
      ))}
      {!form.readOnly && (
        <input
          id={props.id}
          aria-label={t("Add to: {field}", { field: label })}
          placeholder={words.length ? "" : t("Type and press Enter")}
          value={draft}
          autoComplete="off"
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={() => {
            add();
            form.leave(path);
          }}
        />
      )}
    </div>
  );
}

function ObjectField(props: WidgetProps) {
  return (
    <div className="panel-nested" role="group" {...namedGroup(props)}>
      <ObjectFields path={props.path} shape={props.shape} value={props.value} />
    </div>
  );
}

export const WIDGETS: Readonly<Record<string, ComponentType<WidgetProps>>> = {
  condition: Condition,
  duration: DurationField,
  expression: ExpressionField,
  flow: FlowReference,
  knowledge: Knowledge,
  list: List,
  map: MapField,
  node: NodeReference,
  number: NumberField,
  object: ObjectField,
  select: Select,
  sentences: Sentences,
  template: TemplateField,
  text: TextField,
  toggle: Toggle,
  value: ValueField,
  variable: VariableField,
  words: Words,
};

/** Fields the panel draws as a group of controls, which a `<label>` can't point to. */
export const GROUPS: ReadonlySet<string> = new Set(["condition", "duration", "knowledge", "list", "map", "object", "sentences", "template", "value", "words"]);

/** Fields that nobody edits. */
export const HIDDEN: ReadonlySet<string> = new Set(["id"]);
