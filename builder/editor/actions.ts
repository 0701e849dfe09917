/** What a person does on the canvas, as edits of the document. Pure but for the ids it draws. */

import { typeOf, type NodeType } from "./catalogue.ts";
import type { EdgeItem, FlowItem, Position, StepItem, Store } from "./document.ts";
import { openWay, waysOut } from "./graph.ts";
import type { Edit, How, Key, Value } from "./undo.ts";

export const stepKey = (flow: string, id: string): Key => `n:${flow}/${id}`;
export const edgeKey = (flow: string, source: string, port: string): Key => `e:${flow}/${source}/${port}`;
export const flowKey = (id: string): Key => `f:${id}`;
export const idOf = (key: Key): string => key.slice(key.indexOf("/") + 1);

/** An id that two people don't draw at the same time. */
export function newId(word: string): string {
  const random = crypto.getRandomValues(new Uint32Array(2));
  const tail = [...random].map((number) => number.toString(36)).join("").slice(0, 8);
  return `${word.replace(/[^A-Za-z0-9]+/g, "_").slice(0, 40)}_${tail}`;
}

export function stepsOf(store: Store, flow: string): StepItem[] {
  return store.keys(`n:${flow}/`).map((key) => store.get<StepItem>(key)!);
}

export function edgesOf(store: Store, flow: string): EdgeItem[] {
  return store.keys(`e:${flow}/`).map((key) => store.get<EdgeItem>(key)!);
}

/** The ways out of a step that an edge leaves by. */
export function usedWays(store: Store, flow: string, id: string): Set<string> {
  const prefix = `e:${flow}/${id}/`;
  return new Set(store.keys(prefix).map((key) => key.slice(prefix.length)));
}

export interface From {
  step: string;
  port: string;
}

/** The way out of ``id`` that the next step is connected to, if one is open. */
export function openFrom(store: Store, id: string): From | undefined {
  const step = store.get<StepItem>(stepKey(store.flow, id));
  const ways = waysOut(typeOf(store.catalogue, step?.type ?? ""), step?.config ?? {});
  const way = openWay(ways, usedWays(store, store.flow, id));
  return way && { step: id, port: way.id };
}

/** A new step; the first of a flow becomes its start. Answers its key. */
export function addStep(store: Store, label: string, type: NodeType, position: Position, from?: From): Key {
  const { flow } = store;
  const id = newId(type.type);
  const key = stepKey(flow, id);
  const edits: Edit[] = [{ key, value: { id, type: type.type, config: structuredClone(type.fresh), position } }];
  if (from) edits.push(edgeEdit(flow, from, id));
  const settings = store.get<FlowItem>(flowKey(flow));
  if (settings && !store.get(stepKey(flow, settings.start))) edits.push({ key: flowKey(flow), value: { ...settings, start: id } });
  store.change(label, edits, { focus: { key } });
  store.select([key]);
  return key;
}

export function connectTo(store: Store, label: string, from: From, target: string): void {
  if (from.step === target) return;
  store.change(label, [edgeEdit(store.flow, from, target)], { focus: { key: edgeKey(store.flow, from.step, from.port) } });
}

export function moveSteps(store: Store, label: string, places: ReadonlyMap<string, Position>, join?: string): void {
  const edits = [...places].flatMap(([id, position]) => {
    const key = stepKey(store.flow, id);
    const step = store.get<StepItem>(key);
    return step ? [{ key, value: { ...step, position } }] : [];
  });
  store.change(label, edits, { join });
}

/** Steps with all edges that touch them and their translations; edges alone. */
export function deleteItems(store: Store, label: string, keys: readonly Key[]): void {
  const { flow } = store;
  const steps = new Set(keys.filter((key) => key[0] === "n").map(idOf));
  const touched = store.keys(`e:${flow}/`).filter((key) => {
    const edge = store.get<EdgeItem>(key)!;
    return steps.has(edge.source) || steps.has(edge.target);
  });
  const gone = new Set([...keys.filter((key) => key[0] !== "f" && store.get(key)), ...touched]);
  const edits: Edit[] = [...gone].map((key) => ({ key, value: null }));
  store.change(label, [...edits, ...newStart(store, steps), ...untranslated(store, flow, steps)]);
}

/** Where the start goes with others, the step it led to becomes the start. */
function newStart(store: Store, gone: ReadonlySet<string>): Edit[] {
  const settings = store.get<FlowItem>(flowKey(store.flow));
  if (!settings || !gone.has(settings.start)) return [];
  const left = stepsOf(store, store.flow).filter((step) => !gone.has(step.id));
  const after = edgesOf(store, store.flow).find((edge) => edge.source === settings.start && !gone.has(edge.target));
  const start = after?.target ?? left[0]?.id;
  return start ? [{ key: flowKey(store.flow), value: { ...settings, start } }] : [];
}

/** A translation of a text that is gone would be an error. ``steps`` undefined: of the whole flow. */
function untranslated(store: Store, flow: string, steps?: ReadonlySet<string>): Edit[] {
  const languages = store.get<Record<string, Record<string, Value>>>("s:languages");
  if (!languages) return [];
  const places = steps ? [...steps].map((id) => `flows.${flow}.nodes.${id}.`) : [`flows.${flow}.`];
  const kept = Object.entries(languages).map(([language, texts]) => [
    language,
    Object.fromEntries(Object.entries(texts).filter(([path]) => !places.some((place) => path.startsWith(place)))),
  ]);
  return [{ key: "s:languages", value: Object.fromEntries(kept) as Value }];
}

export interface Clip {
  steps: StepItem[];
  edges: EdgeItem[];
}

/** The chosen steps and the edges between them. */
export function clipOf(store: Store, keys: readonly Key[]): Clip {
  const steps = keys.filter((key) => key[0] === "n").flatMap((key) => store.get<StepItem>(key) ?? []);
  const inside = new Set(steps.map((step) => step.id));
  const edges = edgesOf(store, store.flow).filter((edge) => inside.has(edge.source) && inside.has(edge.target));
  return { steps, edges };
}

/** Puts copies of a clip onto the flow, moved by ``by``; selects and answers them. */
export function pasteClip(store: Store, label: string, clip: Clip, by: Position): Key[] {
  const { flow } = store;
  const ids = new Map(clip.steps.map((step) => [step.id, newId(step.type)]));
  const edits: Edit[] = clip.steps.map((step) => {
    const id = ids.get(step.id)!;
    const at = step.position ?? { x: 0, y: 0 };
    return { key: stepKey(flow, id), value: { ...structuredClone(step), id, position: { x: at.x + by.x, y: at.y + by.y } } };
  });
  for (const edge of clip.edges) {
    const from = { step: ids.get(edge.source)!, port: edge.port ?? "next" };
    edits.push(edgeEdit(flow, from, ids.get(edge.target)!));
  }
  const keys = clip.steps.map((step) => stepKey(flow, ids.get(step.id)!));
  store.change(label, edits);
  store.select(keys);
  return keys;
}

export function addFlow(store: Store, label: string, name: string): string {
  const id = newId("flow");
  store.change(label, [{ key: flowKey(id), value: { id, name, start: "" } }]);
  store.openFlow(id);
  return id;
}

export function renameFlow(store: Store, label: string, id: string, name: string): void {
  const settings = store.get<FlowItem>(flowKey(id));
  if (settings) store.change(label, [{ key: flowKey(id), value: { ...settings, name } }]);
}

export function deleteFlow(store: Store, label: string, id: string, how: How = {}): void {
  const keys = [flowKey(id), ...store.keys(`n:${id}/`), ...store.keys(`e:${id}/`)];
  store.change(label, [...keys.map((key) => ({ key, value: null })), ...untranslated(store, id)], how);
}

function edgeEdit(flow: string, from: From, target: string): Edit {
  return { key: edgeKey(flow, from.step, from.port), value: { source: from.step, port: from.port, target } };
}
