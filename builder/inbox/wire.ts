/** What the admin API answers about conversations, and how it is asked. */

import type { Citation } from "$/public/external/builder/design/sources/citations.tsx";

export type Status = "bot" | "human" | "ended" | "failed";
export type Sender = "bot" | "visitor" | "agent" | "system";

export interface Line {
  id: string;
  status: Status;
  seq: number;
  last_at: string;
  created_at: string;
  bot_id: string;
  bot_name: string;
  channel_id: string;
  channel_name: string;
  channel_kind: string;
  contact_id: string;
  contact_name: string | null;
  last: string | null;
  last_kind: string | null;
  last_from: Sender | null;
}

export interface Filters {
  status: string;
  bot: string;
  channel: string;
  /** One of the keys of `PERIODS`, or empty. */
  since: string;
}

export interface Inbox {
  items: Line[];
  next: string | null;
  mark: string;
}

export interface FileOf {
  id: string;
  name: string;
  type: string;
  size: number;
}

export interface Body {
  type?: string;
  text?: string;
  url?: string;
  files?: FileOf[];
  cards?: Record<string, unknown>[];
  citations?: Citation[];
  status?: Status;
  /** Of the person who says it, or who has come; empty where they have given none. */
  name?: string;
}

export type Rating = "good" | "bad";

export interface Message {
  seq: number;
  kind: "message" | "status" | "edited" | "deleted" | "read";
  sender: Sender;
  turn: number | null;
  at: string;
  edited_at: string | null;
  deleted_at: string | null;
  body: Body;
  /** What a colleague thinks of it, and the right answer where one was given; of the bot's only. */
  rating?: Rating | null;
  reviewed?: string | null;
}

export interface Visit {
  flow: string;
  node: string;
  type: string;
  event?: string | null;
  outcome?: string;
  port?: string | null;
  changed?: Record<string, unknown>;
  note?: string | null;
  failed?: boolean;
}

export interface Trace {
  turn: number;
  at: string;
  visits: Visit[];
}

export interface Step {
  flow: string;
  node: string;
  label: string;
  title: string;
  in_draft: boolean;
}

export interface About {
  contact: {
    id: string;
    name: string | null;
    email: string | null;
    phone: string | null;
    locale: string | null;
    timezone: string | null;
    attributes: Record<string, unknown>;
  };
  bot_id: string;
  bot_name: string;
  bot_deleted: boolean;
  channel_name: string;
  channel_kind: string;
  version: number;
  locale: string | null;
  timezone: string | null;
  attributes: Record<string, unknown>;
  variables: Record<string, unknown>;
  steps: Step[];
}

export interface Conversation {
  id: string;
  status: Status;
  /** Who answers while the status is `human`; null until somebody does. */
  owner: { id: string; name: string } | null;
  seq: number;
  turn: number;
  created_at: string;
  contact_id: string;
  contact_name: string | null;
}

export interface Answered extends Conversation {
  /** The number of the message. */
  said: number | null;
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** How many hours each choice of the filter by time goes back. */
export const PERIODS: Record<string, number> = { day: 24, week: 7 * 24, month: 30 * 24 };

const HOUR = 3_600_000;

/** The answer did not come, or said `why` not; `status` is 0 where the server was not reached. */
export class Unanswered extends Error {
  readonly status: number;
  readonly why: string;

  constructor(status: number, why = "") {
    super(`the server answered ${status}`);
    this.status = status;
    this.why = why;
  }

  /** Whether the same call would be answered the same. */
  get refused(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 401 && this.status !== 429;
  }
}

/** What stands at a path of the admin API. Whoever is no longer signed in goes to do so. */
export async function ask<Answer>(
  path: string,
  query: Record<string, string | number | null> = {},
  signal?: AbortSignal,
): Promise<Answer> {
  const asked = Object.entries(query).filter(([, value]) => value !== null && value !== "");
  const address = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return call(`${path}?${address}`, { signal: signal ?? null });
}

/** What the server answers to something done there. */
export function send<Answer>(path: string, body?: unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return call(path, body === undefined ? { method: "POST" } : { method: "POST", headers, body: JSON.stringify(body) });
}

/** What the server answers to something changed or taken away there; `null` where it has nothing to say. */
export function write<Answer>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown, how: RequestInit = {}): Promise<Answer> {
  if (body === undefined) return call(path, { ...how, method });
  return call(path, { ...how, method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

async function call<Answer>(path: string, how: RequestInit): Promise<Answer> {
  const answer = await fetch(`/api/v1/${path}`, how).catch(() => null);
  how.signal?.throwIfAborted();
  if (answer?.status === 401) {
    const here = window.location.pathname + window.location.search;
    window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
  }
  if (!answer?.ok) throw new Unanswered(answer?.status ?? 0, await reason(answer));
  return (answer.status === 204 ? null : await answer.json()) as Answer;
}

/** The sentence of a refusal. */
async function reason(answer: Response | null): Promise<string> {
  const told = (await answer?.json().catch(() => null)) as { detail?: string } | null;
  return told?.detail ?? "";
}

export function asked(filters: Filters): Record<string, string> {
  const hours = PERIODS[filters.since];
  return {
    status: filters.status,
    bot_id: filters.bot,
    channel_id: filters.channel,
    since: hours ? new Date(Date.now() - hours * HOUR).toISOString() : "",
  };
}

/** Whether a line belongs into a list that is narrowed so. One that just moved is never too old. */
export function belongs(line: Line, { status, bot, channel }: Filters): boolean {
  return (
    (!status || line.status === status) &&
    (!bot || line.bot_id === bot) &&
    (!channel || line.channel_id === channel)
  );
}
