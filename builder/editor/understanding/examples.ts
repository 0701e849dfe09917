/** The sentences that say what a visitor means: read as people paste them, each in one place only. Pure. */

import { flowOf, type Texts } from "../standard.ts";
import type { Edit, Key } from "../undo.ts";
import type { FlowItem, Store } from "../document.ts";
import { t } from "../words.ts";

export const ENOUGH = 5; // with fewer, what is found says little
export const PLENTY = 10;
export const LONGEST = 500; // characters, as in the document

export type Trigger = Record<string, unknown>;

/** Where a sentence stands: the `at`th of a flow's `trigger`th trigger. */
export interface Place {
  flow: string;
  trigger: number;
  at: number;
}

export interface Refusal {
  text: string;
  place: Place | null; // where it stands already; null: it is too long
}

export interface Intake {
  fresh: string[];
  refused: Refusal[];
}

// Reading -----------------------------------------------------------------------------------

const BULLET = /^[-–—*•·]\s+/u;
const NUMBER = /^\d{1,3}[.)]\s+/u;
const QUOTED = /^["“”„«»](.+)["“”„«»]$/u;

/** One sentence a line or cell; the signs of a list and the quotes around a sentence are no part of it. */
export function sentencesIn(text: string): string[] {
  const lines = text.split(/[\r\n\t\u2028\u2029]+/u).map((line) => line.trim().replace(BULLET, "")).filter(Boolean);
  const isNumbered = lines.length > 1 && lines.every((line) => NUMBER.test(line));
  return lines.map((line) => (isNumbered ? line.replace(NUMBER, "") : line).replace(QUOTED, "$1").replace(/\s+/gu, " ").trim()).filter(Boolean);
}

/** What two sentences have in common that differ in capitals, marks and spaces only. */
export function plain(sentence: string): string {
  const words = sentence.normalize("NFKC").toLocaleLowerCase().replace(/[\p{P}\p{S}\s]+/gu, " ").trim();
  return words || sentence.trim();
}

export function triggersOf(flow: FlowItem | undefined): readonly Trigger[] {
  return Array.isArray(flow?.triggers) ? (flow.triggers as Trigger[]) : [];
}

export function examplesOf(trigger: Trigger | undefined): readonly string[] {
  return trigger?.kind === "intent" && Array.isArray(trigger.examples) ? trigger.examples.map(String) : [];
}

/** Which trigger of a flow holds its examples; -1 where none does. */
export function intentOf(store: Pick<Store, "get">, flow: string): number {
  return triggersOf(store.get<FlowItem>(`f:${flow}`)).findIndex(({ kind }) => kind === "intent");
}

/** The flows that start by what a visitor means. */
export function flowsWithIntent(store: Pick<Store, "get" | "keys">): string[] {
  return store.keys("f:").map(flowOf).filter((flow) => intentOf(store, flow) >= 0);
}

/** All examples of the bot by what they have in common with others. */
function known(store: Pick<Store, "get" | "keys">): Map<string, Place[]> {
  const places = new Map<string, Place[]>();
  for (const key of store.keys("f:")) {
    triggersOf(store.get<FlowItem>(key)).forEach((each, trigger) =>
      examplesOf(each).forEach((text, at) => {
        const place = { flow: flowOf(key), trigger, at };
        places.set(plain(text), [...(places.get(plain(text)) ?? []), place]);
      }),
    );
  }
  return places;
}

export function placeOf(store: Pick<Store, "get" | "keys">, sentence: string): Place | null {
  return known(store).get(plain(sentence))?.[0] ?? null;
}

/** Which of these sentences are new to the bot; `but` is one that is being rewritten. */
export function intake(store: Pick<Store, "get" | "keys">, sentences: readonly string[], but?: Place): Intake {
  const places = known(store);
  const seen = new Set<string>();
  const taken: Intake = { fresh: [], refused: [] };
  for (const text of sentences) {
    const words = plain(text);
    if (seen.has(words)) continue;
    seen.add(words);
    const place = places.get(words)?.find((each) => !but || !isSame(each, but)) ?? null;
    if (place || [...text].length > LONGEST) taken.refused.push({ text, place });
    else taken.fresh.push(text);
  }
  return taken;
}

function isSame(one: Place, other: Place): boolean {
  return one.flow === other.flow && one.trigger === other.trigger && one.at === other.at;
}

/** How many there are, and how many there should be. */
export function countInWords(count: number): string {
  if (!count) return t("Five or more make it reliable; ten are plenty.");
  if (count === 1) return t("1 example. Add more: with fewer than five it is easily mistaken.");
  if (count < ENOUGH) return t("{count} examples. Add more: with fewer than five it is easily mistaken.", { count });
  return count < PLENTY ? t("{count} examples; ten are plenty.", { count }) : t("{count} examples: plenty.", { count });
}

// Changing ----------------------------------------------------------------------------------

/** Adds sentences to what a flow starts at; it is given an intent where it has none. One step back. */
export function addExamples(store: Store, flow: string, sentences: readonly string[]): void {
  const key = `f:${flow}`;
  const item = store.get<FlowItem>(key);
  if (!item) return;
  const triggers = triggersOf(item);
  const at = intentOf(store, flow);
  const next = at < 0 ? [...triggers, { kind: "intent", examples: sentences }] : triggers.with(at, { ...triggers[at], examples: [...examplesOf(triggers[at]), ...sentences] });
  store.change(t("Add an example"), [{ key, value: { ...item, triggers: next } }]);
}

const LANGUAGES: Key = "s:languages";

/** Translations are found by number: those of a list go along when its lines move, and go with them.
 *
 * `prefix` ends before the number; `moved` answers the new number of an old one, null where it is gone. */
export function translationsMoved(store: Pick<Store, "get">, prefix: string, moved: (at: number) => number | null): Edit[] {
  const before = store.get<Record<string, Texts>>(LANGUAGES) ?? {};
  let changed = false;
  const after = Object.entries(before).map(([language, texts]) => {
    const kept = Object.entries(texts).flatMap(([path, text]): [string, string][] => {
      const [, number, rest] = (path.startsWith(prefix) && /^(\d+)(.*)$/su.exec(path.slice(prefix.length))) || [];
      if (number === undefined) return [[path, text]];
      const to = moved(Number(number));
      changed ||= to !== Number(number);
      return to === null ? [] : [[`${prefix}${to}${rest}`, text]];
    });
    return [language, Object.fromEntries(kept)] as const;
  });
  return changed ? [{ key: LANGUAGES, value: Object.fromEntries(after) }] : [];
}
