/** Draws the fields of a form from its schema. */

import { ChevronRight } from "lucide-react";
import { memo, useEffect, useId, useRef, useState, type ReactNode } from "react";
import type { JsonSchema, OneOf } from "../catalogue.ts";
import { useItem } from "../store.ts";
import { t } from "../words.ts";
import { useForm, useSaid, useSaidBelow, type Said } from "./form.ts";
import { getIn, isObject, parsed, startsWith, written, type Path } from "./path.ts";
import { blank, chosenOf, isFilled, isShown, shapeOf, type Shape } from "./schema.ts";
import { fieldId } from "./widget.ts";
import { GROUPS, HIDDEN, WIDGETS } from "./widgets.tsx";

interface FieldProps {
  path: Path;
  schema: JsonSchema;
  value: unknown;
  label?: string; // instead of the schema's title
  bare?: boolean; // without its label on the page
  optional?: boolean; // may be left out, whatever the schema says
}

export const Field = memo(function Field({ path, schema, value, label, bare = false, optional = false }: FieldProps) {
  const form = useForm();
  const said = useSaid(path);
  const declared = shapeOf(schema, form.schema);
  const placeholder = declared.ui.placeholder ?? (bare ? declared.title : undefined);
  const shape = { ...declared, nullable: declared.nullable || optional, ui: { ...declared.ui, placeholder } };
  const name = label ?? shape.title ?? String(path.at(-1));
  const id = fieldId(form.key, [...form.base, ...path]);
  const Widget = WIDGETS[shape.kind];
  if (HIDDEN.has(shape.kind)) return null;
  if (!Widget) throw new Error(`The panel has no widget for "${shape.kind}" (${name}).`);
  const described = said || shape.description ? `${id}-help` : undefined;
  const group = GROUPS.has(shape.kind);
  const title = !bare && (
    <span className="panel-label">
      {group ? <span id={`${id}-label`}>{name}</span> : <label id={`${id}-label`} htmlFor={id}>{name}</label>}
    </span>
  );
  const widget = (
    <Widget id={id} path={path} shape={shape} value={value} label={name} labelId={bare ? undefined : `${id}-label`} describedBy={described} invalid={said?.severity === "error"} />
  );
  return (
    <div className={classes(shape)} data-path={written([...form.base, ...path])}>
      {title}
      {widget}
      <Help id={`${id}-help`} said={said} help={shape.description} />
    </div>
  );
}, equal);

function equal(before: FieldProps, after: FieldProps): boolean {
  return (
    before.schema === after.schema &&
    before.value === after.value &&
    before.label === after.label &&
    before.bare === after.bare &&
    before.optional === after.optional &&
    written(before.path) === written(after.path)
  );
}

function classes(shape: Shape): string {
  return ["panel-field", shape.ui.half && "half", shape.kind === "toggle" && "beside"].filter(Boolean).join(" ");
}

/** What is wrong stands where the help does: there is one place to look. */
export function Help({ id, said, help }: { id: string; said: Said | null; help?: string }) {
  if (said) {
    return (
      <p id={id} className={said.severity === "error" ? "field-error" : "field-error warning"}>
        <span>
          {said.text}
          {said.hint && ` ${said.hint}`}
        </span>
      </p>
    );
  }
  return help ? (
    <p id={id} className="help">
      {help}
    </p>
  ) : null;
}

// Several -----------------------------------------------------------------------------------

interface ObjectProps {
  path: Path;
  shape: Shape;
  value: unknown;
  but?: readonly string[]; // fields drawn elsewhere
}

/** The fields of an object: those in everyday use, then the others under "More". */
export function ObjectFields({ path, shape, value, but = [] }: ObjectProps) {
  const form = useForm();
  const values = isObject(value) ? value : {};
  const choices = path.length ? [] : form.oneOf;
  const everyday: ReactNode[] = [];
  const rest: ReactNode[] = [];
  const folded: string[] = [];
  const drawn = new Set(but);

  for (const [name, schema] of Object.entries(shape.properties ?? {})) {
    if (drawn.has(name)) continue;
    const choice = choices.find((one) => name in one.fields);
    if (choice) {
      for (const field of fieldsOf(choice)) drawn.add(field);
      everyday.push(<Either key={choice.title} choice={choice} shape={shape} values={values} />);
      continue;
    }
    const part = shapeOf(schema, form.schema);
    if (HIDDEN.has(part.kind) || !isShown(part, values)) continue;
    const field = <Field key={name} path={[...path, name]} schema={schema} value={values[name]} />;
    if (part.ui.more) {
      folded.push(name);
      rest.push(field);
    } else everyday.push(field);
  }
  return (
    <div className="panel-fields">
      {everyday}
      {rest.length > 0 && (
        <More path={path} names={folded} filled={folded.some((name) => isSaying(values[name], shape.properties?.[name]))}>
          {rest}
        </More>
      )}
    </div>
  );
}

function fieldsOf(choice: OneOf): readonly string[] {
  return [...Object.keys(choice.fields), ...Object.values(choice.also).flatMap(Object.keys)];
}

/** Whether a field says more than its default does. */
function isSaying(value: unknown, schema?: JsonSchema): boolean {
  return isFilled(value) && JSON.stringify(value) !== JSON.stringify(schema?.default);
}

interface MoreProps {
  path: Path;
  names: readonly string[];
  filled: boolean;
  children: ReactNode;
}

function More({ path, names, filled, children }: MoreProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const wrong = useSaidBelow(...names.map((name) => [...path, name]));
  useWanted((wanted) => {
    if (names.some((name) => startsWith(wanted, [...path, name]))) setOpen(true);
  });
  return (
    <div className="panel-more">
      <button type="button" className="panel-fold" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <ChevronRight size={14} aria-hidden />
        {t("More")}
        {!open && wrong > 0 && <span className="panel-wrong">{wrong === 1 ? t("1 problem") : t("{count} problems", { count: wrong })}</span>}
        {!open && !wrong && filled && <span className="panel-note">{t("in use")}</span>}
      </button>
      {open && (
        <div id={id} className="panel-fields">
          {children}
        </div>
      )}
    </div>
  );
}

/** Tells of the field that somebody wants to see: undo, or a click on a problem. */
export function useWanted(show: (inside: Path) => void): void {
  const form = useForm();
  const latest = useRef(show);
  latest.current = show;
  useEffect(() => {
    const look = () => {
      const focus = form.store.focus;
      if (focus?.key !== form.key || !focus.path) return;
      const place = parsed(focus.path);
      if (startsWith(place, form.base)) latest.current(place.slice(form.base.length));
    };
    look();
    return form.store.subscribe("selection", look);
  }, [form]);
}

// One of several ----------------------------------------------------------------------------

interface EitherProps {
  choice: OneOf;
  shape: Shape;
  values: Record<string, unknown>;
}

/** "Exactly one of these": switching empties the others and keeps what they held for coming back. */
function Either({ choice, shape, values }: EitherProps) {
  const form = useForm();
  const id = useId();
  const kept = useRef(new Map<string, Record<string, unknown>>());
  const [picked, setPicked] = useState<string | null>(null);
  const filled = chosenOf(choice, values);
  const chosen = filled ?? picked ?? Object.keys(choice.fields)[0] ?? "";
  const ofChoice = (field: string) => [field, ...Object.keys(choice.also[field] ?? {})];

  const pick = (field: string) => {
    if (field === chosen) return;
    const before = Object.fromEntries(ofChoice(chosen).filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
    kept.current.set(chosen, before);
    const back = kept.current.get(field) ?? {};
    const names = new Set([...ofChoice(chosen), ...ofChoice(field)]);
    const edits = [...names].map((name) => [[name], back[name] ?? emptied(shape.properties?.[name])] as const);
    setPicked(field);
    form.setAll(edits, choice.title);
  };
  const emptied = (schema?: JsonSchema) => (schema?.default === null || !schema ? undefined : blank(schema, form.schema));

  return (
    <div className="panel-field">
      <span id={id} className="panel-label">
        {choice.title}
      </span>
      <div className="panel-segments" role="radiogroup" aria-labelledby={id}>
        {Object.entries(choice.fields).map(([field, label]) => (
          <label key={field} className="panel-segment">
            <input type="radio" name={id} disabled={form.readOnly} checked={field === chosen} onChange={() => pick(field)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
      {ofChoice(chosen).map((name) => {
        const schema = shape.properties?.[name];
        const label = choice.also[chosen]?.[name];
        return schema && <Field key={name} path={[name]} schema={schema} value={values[name]} label={label} bare={name === chosen && !isNamed(schema)} />;
      })}
    </div>
  );
}

/** Whether a field of a choice still needs its own name beside that of the choice. */
function isNamed(schema: JsonSchema): boolean {
  return schema["x-selector"]?.kind !== "list" && !("default" in schema && Array.isArray(schema.default));
}

/** The value at a path of the form's item, followed as it changes. */
export function useValue(path: Path): unknown {
  const form = useForm();
  return getIn(useItem(form.store, form.key), [...form.base, ...path]);
}
