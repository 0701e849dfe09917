/** The flows every bot has, which the store shows where the document has none of the same id. Pure. */

import type { EdgeItem, StepItem } from "./document.ts";
import { arranged, CARD } from "./layout.ts";
import type { Key, Value } from "./undo.ts";
import { itemsOf } from "./wire.ts";

/** What `GET /api/v1/bots/{id}/standard-flows` answers. */
export interface StandardFlows {
  flows: readonly StandardFlow[];
  languages: Readonly<Record<string, Texts>>;
}

interface StandardFlow {
  id: string;
  nodes: readonly StepItem[];
  edges?: readonly EdgeItem[];
}

/** Translations by their path in the document. */
export type Texts = Readonly<Record<string, string>>;

export interface Standard {
  items: ReadonlyMap<Key, Value>; // keyed as those of the document
  languages: Readonly<Record<string, Texts>>; // the bot's other ones
}

export const NO_STANDARD: Standard = { items: new Map(), languages: {} };

export function standardOf({ flows, languages }: StandardFlows): Standard {
  return { items: itemsOf({ flows: flows.map(placed) }), languages };
}

/** Its cards laid out as this canvas does it. */
function placed(flow: StandardFlow) {
  const edges = [...(flow.edges ?? [])];
  const places = arranged(flow.nodes, edges, () => CARD.height);
  return { ...flow, nodes: flow.nodes.map((step) => ({ ...step, position: places.get(step.id) })), edges };
}

/** The flow that an item is or lies in; "" for a setting. */
export function flowOf(key: Key): string {
  return /^[nef]:([^/]+)/.exec(key)?.[1] ?? "";
}
