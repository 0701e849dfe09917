/** What the admin API answers about conversations, and how it is asked. */

import type { Citation } from "$/public/external/builder/design/sources/citations.tsx";

export { ask, send, Unanswered, type Page } from "$/public/external/builder/design/sources/asking.ts";

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
  last_seq: number | null;
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
  /** Only models marked local may read it. */
  confidential: boolean;
}

export interface Answered extends Conversation {
  /** The number of the message. */
  said: number | null;
}

/** How many hours each choice of the filter by time goes back. */
export const PERIODS: Record<string, number> = { day: 24, week: 7 * 24, month: 30 * 24 };

const HOUR = 3_600_000;

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
