/** From a finding to the sentences it is about. */

import type { Store } from "../document.ts";
import { intentOf } from "./examples.ts";

/** Opens the flow and points at its examples; at the flow alone where it has none. */
export function goToExamples(store: Pick<Store, "get" | "openFlow" | "select">, flow: string): void {
  const at = intentOf(store, flow);
  store.openFlow(flow);
  if (at >= 0) store.select([`f:${flow}`], `triggers[${at}].examples`);
}
