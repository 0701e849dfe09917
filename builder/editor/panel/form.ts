/** One form over one item of the document: reads and writes its fields, and knows their problems.
 *
 * The values live in the store alone; here is only what a person did to the fields. */

import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { JsonSchema, OneOf } from "../catalogue.ts";
import type { Problem, Store } from "../store.ts";
import { t } from "../words.ts";
import { checked, worded, type Issue } from "./check.ts";
import { getIn, insideItem, isObject, setIn, startsWith, written, type Path } from "./path.ts";

export interface Said {
  text: string;
  hint: string;
  severity: "error" | "warning";
}

export type Gesture = "type" | "delete" | null; // null: a step back of its own

const SETTLED = 1_600; // milliseconds after which the server has seen an edit

export class Form {
  readonly store: Store;
  readonly key: string;
  readonly base: Path; // of the fields inside the item
  readonly schema: JsonSchema;
  readonly oneOf: readonly OneOf[];

  private left = new Set<string>();
  private edited = new Map<string, number>();
  private checkedValue: unknown;
  private issues: readonly Issue[] = [];
  private listeners = new Set<() => void>();
  private version = 0;

  constructor(store: Store, key: string, base: Path, schema: JsonSchema, oneOf: readonly OneOf[] = []) {
    this.store = store;
    this.key = key;
    this.base = base;
    this.schema = schema;
    this.oneOf = oneOf;
  }

  get readOnly(): boolean {
    return this.store.isFixed(this.key);
  }

  // Values ----------------------------------------------------------------------------------

  get value(): Record<string, unknown> {
    const found = getIn(this.store.get(this.key), this.base);
    return isObject(found) ? found : {};
  }

  at(path: Path): unknown {
    return getIn(this.value, path);
  }

  /** Puts a value in a field; `undefined` takes the field out. */
  set(path: Path, value: unknown, label: string, gesture: Gesture = null, more: { key: string; value: unknown }[] = []): void {
    this.setAll([[path, value]], label, gesture, more);
  }

  /** Several fields as one step back, and with them other items of the document. */
  setAll(
    fields: readonly (readonly [Path, unknown])[],
    label: string,
    gesture: Gesture = null,
    more: { key: string; value: unknown }[] = [],
  ): void {
    let item = this.store.get(this.key);
    if (item === undefined) return;
    for (const [path, value] of fields) {
      item = setIn(item, [...this.base, ...path], value);
      this.edited.set(written(path), Date.now());
    }
    const path = written([...this.base, ...fields[0]![0]]);
    const join = gesture ? `${this.key} ${path} ${gesture}` : undefined;
    this.store.change(t("Change {field}", { field: label }), [{ key: this.key, value: item }, ...more], {
      join,
      focus: { key: this.key, path },
    });
    this.tell();
    setTimeout(this.tell, SETTLED);
  }

  /** Further edits that go with a new value of the whole form, such as of what it no longer has. */
  consequences: (next: Record<string, unknown>) => { key: string; value: unknown }[] = () => [];

  /** As `set`, where parts of the value are gone for good. */
  remove(path: Path, value: unknown, label: string): void {
    const next = setIn(this.value, path, value);
    this.set(path, value, label, null, isObject(next) ? this.consequences(next) : []);
  }

  /** Somebody went on: what is missing here may be said now. */
  leave(path: Path): void {
    this.store.seal();
    if (this.left.has(written(path))) return;
    this.left.add(written(path));
    this.tell();
  }

  // Problems --------------------------------------------------------------------------------

  /** What is wrong with the field at `path`, if anything is to be said of it now. */
  said(path: Path): Said | null {
    const place = written(path);
    const own = this.check().find((issue) => written(issue.path) === place);
    if (own) return this.speaks(own) ? { text: this.words(own), hint: "", severity: "error" } : null;
    if (this.isOnTheWay(place)) return null;
    const found = this.fromServer().find((problem) => written(this.inside(problem)) === place);
    return found ? { text: found.message, hint: found.hint ?? "", severity: found.severity } : null;
  }

  /** How many fields at or below `path` something is said of. */
  saidBelow(path: Path): number {
    const places = new Set<string>();
    for (const issue of this.check()) if (startsWith(issue.path, path) && this.speaks(issue)) places.add(written(issue.path));
    const own = new Set(this.check().map((issue) => written(issue.path)));
    for (const problem of this.fromServer()) {
      const inside = this.inside(problem);
      const place = written(inside);
      if (startsWith(inside, path) && !own.has(place) && !this.isOnTheWay(place)) places.add(place);
    }
    return places.size;
  }

  subscribe = (listener: () => void): (() => void) => {
    if (!this.listeners.size) this.listen();
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (!this.listeners.size) this.unlisten();
    };
  };

  private stops: (() => void)[] = [];

  private listen(): void {
    this.stops = (["problems", "status", this.key] as const).map((topic) => this.store.subscribe(topic, this.tell));
  }

  private unlisten(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
  }

  private tell = (): void => {
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  };

  private check(): readonly Issue[] {
    const value = this.value;
    if (value !== this.checkedValue) {
      this.checkedValue = value;
      this.issues = checked(value, this.schema, this.oneOf);
    }
    return this.issues;
  }

  private speaks(issue: Issue): boolean {
    return !issue.unfinished || this.left.has(written(issue.path));
  }

  private words(issue: Issue): string {
    return worded(issue, this.store.catalogue?.texts ?? {});
  }

  private fromServer(): readonly Problem[] {
    return problemsOf(this.store, this.key).filter((problem) => startsWith(insideItem(problem.path), this.base));
  }

  private inside(problem: Problem): Path {
    return insideItem(problem.path).slice(this.base.length);
  }

  /** Whether the server may not have seen what stands there now. */
  private isOnTheWay(place: string): boolean {
    const at = this.edited.get(place);
    if (at === undefined) return false;
    return this.store.status.kind !== "saved" || Date.now() - at < SETTLED;
  }
}

/** The problems of one item: of a step, or of a flow without those of its steps. */
export function problemsOf(store: Store, key: string): readonly Problem[] {
  const [, kind, flow, node] = /^([nf]):([^/]+)(?:\/(.+))?$/.exec(key) ?? [];
  if (kind === "n") return store.problems.filter((one) => one.flow === flow && one.node === node);
  return store.problems.filter((one) => one.flow === flow && !one.node && /^flows\[\d+\]/.test(one.path));
}

// In React ----------------------------------------------------------------------------------

const Context = createContext<Form | null>(null);

export const FormProvider = Context.Provider;

export function useForm(): Form {
  const form = useContext(Context);
  if (!form) throw new Error("A field is drawn outside of a form.");
  return form;
}

/** What is said of a field; drawn anew only when that changes. */
export function useSaid(path: Path): Said | null {
  const form = useForm();
  const read = useCallback(() => {
    const said = form.said(path);
    return said ? `${said.severity}\n${said.text}\n${said.hint}` : "";
  }, [form, written(path)]);
  const text = useSyncExternalStore(form.subscribe, read, read);
  if (!text) return null;
  const [severity, message = "", hint = ""] = text.split("\n");
  return { text: message, hint, severity: severity === "warning" ? "warning" : "error" };
}

/** Of how many fields at or below these paths something is said. */
export function useSaidBelow(...paths: readonly Path[]): number {
  const form = useForm();
  const read = useCallback(
    () => paths.reduce((sum, path) => sum + form.saidBelow(path), 0),
    [form, paths.map(written).join(" ")],
  );
  return useSyncExternalStore(form.subscribe, read, read);
}
