/** Calls of the admin API from the builder's own pages; the session's cookie goes along. */

import type { Problem } from "./document.ts";
import type { Operation } from "./outbox.ts";
import type { Key, Value } from "./undo.ts";

export interface Change {
  version: number;
  key: Key;
  value: Value | null;
  actor: string;
  tab: string;
}

export interface Lost {
  number: number;
  reason: string;
  current: Change;
}

export interface Applied {
  version: number;
  accepted: Record<string, number>; // operation numbers to versions
  lost: Lost[];
  others: Change[];
}

export interface Changes {
  version: number;
  changes: Change[];
}

export interface Flow {
  id: string;
  nodes?: { id: string }[];
  edges?: { source: string; port?: string }[];
}

export interface Draft {
  version: number;
  document: Record<string, unknown> & { flows: Flow[] };
}

/** The server answered, and it was no. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The calls that `Sync` makes. */
export interface Wire {
  draft(): Promise<Draft>;
  apply(tab: string, base: number, operations: readonly Operation[]): Promise<Applied>;
  changes(base: number, tab: string): Promise<Changes>;
  validate(): Promise<{ problems: Problem[] }>;
}

const PATIENCE = 20_000; // milliseconds

/** Answers the JSON of a call; throws `Refused`, or `TypeError` where nothing answered. */
export async function call<T>(method: "GET" | "POST", path: string, body?: unknown, patience = PATIENCE): Promise<T> {
  const answer = await fetch(path, {
    method,
    credentials: "same-origin",
    cache: "no-cache",
    headers: body === undefined ? { accept: "application/json" } : { accept: "application/json", "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  });
  if (answer.ok) return (await answer.json()) as T;
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
  throw new Refused(answer.status, problem.detail ?? answer.statusText);
}

export function wireOf(bot: string): Wire {
  const root = `/api/v1/bots/${bot}`;
  return {
    draft: () => call("GET", `${root}/draft`),
    apply: (tab, base, operations) => call("POST", `${root}/draft/operations`, { tab, base, operations }),
    changes: (base, tab) => call("GET", `${root}/draft/changes?base=${base}&tab=${encodeURIComponent(tab)}`),
    validate: () => call("POST", `${root}/validate`),
  };
}

/** The items of a document by key, as the server splits it. */
export function itemsOf(document: Draft["document"]): Map<Key, Value> {
  const items = new Map<Key, Value>();
  const { flows, ...settings } = document;
  for (const [name, value] of Object.entries(settings)) {
    if (value !== null) items.set(`s:${name}`, value);
  }
  for (const { nodes, edges, ...flow } of flows) {
    items.set(`f:${flow.id}`, flow);
    for (const node of nodes ?? []) items.set(`n:${flow.id}/${node.id}`, node);
    for (const edge of edges ?? []) items.set(`e:${flow.id}/${edge.source}/${edge.port ?? "next"}`, edge);
  }
  return items;
}
