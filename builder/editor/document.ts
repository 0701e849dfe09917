/** The document being edited: one synchronous store, the truth for canvas, panel and bar. */

import type { Catalogue } from "./catalogue.ts";
import { flowOf, NO_STANDARD, type Standard } from "./standard.ts";
import { Log, same, type Edit, type Focus, type How, type Key, type Value } from "./undo.ts";

export type { Edit, How, Key, Value } from "./undo.ts";

export interface Position {
  x: number;
  y: number;
}

export interface StepItem {
  id: string;
  type: string;
  title?: string;
  config?: Record<string, unknown>;
  position?: Position;
}

export interface EdgeItem {
  source: string;
  port?: string;
  target: string;
}

export interface FlowItem {
  id: string;
  name: string;
  start: string;
  [field: string]: unknown;
}

export interface Problem {
  severity: "error" | "warning";
  code: string;
  path: string;
  message: string;
  hint?: string;
  flow?: string;
  node?: string;
}

export interface TraceStep {
  flow: string;
  node: string;
  port?: string;
}

export interface Status {
  kind: "saved" | "saving" | "offline" | "refused";
  at?: number; // milliseconds since 1970
  message?: string;
}

export interface Notice {
  id: number;
  text: string;
}

export type Topic = Key | "shape" | "status" | "selection" | "problems" | "flow" | "catalogue" | "trace" | "notices" | "history";

/** Where the store sends what was changed here. */
export interface Link {
  queue(edits: readonly Edit[], kind: { typing: boolean; onlyPlaces: boolean }): void;
  flush(): Promise<void>;
}

export class Store {
  readonly botId: string;
  readonly readOnly: boolean;
  shape = 0; // counts up when what the canvas draws itself has changed: steps, places, edges, flows
  selection: readonly Key[] = [];
  focus: Focus | null = null; // the field the panel should show
  status: Status = { kind: "saved" };
  problems: readonly Problem[] = [];
  catalogue: Catalogue | null = null;
  standard: Standard = NO_STANDARD;
  trace: readonly TraceStep[] = [];
  notices: readonly Notice[] = [];
  loaded = false;

  private items = new Map<Key, Value>();
  private log = new Log();
  private listeners = new Map<Topic, Set<() => void>>();
  private shown = "";
  private link: Link | null = null;
  private noticeCount = 0;
  private found = new Map<Key, Problem[]>();

  constructor(botId: string, readOnly = false) {
    this.botId = botId;
    this.readOnly = readOnly;
  }

  attach(link: Link): void {
    this.link = link;
  }

  // Reading ---------------------------------------------------------------------------------

  get<T = Value>(key: Key): T | undefined {
    return this.layer(key).get(key) as T | undefined;
  }

  /** Of the document; those of a standard flow only by a prefix that names it. */
  keys(prefix = ""): readonly Key[] {
    const all = [...this.layer(prefix).keys()];
    return prefix ? all.filter((key) => key.startsWith(prefix)) : all;
  }

  /** Whether this flow is one every bot has, as long as the document has none in its place. */
  isStandard(flow: string): boolean {
    return this.standard.items.has(`f:${flow}`) && !this.items.has(`f:${flow}`);
  }

  /** Whether an item can be looked at only. */
  isFixed(key: Key): boolean {
    return this.readOnly || this.isStandard(flowOf(key));
  }

  /** Whether what is on the canvas can be looked at only. */
  get fixed(): boolean {
    return this.readOnly || this.isStandard(this.shown);
  }

  get flow(): string {
    return this.shown;
  }

  get canUndo(): boolean {
    return this.log.past.length > 0;
  }

  get canRedo(): boolean {
    return this.log.future.length > 0;
  }

  get undoLabel(): string {
    return this.log.past.at(-1)?.label ?? "";
  }

  get redoLabel(): string {
    return this.log.future.at(-1)?.label ?? "";
  }

  /** The problems of one step; the same list until they are examined anew. */
  problemsOf(key: Key): readonly Problem[] {
    return this.found.get(key) ?? NONE;
  }

  subscribe(topic: Topic, listener: () => void): () => void {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  // Editing ---------------------------------------------------------------------------------

  change(label: string, edits: readonly Edit[], how: How = {}): void {
    if (this.readOnly || edits.some(({ key }) => flowOf(key) !== how.owns && this.isFixed(key))) return;
    const real = edits.filter(({ key, value }) => !same(this.current(key), value));
    if (!real.length) return;
    this.log.record(label, real, this.current, how, Date.now());
    this.putAndSend(real, Boolean(how.join));
    this.tell("history");
  }

  undo(): void {
    this.swap(this.log.back(this.current));
  }

  redo(): void {
    this.swap(this.log.forward(this.current));
  }

  /** Ends the step that typing would join. */
  seal(): void {
    this.log.seal();
  }

  async flush(): Promise<void> {
    await this.link?.flush();
  }

  // What the person looks at ----------------------------------------------------------------

  openFlow(id: string): void {
    if (id === this.shown || !this.has(`f:${id}`)) return;
    this.shown = id;
    this.selection = [];
    this.focus = null;
    this.log.seal();
    this.reshape();
    this.tell("selection");
    this.tell("flow");
  }

  select(keys: readonly Key[], path?: string): void {
    const flow = flowOf(keys[0] ?? "");
    if (flow && flow !== this.shown) this.openFlow(flow);
    const unchanged = keys.length === this.selection.length && keys.every((key, at) => key === this.selection[at]);
    if (unchanged && path === undefined) return;
    if (!unchanged) this.log.seal();
    this.selection = unchanged ? this.selection : keys;
    this.focus = keys[0] ? { key: keys[0], path } : null;
    this.tell("selection");
  }

  setTrace(steps: readonly TraceStep[]): void {
    this.trace = steps;
    this.tell("trace");
  }

  setStatus(status: Status): void {
    if (same(status, this.status)) return;
    this.status = status;
    this.tell("status");
  }

  setCatalogue(catalogue: Catalogue): void {
    this.catalogue = catalogue;
    this.tell("catalogue");
  }

  setStandard(standard: Standard): void {
    if (same([...standard.items], [...this.standard.items]) && same(standard.languages, this.standard.languages)) return;
    this.standard = standard;
    this.stayInside();
    this.reshape();
    for (const key of standard.items.keys()) this.tell(key);
    this.tell("flow");
  }

  setProblems(problems: readonly Problem[]): void {
    if (same(problems, this.problems)) return;
    this.problems = problems;
    this.found = new Map();
    for (const problem of problems) {
      if (!problem.flow || !problem.node) continue;
      const key = `n:${problem.flow}/${problem.node}`;
      this.found.set(key, [...(this.found.get(key) ?? []), problem]);
    }
    this.tell("problems");
  }

  say(text: string): void {
    this.noticeCount += 1;
    this.notices = [...this.notices.slice(-2), { id: this.noticeCount, text }];
    this.tell("notices");
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
    this.tell("notices");
  }

  // What comes from the server --------------------------------------------------------------

  /** Takes over items as they stand on the server; what is equal keeps its identity. */
  take(edits: readonly Edit[]): void {
    const real = edits.filter(({ key, value }) => !same(this.current(key), value));
    if (real.length) this.put(real);
  }

  /** Somebody else was first with this item: theirs stands, ours can be brought back by undo. */
  yield(label: string, key: Key, mine: Value | null, theirs: Value | null): void {
    if (same(mine, theirs)) return;
    this.log.insert(label, key, mine, theirs);
    this.put([{ key, value: theirs }]);
    this.tell("history");
  }

  /** The document has come: everything there is, except what is ``kept`` because it is newer here. */
  load(document: ReadonlyMap<Key, Value>, kept: (key: Key) => boolean): void {
    const gone = this.keys().filter((key) => !document.has(key));
    const edits = [
      ...gone.map((key) => ({ key, value: null })),
      ...[...document].map(([key, value]) => ({ key, value })),
    ];
    this.loaded = true;
    this.take(edits.filter(({ key }) => !kept(key)));
    this.tell("flow");
  }

  // -----------------------------------------------------------------------------------------

  private has(key: Key): boolean {
    return this.layer(key).has(key);
  }

  /** Where an item stands: in the document, or with the standard flows. */
  private layer(key: Key): ReadonlyMap<Key, Value> {
    return key.startsWith("system.", 2) && this.isStandard(flowOf(key)) ? this.standard.items : this.items;
  }

  private current = (key: Key): Value | null => this.items.get(key) ?? null;

  private putAndSend(edits: readonly Edit[], typing: boolean): void {
    const onlyPlaces = edits.every(({ key, value }) => isPlace(this.items.get(key), value));
    this.put(edits);
    this.link?.queue(edits, { typing, onlyPlaces });
  }

  private put(edits: readonly Edit[]): void {
    const { fixed } = this;
    let reshaped = false;
    for (const { key, value } of edits) {
      reshaped ||= key[0] !== "s" && (key[0] !== "n" || moved(this.items.get(key), value));
      if (value === null) this.items.delete(key);
      else this.items.set(key, value);
    }
    const opened = this.stayInside();
    if (reshaped || opened) this.reshape();
    for (const { key } of edits) this.tell(key);
    if (opened || fixed !== this.fixed) this.tell("flow");
  }

  /** Keeps to what exists: the flow on the canvas and the selection may have been deleted. */
  private stayInside(): boolean {
    const left = this.selection.filter((key) => this.has(key));
    if (left.length < this.selection.length) {
      this.selection = left;
      this.tell("selection");
    }
    if (this.has(`f:${this.shown}`)) return false;
    const main = `f:${this.items.get("s:main")}`;
    const flows = this.keys("f:");
    const first = (this.items.has(main) ? main : (flows.find((key) => !key.startsWith("f:system.")) ?? flows[0] ?? "")).slice(2);
    const opened = first !== this.shown;
    this.shown = first;
    return opened;
  }

  private swap(done: ReturnType<Log["back"]>): void {
    if (done) {
      this.putAndSend(done.edits, false);
      this.show(done.entry.focus, done.edits);
    }
    this.tell("history");
  }

  /** Selects what undo or redo has just changed. */
  private show(focus: Focus | undefined, edits: readonly Edit[]): void {
    const touched = edits.filter(({ key, value }) => key[0] === "n" && value !== null).map(({ key }) => key);
    if (focus && this.has(focus.key)) this.select([focus.key], focus.path);
    else if (touched.length) this.select(touched);
  }

  private reshape(): void {
    this.shape += 1;
    this.tell("shape");
  }

  private tell(topic: Topic): void {
    for (const listener of [...(this.listeners.get(topic) ?? [])]) listener();
  }
}

const NONE: readonly Problem[] = [];

/** Whether nothing but the place of a step differs, which no finding depends on. */
function isPlace(before: unknown, after: unknown): boolean {
  if (!before || !after || typeof before !== "object") return false;
  return same({ ...before, position: null }, { ...after, position: null });
}

/** Whether the canvas must be drawn anew: a step came, went, moved or changed its type. */
function moved(before: unknown, after: unknown): boolean {
  const [one, other] = [before as StepItem | null, after as StepItem | null];
  return !one || !other || one.type !== other.type || !same(one.position, other.position);
}
