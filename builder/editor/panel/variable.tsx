/** Names a variable: known ones by a few letters, a new one on the spot. */

import { ChevronsUpDown } from "lucide-react";
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { t } from "../words.ts";
import { variableIssue, worded } from "./check.ts";
import { useForm } from "./form.ts";
import type { Path } from "./path.ts";
import { SuggestionList, suggestions, type Suggestion } from "./suggestions.tsx";
import { declarations, variables } from "./variables.ts";
import { named, type WidgetProps } from "./widget.ts";

export function VariableField(props: WidgetProps) {
  const { path, shape, value, label } = props;
  return (
    <VariableInput
      {...named(props)}
      path={path}
      value={typeof value === "string" ? value : ""}
      label={label}
      writable={shape.selector.writable ?? false}
      nullable={shape.nullable}
    />
  );
}

interface Props {
  path: Path;
  value: string;
  label: string;
  writable: boolean;
  nullable?: boolean;
  placeholder?: string;
  id?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

export function VariableInput({ path, value, label, writable, nullable = false, placeholder, ...attributes }: Props) {
  const form = useForm();
  const [draft, setDraft] = useState<string | null>(null); // null: nobody types
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const listId = useId();
  const known = open ? variables(form.store, writable) : [];
  const list = open ? suggestions(known, draft ?? "", true) : [];
  const shown = Math.min(active, list.length - 1);

  const commit = (name: string, create = false) => {
    const wrong = name && variableIssue(name, writable);
    const more = create && !wrong ? [declared(form, name)] : [];
    form.set(path, name === "" && nullable ? undefined : name, label, null, more);
    setDraft(null);
    setOpen(false);
  };
  const pick = (one: Suggestion) => {
    commit(one.name, one.create);
    input.current?.focus();
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) setOpen(true);
      else setActive((shown + (event.key === "ArrowDown" ? 1 : list.length - 1)) % Math.max(1, list.length));
    } else if (event.key === "Enter" && open && list[shown]) {
      event.preventDefault();
      pick(list[shown]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setDraft(null);
      setOpen(false);
    }
  };
  const wrong = draft ? variableIssue(draft.trim(), writable) : null;

  return (
    <span className="panel-combobox">
      <input
        ref={input}
        {...attributes}
        className="input"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={open && list.length ? listId : undefined}
        aria-activedescendant={open && list.length ? `${listId}-${shown}` : undefined}
        aria-invalid={Boolean(wrong) || attributes["aria-invalid"]}
        placeholder={placeholder ?? (writable ? t("Choose or name a variable") : t("Choose a variable"))}
        readOnly={form.readOnly}
        value={draft ?? value}
        onChange={(event) => {
          setDraft(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onFocus={(event) => event.target.select()}
        onClick={() => !form.readOnly && setOpen(true)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          if (draft !== null && draft.trim() !== value) commit(draft.trim());
          setDraft(null);
          setOpen(false);
          form.leave(path);
        }}
      />
      <ChevronsUpDown size={14} aria-hidden />
      {wrong && (
        <span className="field-error" role="status">
          {worded({ path, type: wrong[0], values: wrong[1] ?? {}, unfinished: false }, form.store.catalogue?.texts ?? {})}
        </span>
      )}
      {open && (
        <SuggestionList
          id={listId}
          list={list}
          active={shown}
          anchor={() => input.current?.getBoundingClientRect()}
          pick={pick}
          close={() => setOpen(false)}
        />
      )}
    </span>
  );
}

/** The bot's variables with one more, as an edit of the document. A part of one declares the whole. */
function declared(form: ReturnType<typeof useForm>, name: string): { key: string; value: unknown } {
  const root = name.split(".")[0] ?? name;
  const known = declarations(form.store);
  const type = root === name ? "text" : "object";
  return { key: "s:variables", value: known.some((one) => one.name === root) ? known : [...known, { name: root, type }] };
}
