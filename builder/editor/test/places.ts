/** From a problem to the step and the field it is about. */

import type { Problem, Store } from "../document.ts";

type Going = Pick<Store, "openFlow" | "select">;

/** Whether there is a place on the canvas to go to. */
export function hasPlace(problem: Problem): boolean {
  return Boolean(problem.flow);
}

/** Opens the flow, selects the step and points at the field, as far as the problem names them. */
export function goTo(store: Going, problem: Problem): void {
  if (!problem.flow || !hasPlace(problem)) return;
  store.openFlow(problem.flow);
  const field = insideFlow(problem.path);
  if (problem.node) store.select([`n:${problem.flow}/${problem.node}`], insideStep(problem.path));
  else store.select(field ? [`f:${problem.flow}`] : [], field);
}

/** `flows[0].nodes[3].config.text` is `config.text` of its step; undefined for the whole step. */
export function insideStep(path: string): string | undefined {
  return /^flows\[\d+\]\.nodes\[\d+\]\.(.+)$/.exec(path)?.[1];
}

/** `flows[0].triggers[1].words` is `triggers[1].words` of its flow; undefined for what is not a field of it. */
export function insideFlow(path: string): string | undefined {
  return /^flows\[\d+\]\.((?:name|enabled|triggers)\b.*)$/.exec(path)?.[1];
}
