/** What the admin API answers about models, and how it is asked. */

export { ask, send, Unanswered, type Page } from "$/public/external/builder/design/sources/asking.ts";

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
