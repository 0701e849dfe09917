/** What `POST /api/v1/bots/{id}/simulate` takes and answers. */

import type { Citation } from "$/public/external/builder/design/sources/citations.tsx";

export interface Sent {
  name: string;
  type?: string;
  size: number; // bytes
}

/** One line of a talk: what the visitor or the world does. */
export type Action =
  | { user: string }
  | { choose: string | readonly string[] }
  | { upload: Sent }
  | { wait: string } // ISO 8601
  | { signal: unknown }
  | { colleague: "take_over" | "hand_back" | "end" };

export interface SimulationBody {
  flow?: string;
  node?: string;
  variables?: Record<string, unknown>;
  channel?: string;
  language?: string;
  opening: boolean;
  talk: readonly Action[];
}

export interface Card {
  id?: string;
  title?: string;
  text?: string;
  image?: string;
}

export interface Said {
  from: "bot" | "visitor" | "agent" | "system";
  at: string;
  line: number | null; // of the talk; null: the opening
  type: string;
  text: string;
  url?: string;
  files?: readonly { name: string }[];
  cards?: readonly Card[];
  citations?: readonly Citation[];
}

/** A step ran or woke. */
export interface Visit {
  flow: string;
  node: string;
  type: string;
  event: string | null; // null: the conversation arrived
  heard: string | null;
  outcome: string;
  port: string | null;
  changed: Record<string, unknown>;
  said: readonly number[]; // places in `messages`
  performed: readonly string[];
  note: string | null;
  failed: boolean;
  at: string;
  line: number | null;
  microseconds: number;
}

export interface Wait {
  on: "reply" | "signal" | "time" | "effect" | "person" | "inactivity";
  until: string | null;
  flow: string | null;
  node: string | null;
  name: string | null;
}

export interface Option {
  id: string;
  label: string;
  image?: string;
}

export interface Asked {
  type: string;
  options?: readonly Option[];
  multiple?: boolean;
  placeholder?: string;
  minimum?: number;
  maximum?: number;
  step?: number;
}

export interface Check {
  line: number;
  ok: boolean;
  expected: string;
  got: string | null;
}

export interface Simulation {
  messages: readonly Said[];
  trace: readonly Visit[];
  variables: Record<string, unknown>;
  types: Record<string, string>;
  input: Asked | null;
  waiting: readonly Wait[];
  now: string;
  status: "bot" | "human" | "ended" | "failed";
  checks: readonly Check[];
}
