/** Problems that one click mends: what it is called, and what it changes. */

import type { Problem, Store } from "./store.ts";
import { getIn, insideItem, setIn } from "./panel/path.ts";
import { declarations, type Declaration } from "./panel/variables.ts";
import { t } from "./words.ts";

export interface Mend {
  label: string;
  apply: () => void;
}

/** Null where only a person can tell what to do. */
export function mendOf(store: Store, problem: Problem): Mend | null {
  const key = `n:${problem.flow}/${problem.node}`;
  const step = store.get(key);
  if (!problem.flow || !problem.node || !step || store.isFixed(key)) return null;
  const path = insideItem(problem.path);
  if (problem.code === "confidential") {
    const label = t("Keep it at home");
    return { label, apply: () => store.change(label, [{ key, value: setIn(step, path, true) }]) };
  }
  const name = getIn(step, path);
  if (problem.code !== "confidential_copy" || typeof name !== "string") return null;
  const label = t("Mark {name} as confidential", { name });
  return { label, apply: () => store.change(label, [{ key: VARIABLES, value: marked(declarations(store), name) }]) };
}

const VARIABLES = "s:variables";

/** A variable that only steps knew of is declared. */
function marked(all: readonly Declaration[], name: string): readonly Declaration[] {
  if (!all.some((one) => one.name === name)) return [...all, { name, type: "any", confidential: true }];
  return all.map((one) => (one.name === name ? { ...one, confidential: true } : one));
}
