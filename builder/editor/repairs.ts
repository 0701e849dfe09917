/** The flows for when a talk leaves its path: every bot has them, and may have its own instead. Pure. */

import { deleteFlow, flowKey } from "./actions.ts";
import type { FlowItem, Store } from "./document.ts";
import { flowOf, type Texts } from "./standard.ts";
import { same, type Edit, type Key } from "./undo.ts";
import { t } from "./words.ts";

export interface Repair {
  id: string;
  name: string;
  own: boolean; // the bot has one of its own in place of the standard one
  on: boolean;
  always: boolean; // no words start it, so there is nothing to switch off
  phrases: readonly string[];
}

const PREFIX = "system.";

/** When each runs; one that is newer than this list has only its name and its phrases. */
export function whenItRuns(id: string): string {
  const sentences: Readonly<Record<string, string>> = {
    cancel: t("A visitor wants to stop."),
    back: t("A visitor wants to return to the question before."),
    correct: t("A visitor wants to change an earlier answer."),
    repeat: t("A visitor wants to hear the question again."),
    skip: t("A visitor does not want to answer a question."),
    restart: t("A visitor wants to start from the beginning."),
    silence: t("A visitor does not answer a question in time."),
    not_understood: t("An answer does not fit its question."),
    person: t("A visitor wants to talk to a person."),
    language: t("A visitor wants to go on in another language."),
  };
  return sentences[id.slice(PREFIX.length)] ?? "";
}

export function isRepair(id: string): boolean {
  return id.startsWith(PREFIX);
}

/** Whether there is a standard flow that this one may stand in for, or is. */
export function hasStandard(store: Pick<Store, "standard">, id: string): boolean {
  return store.standard.items.has(flowKey(id));
}

/** Whether it runs whatever is switched: it answers what happens, not what is said. */
export function runsAlways(store: Pick<Store, "standard">, id: string): boolean {
  const standard = store.standard.items.get(flowKey(id)) as FlowItem | undefined;
  return standard !== undefined && !triggersOf(standard).length;
}

export function repairs(store: Store): Repair[] {
  const ids = [...store.standard.items.keys()].filter((key) => key[0] === "f").map(flowOf);
  return ids.map((id) => {
    const flow = store.get<FlowItem>(flowKey(id))!;
    const always = runsAlways(store, id);
    return { id, name: flow.name || id, own: !store.isStandard(id), on: always || flow.enabled !== false, always, phrases: phrasesOf(flow) };
  });
}

/** “cancel”, “stop”, “never mind” … */
export function quoted(phrases: readonly string[], most = 3): string {
  const shown = phrases.slice(0, most).map((phrase) => t("“{text}”", { text: phrase })).join(", ");
  return phrases.length > most ? `${shown} …` : shown;
}

function phrasesOf(flow: FlowItem): string[] {
  return triggersOf(flow).flatMap(({ kind, words }) => (kind === "keyword" && Array.isArray(words) ? words.map(String) : []));
}

function triggersOf({ triggers }: FlowItem): { kind?: unknown; words?: unknown }[] {
  return Array.isArray(triggers) ? triggers : [];
}

// Changing ----------------------------------------------------------------------------------

/** Copies a standard flow with its translations into the document, where it is edited like any. */
export function makeOwn(store: Store, label: string, id: string, more: Partial<FlowItem> = {}): void {
  if (!store.isStandard(id)) return;
  const key = flowKey(id);
  const edits: Edit[] = standardKeys(store, id).map((each) => ({ key: each, value: structuredClone(store.standard.items.get(each)) }));
  const copied = edits.map((edit) => (edit.key === key ? { key, value: { ...(edit.value as FlowItem), ...more } } : edit));
  store.change(label, [...copied, ...translations(store, id)], { owns: id, focus: { key } });
}

/** Takes the bot's own flow out of the document, so that the standard one runs again. */
export function backToStandard(store: Store, label: string, id: string): void {
  if (hasStandard(store, id) && !store.isStandard(id)) deleteFlow(store, label, id, { focus: { key: flowKey(id) } });
}

/** Off needs a flow of one's own; on again, one that differs in nothing else is not needed. */
export function switchRepair(store: Store, id: string, on: boolean): void {
  const label = on ? t("Switch on") : t("Switch off");
  if (store.isStandard(id)) return on ? undefined : makeOwn(store, label, id, { enabled: false });
  if (on && !isChanged(store, id)) return backToStandard(store, label, id);
  const key = flowKey(id);
  const { enabled: _, ...rest } = store.get<FlowItem>(key)!;
  store.change(label, [{ key, value: on ? rest : { ...rest, enabled: false } }], { focus: { key } });
}

/** Whether the bot's own flow says or does anything else than the standard one. */
export function isChanged(store: Store, id: string): boolean {
  const keys = new Set([...standardKeys(store, id), flowKey(id), ...store.keys(`n:${id}/`), ...store.keys(`e:${id}/`)]);
  if ([...keys].some((key) => !same(meant(store.get(key)), meant(store.standard.items.get(key))))) return true;
  const spoken = Object.entries(languagesOf(store));
  return spoken.some(([language, texts]) => !same(textsIn(texts, id), textsIn(store.standard.languages[language] ?? {}, id)));
}

/** What counts of an item: not where its card lies, nor whether it is switched on. */
function meant(item: unknown): unknown {
  if (typeof item !== "object" || !item) return null;
  const { position: _, enabled: __, ...rest } = item as Record<string, unknown>;
  return rest;
}

function translations(store: Store, id: string): Edit[] {
  const languages = Object.entries(languagesOf(store));
  if (!languages.length) return [];
  const spoken = languages.map(([language, texts]) => [language, { ...textsIn(store.standard.languages[language] ?? {}, id), ...texts }]);
  return [{ key: "s:languages", value: Object.fromEntries(spoken) }];
}

function textsIn(texts: Texts, id: string): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([path]) => path.startsWith(`flows.${id}.`)));
}

function languagesOf(store: Store): Readonly<Record<string, Texts>> {
  return store.get<Record<string, Texts>>("s:languages") ?? {};
}

function standardKeys(store: Store, id: string): Key[] {
  return [...store.standard.items.keys()].filter((key) => flowOf(key) === id);
}
