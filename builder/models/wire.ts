/** What the admin API answers about models, and how it is asked. */

export type Strength = "strong" | "cheap";

export interface PresetField {
  name: string;
  label: string;
  secret: boolean;
  required: boolean;
  help: string;
  value?: string | null;
  choices?: string[] | null;
  /** It takes several lines. */
  lines?: boolean;
}

/** `size`: how many numbers an embedding model makes of a text. */
export interface PresetModel {
  model: string;
  strength: Strength | "embedding";
  note?: string | null;
  size?: number | null;
}

export interface Preset {
  kind: string;
  name: string;
  about: string;
  base_url: string;
  local: boolean;
  region: string;
  regions: string[];
  fields: PresetField[];
  models: PresetModel[];
}

export interface Provider {
  id: string;
  kind: string;
  name: string;
  base_url: string;
  settings: Record<string, unknown>;
  region: string;
  local: boolean;
  enabled: boolean;
  has_secret: boolean;
  used_for: string[];
  created_at: string | null;
  /** Given by the settings of the installation, where alone it can be changed. */
  from_installation: boolean;
}

/** Null keeps the secret, an empty text removes it. */
export interface ProviderChange {
  kind?: string;
  name?: string;
  base_url?: string;
  settings?: Record<string, unknown>;
  region?: string;
  local?: boolean;
  enabled?: boolean;
  secret?: string | null;
}

export interface Tested {
  ok: boolean;
  model: string | null;
  milliseconds: number | null;
  text: string | null;
  problem: { kind: string; message: string } | null;
}

export interface Choice {
  provider: string;
  model: string;
}

export type Action = "refuse" | "promise_never" | "ask_first" | "hand_over";

export interface Policy {
  id: string;
  rule: string;
  action: Action;
  /** In whose chats it holds; null: in all of them. */
  brand: string | null;
}

export interface Brand {
  id: string;
  name: string;
}

export interface Setup {
  strong: Choice[];
  cheap: Choice[];
  embedding: (Choice & { size: number }) | null;
  per_minute: number;
  budget: number;
  currency: string;
  regions: string[];
  persona: string;
  policies: Policy[];
  remember: boolean;
  /** An answer is given again to others who ask the same. */
  cache: boolean;
}

/** `notes`: what a person should know, such as a model that the rules forbid. */
export interface SetupRead extends Setup {
  notes: string[];
  /** Nothing is chosen here yet, so the models of the installation answer. */
  from_installation: boolean;
}

/** Of a million tokens: sent, sent and remembered by the provider, answered. */
export interface Price {
  model: string;
  taken: number;
  cached: number;
  given: number;
  /** Put in the place of the usual one. */
  own: boolean;
}

/** `as_of`: the day that the usual prices were read. */
export interface Prices {
  currency: string;
  as_of: string;
  items: Price[];
}

export interface Prompt {
  name: string;
  about: string;
  text: string;
  standard: string;
  own: boolean;
}

export interface Call {
  id: string | number;
  at: string;
  purpose: string;
  provider: string;
  model: string;
  conversation_id: string | null;
  status: string;
  error: string | null;
  tokens_in: number;
  tokens_cached: number;
  tokens_out: number;
  cost: number;
  milliseconds: number;
  cache_hit: boolean;
}

export interface Spending {
  month: string;
  calls: number;
  tokens_in: number;
  tokens_cached: number;
  tokens_out: number;
  cost: number;
  budget: number;
  currency: string;
  by_model: { model: string; calls: number; tokens_in: number; tokens_out: number; cost: number }[];
}

/** How often something was there already. */
export interface Shares {
  hits: number;
  misses: number;
}

/** What was not spent in a month, because it was there already. */
export interface Savings {
  month: string;
  currency: string;
  cost: number;
  tokens_in: number;
  tokens_out: number;
  milliseconds: number;
  answers: Shares;
  searches: Shares;
  embeddings: Shares;
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** The answer did not come, or said `why` not; `status` is 0 where the server was not reached. */
export class Unanswered extends Error {
  readonly status: number;
  readonly why: string;
  /** What is wrong, by the place of it in what was sent. */
  readonly errors: Record<string, string>;

  constructor(status: number, why: string, errors: Record<string, string>) {
    super(`the server answered ${status}`);
    this.status = status;
    this.why = why;
    this.errors = errors;
  }
}

/** What stands at a path of the admin API. */
export function ask<Answer>(path: string, query: Record<string, string | number | null> = {}, signal?: AbortSignal): Promise<Answer> {
  const asked = Object.entries(query).filter(([, value]) => value !== null && value !== "");
  const address = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return call(`${path}?${address}`, { signal: signal ?? null });
}

/** What the server answers to something done there. */
export function send<Answer>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<Answer> {
  if (body === undefined) return call(path, { method });
  return call(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

/** Whoever is no longer signed in goes to do so. */
async function call<Answer>(path: string, how: RequestInit): Promise<Answer> {
  const answer = await fetch(`/api/v1/${path}`, how).catch(() => null);
  how.signal?.throwIfAborted();
  if (answer?.status === 401) {
    const here = window.location.pathname + window.location.search;
    window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
  }
  if (!answer?.ok) throw await refusal(answer);
  return (answer.status === 204 ? null : await answer.json()) as Answer;
}

interface Problem {
  detail?: string;
  errors?: { path: string; message: string }[];
}

async function refusal(answer: Response | null): Promise<Unanswered> {
  const told = (await answer?.json().catch(() => null)) as Problem | null;
  const errors = (told?.errors ?? []).map(({ path, message }) => [path, message] as const);
  return new Unanswered(answer?.status ?? 0, told?.detail ?? "", Object.fromEntries(errors));
}
