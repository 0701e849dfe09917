/** The text editor behind `template.tsx`, with `{{ … }}` shown as chips. The text stays the plain
 * string of the document: chips are only how it is drawn. */

import { standardKeymap } from "@codemirror/commands";
import { Annotation, Compartment, EditorSelection, EditorState, Prec, type Extension } from "@codemirror/state";
import { Decoration, EditorView, keymap, MatchDecorator, placeholder as hint, ViewPlugin, WidgetType, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import type { Box } from "./floating.ts";
import type { Gesture } from "./form.ts";
import { friendly, type Variable } from "./variables.ts";

export interface ChipHandle {
  focus: () => void;
  insert: (text: string) => void; // in place of what is searched for, or of the selection
  wrap: (before: string, after: string) => void;
  lines: (mark: string) => void;
}

export interface Caret {
  anchor: number;
  head: number;
}

export interface ChipProps {
  id: string;
  value: string;
  label?: string;
  labelId?: string;
  describedBy?: string;
  invalid: boolean;
  placeholder: string;
  multiline: boolean;
  readOnly: boolean;
  known: ReadonlyMap<string, Variable>;
  listId?: string;
  activeId?: string;
  handle: RefObject<ChipHandle | null>;
  caret: RefObject<Caret | null>; // of the plain field, while somebody types there
  onKey: (key: string) => boolean;
  onChange: (text: string, gesture: Gesture) => void;
  onLeave: () => void;
  onSearch: (found: { typed: string; anchor: () => Box | undefined } | null) => void;
}

const Remote = Annotation.define<boolean>();
const SEARCH = /\{\{?\s?([\p{L}\p{N}_.]*)$/u;

class Chip extends WidgetType {
  readonly text: string;
  readonly unknown: boolean;

  constructor(text: string, unknown: boolean) {
    super();
    this.text = text;
    this.unknown = unknown;
  }

  override eq(other: Chip): boolean {
    return this.text === other.text && this.unknown === other.unknown;
  }

  override toDOM(): HTMLElement {
    const chip = document.createElement("span");
    chip.className = this.unknown ? "panel-chip unknown" : "panel-chip";
    chip.textContent = this.text;
    return chip;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

function chips(known: ReadonlyMap<string, Variable>): Extension {
  const matcher = new MatchDecorator({
    regexp: /\{\{\s*([^{}\n]*?[^{}\s])\s*\}\}/gu,
    decoration: (found) => {
      const { text, unknown } = friendly(found[1] ?? "", known);
      return Decoration.replace({ widget: new Chip(text, unknown) });
    },
  });
  return ViewPlugin.fromClass(
    class {
      drawn: DecorationSet;
      constructor(view: EditorView) {
        this.drawn = matcher.createDeco(view);
      }
      update(update: ViewUpdate) {
        this.drawn = matcher.updateDeco(update, this.drawn);
      }
    },
    {
      decorations: (plugin) => plugin.drawn,
      provide: (plugin) => EditorView.atomicRanges.of((view) => view.plugin(plugin)?.drawn ?? Decoration.none),
    },
  );
}

export default function Chips(props: ChipProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const parts = useRef({ chips: new Compartment(), attributes: new Compartment(), editable: new Compartment() });

  useLayoutEffect(() => {
    const { chips: chipsPart, attributes: attributesPart, editable } = parts.current;
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: props.value,
        extensions: [
          Prec.highest(EditorView.domEventHandlers({ keydown: (event) => !event.shiftKey && latest.current.onKey(event.key) && (event.preventDefault(), event.stopPropagation(), true) })),
          props.multiline ? EditorView.lineWrapping : oneLine(),
          keymap.of([
            ...(props.multiline ? [] : [{ key: "Enter", run: () => true }]),
            { key: "Mod-b", run: () => wrapped(editor, "**", "**") },
            { key: "Mod-i", run: () => wrapped(editor, "_", "_") },
            ...standardKeymap,
          ]),
          hint(props.placeholder),
          chipsPart.of(chips(props.known)),
          attributesPart.of(attributes(props)),
          editable.of(EditorState.readOnly.of(props.readOnly)),
          EditorView.updateListener.of((update) => changed(update, latest.current)),
          EditorView.domEventHandlers({ blur: () => latest.current.onLeave() }),
        ],
      }),
    });
    view.current = editor;
    latest.current.handle.current = handleOf(editor);
    goOn(editor, latest.current.caret);
    return () => {
      latest.current.handle.current = null;
      editor.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.chips.reconfigure(chips(props.known)) });
  }, [props.known]);
  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.attributes.reconfigure(attributes(props)) });
  }, [props.label, props.labelId, props.describedBy, props.invalid, props.listId, props.activeId]);
  useLayoutEffect(() => {
    if (view.current) take(view.current, props.value);
  }, [props.value]);

  return <div ref={host} className="panel-chips" />;
}

/** Who was typing in the plain field types on here. */
function goOn(editor: EditorView, caret: RefObject<Caret | null>): void {
  if (!caret.current) return;
  const longest = editor.state.doc.length;
  const { anchor, head } = caret.current;
  editor.dispatch({ selection: { anchor: Math.min(anchor, longest), head: Math.min(head, longest) } });
  editor.focus();
  caret.current = null;
}

function attributes({ id, label, labelId, describedBy, invalid, multiline, readOnly, listId, activeId }: ChipProps): Extension {
  const given: Record<string, string | undefined> = {
    id,
    role: "textbox",
    "aria-multiline": String(multiline),
    "aria-label": label,
    "aria-labelledby": labelId,
    "aria-describedby": describedBy,
    "aria-invalid": invalid ? "true" : undefined,
    "aria-readonly": readOnly ? "true" : undefined,
    "aria-controls": listId,
    "aria-activedescendant": activeId,
    spellcheck: "true",
    autocapitalize: "sentences",
  };
  const said = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return EditorView.contentAttributes.of(Object.fromEntries(said));
}

/** Line breaks that are pasted into one line become spaces. */
function oneLine(): Extension {
  return EditorState.transactionFilter.of((transaction) => {
    if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
    const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, " ");
    return [{ changes: { from: 0, to: transaction.startState.doc.length, insert: text }, selection: EditorSelection.cursor(text.length) }];
  });
}

function changed(update: ViewUpdate, props: ChipProps): void {
  const here = update.transactions.some((one) => one.docChanged && !one.annotation(Remote));
  if (here) {
    const typed = update.transactions.some((one) => one.isUserEvent("input.type"));
    const deleted = update.transactions.some((one) => one.isUserEvent("delete"));
    props.onChange(update.state.doc.toString(), typed ? "type" : deleted ? "delete" : null);
  }
  if (here) props.onSearch(searched(update.view));
  else if (update.selectionSet && !update.docChanged) props.onSearch(null);
}

/** What stands between the last open brace and the caret. */
function searched(view: EditorView): { typed: string; anchor: () => Box | undefined } | null {
  const { head, empty } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  const found = empty ? SEARCH.exec(line.text.slice(0, head - line.from)) : null;
  if (!found) return null;
  const from = head - found[0].length;
  return { typed: found[1] ?? "", anchor: () => view.coordsAtPos(from) ?? view.dom.getBoundingClientRect() };
}

function handleOf(view: EditorView): ChipHandle {
  return {
    focus: () => view.focus(),
    insert: (text) => {
      const { from, to, head } = view.state.selection.main;
      const line = view.state.doc.lineAt(head);
      const open = SEARCH.exec(line.text.slice(0, head - line.from))?.[0].length ?? 0;
      const closed = open ? (/^\s?\}{1,2}/.exec(line.text.slice(head - line.from))?.[0].length ?? 0) : 0;
      const start = from - open;
      view.dispatch({ changes: { from: start, to: to + closed, insert: text }, selection: { anchor: start + text.length }, userEvent: "input.complete" });
      view.focus();
    },
    wrap: (before, after) => wrapped(view, before, after),
    lines: (mark) => {
      const { from, to } = view.state.selection.main;
      const first = view.state.doc.lineAt(from).number;
      const last = view.state.doc.lineAt(to).number;
      const starts = Array.from({ length: last - first + 1 }, (_, at) => view.state.doc.line(first + at));
      const all = starts.every((line) => line.text.startsWith(mark));
      const changes = starts.map((line) => (all ? { from: line.from, to: line.from + mark.length } : { from: line.from, insert: mark }));
      view.dispatch({ changes, userEvent: "input.format" });
      view.focus();
    },
  };
}

function wrapped(view: EditorView, before: string, after: string): boolean {
  const { from, to } = view.state.selection.main;
  const text = view.state.sliceDoc(from, to);
  const { doc } = view.state;
  const has = doc.sliceString(from - before.length, from) === before && doc.sliceString(to, to + after.length) === after;
  if (has) {
    view.dispatch({ changes: [{ from: from - before.length, to: from }, { from: to, to: to + after.length }], userEvent: "input.format" });
  } else {
    const start = from + before.length;
    view.dispatch({ changes: { from, to, insert: before + text + after }, selection: { anchor: start, head: start + text.length }, userEvent: "input.format" });
  }
  view.focus();
  return true;
}

/** A value from elsewhere: the smallest range that differs is replaced, so the caret stays. */
function take(view: EditorView, value: string): void {
  const now = view.state.doc.toString();
  if (now === value) return;
  let start = 0;
  while (start < now.length && start < value.length && now[start] === value[start]) start += 1;
  let end = 0;
  while (end < now.length - start && end < value.length - start && now[now.length - 1 - end] === value[value.length - 1 - end]) end += 1;
  view.dispatch({
    changes: { from: start, to: now.length - end, insert: value.slice(start, value.length - end) },
    annotations: Remote.of(true),
  });
}
