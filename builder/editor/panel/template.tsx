/** Text with variables as chips. The editor comes in a chunk of its own; until it is here, and
 * where it cannot come, the same text is edited plainly. */

import { Bold, Braces, Italic, Link, List as ListIcon } from "lucide-react";
import { Component, lazy, Suspense, useId, useMemo, useRef, useState, type ReactNode } from "react";
import { useItem } from "../store.ts";
import { t } from "../words.ts";
import type { Caret, ChipHandle, ChipProps } from "./chips.tsx";
import type { Box } from "./floating.ts";
import { useForm } from "./form.ts";
import { SuggestionList, suggestions, type Suggestion } from "./suggestions.tsx";
import { variables, type Variable } from "./variables.ts";
import { namedGroup, useTyping, type WidgetProps } from "./widget.ts";

const Chips = lazy(() => import("./chips.tsx"));

/** What is being typed after a brace, and where. */
interface Search {
  typed: string;
  anchor: () => Box | undefined;
}

export function TemplateField(props: WidgetProps) {
  const form = useForm();
  const { path, shape, label } = props;
  const { text, readOnly, leave } = useTyping(props);
  const handle = useRef<ChipHandle | null>(null);
  const caret = useRef<Caret | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [search, setSearch] = useState<Search | null>(null);
  const [active, setActive] = useState(0);
  const listId = useId();
  const declared = useItem(form.store, "s:variables");
  const known = useMemo(() => new Map(variables(form.store).map((one) => [one.name, one])), [declared, form]);
  const list = search ? suggestions([...known.values()], search.typed) : [];
  const shown = Math.min(active, list.length - 1);
  const multiline = shape.selector.multiline ?? false;

  const insert = (one: Suggestion) => {
    setSearch(null);
    handle.current?.insert(`{{ ${one.name} }}`);
  };
  /** Keys of the open list; the editor asks before it handles one itself. */
  const onKey = (key: string): boolean => {
    if (!search) return false;
    if (key === "Escape") setSearch(null);
    else if (!list.length) return false;
    else if (key === "ArrowDown") setActive((shown + 1) % list.length);
    else if (key === "ArrowUp") setActive((shown + list.length - 1) % list.length);
    else if ((key === "Enter" || key === "Tab") && list[shown]) insert(list[shown]);
    else return false;
    return true;
  };
  const chip: ChipProps = {
    id: props.id,
    value: text,
    label: props.labelId ? undefined : label,
    labelId: props.labelId,
    describedBy: props.describedBy,
    invalid: props.invalid,
    placeholder: shape.ui.placeholder ?? "",
    multiline,
    readOnly,
    known,
    listId: search && list.length ? listId : undefined,
    activeId: search && list.length ? `${listId}-${shown}` : undefined,
    handle,
    caret,
    onKey,
    onChange: (next, gesture) => form.set(path, next === "" && shape.nullable ? undefined : next, label, gesture),
    onLeave: () => {
      setSearch(null);
      leave();
    },
    onSearch: (found) => {
      setActive(0);
      setSearch(found);
    },
  };
  const tools = !readOnly && (
    <Tools
      markdown={shape.selector.markdown ?? false}
      handle={() => handle.current}
      variable={
        <button
          ref={button}
          type="button"
          className="panel-tool"
          aria-label={t("{field}: insert a variable", { field: label })}
          title={t("Insert a variable")}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            setActive(0);
            setSearch(search ? null : { typed: "", anchor: () => button.current?.getBoundingClientRect() });
            handle.current?.focus();
          }}
        >
          <Braces size={14} aria-hidden />
        </button>
      }
    />
  );
  return (
    <div className={multiline ? "panel-template" : "panel-template line"} role="group" {...namedGroup(props)} data-invalid={props.invalid || undefined}>
      <Otherwise plain={<Plain {...chip} />}>
        <Suspense fallback={<Plain {...chip} />}>
          <Chips {...chip} />
        </Suspense>
      </Otherwise>
      {tools}
      {search && <SuggestionList id={listId} list={list} active={shown} anchor={search.anchor} scrollable pick={insert} close={() => setSearch(null)} />}
    </div>
  );
}

/** Laid out always: a bar that comes with the focus would move the button under the pointer. */
function Tools({ markdown, handle, variable }: { markdown: boolean; handle: () => ChipHandle | null; variable: ReactNode }) {
  const tool = (label: string, icon: ReactNode, use: (handle: ChipHandle) => void) => (
    <button
      type="button"
      className="panel-tool"
      aria-label={label}
      title={label}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        const editor = handle();
        if (editor) use(editor);
      }}
    >
      {icon}
    </button>
  );
  return (
    <div className="panel-tools" role="toolbar" aria-label={t("Format")}>
      {markdown && tool(t("Bold"), <Bold size={14} aria-hidden />, (editor) => editor.wrap("**", "**"))}
      {markdown && tool(t("Italic"), <Italic size={14} aria-hidden />, (editor) => editor.wrap("_", "_"))}
      {markdown && tool(t("Link"), <Link size={14} aria-hidden />, (editor) => editor.wrap("[", "](https://)"))}
      {markdown && tool(t("List"), <ListIcon size={14} aria-hidden />, (editor) => editor.lines("- "))}
      {variable}
    </div>
  );
}

/** The same text with its braces to be seen. */
function Plain(props: ChipProps) {
  const { id, value, label, labelId, describedBy, invalid, readOnly, multiline, placeholder, onChange, onLeave, known, caret } = props;
  const Tag = multiline ? "textarea" : "input";
  return (
    <span className="panel-plain">
      <span className="panel-paint" aria-hidden>
        {painted(value, known)}
      </span>
      <Tag
        id={id}
        className="input"
        rows={multiline ? Math.max(3, value.split("\n").length) : undefined}
        aria-label={label}
        aria-labelledby={labelId}
        aria-describedby={describedBy}
        aria-invalid={invalid || undefined}
        readOnly={readOnly}
        placeholder={placeholder}
        value={value}
        onChange={({ target }) => {
          caret.current = caretOf(target);
          onChange(target.value, target.value.length < value.length ? "delete" : "type");
        }}
        onSelect={({ currentTarget }) => {
          caret.current = caretOf(currentTarget);
        }}
        onBlur={() => {
          caret.current = null;
          onLeave();
        }}
      />
    </span>
  );
}

function caretOf({ selectionStart, selectionEnd }: HTMLInputElement | HTMLTextAreaElement): Caret {
  return { anchor: selectionStart ?? 0, head: selectionEnd ?? 0 };
}

function painted(value: string, known: ReadonlyMap<string, Variable>): ReactNode {
  return value.split(/(\{\{[^{}]*\}\})/).map((piece, at) =>
    piece.startsWith("{{") ? (
      <mark key={at} data-unknown={!known.size || undefined}>
        {piece}
      </mark>
    ) : (
      piece
    ),
  );
}

/** Where the editor's chunk cannot be loaded, the plain field stays. */
class Otherwise extends Component<{ plain: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.plain : this.props.children;
  }
}
