/** What the admin API answers about described bots, and how it is asked. */

import { call as callAt, json, Unanswered } from "$/public/external/builder/design/sources/asking.ts";

import { t } from "./words";

export type Kind = "description" | "procedure";

export interface Description {
  id: string;
  kind: Kind;
  language: string;
  text: string;
  state: "queued" | "working" | "ready" | "failed";
  stage: string;
  progress: number;
  bot_id: string | null;
  notes: string[];
  message: string | null;
}

export interface Descriptions {
  items: Description[];
  /** Why no bot can be drafted now. */
  problem: string | null;
}

export interface Asked {
  text: string;
  language: string;
  kind: Kind;
}

/** The answer did not come (`status` 0), or was no; the message is a sentence for the reader. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const ADDRESS = "/api/v1/bots/describe";

export function lately(signal?: AbortSignal): Promise<Descriptions> {
  return call("", signal ? { signal } : {});
}

export function one(id: string, signal?: AbortSignal): Promise<Description> {
  return call(`/${encodeURIComponent(id)}`, signal ? { signal } : {});
}

export function begin(asked: Asked): Promise<{ id: string }> {
  return call("", json("POST", asked));
}

async function call<Answer>(path: string, how: RequestInit): Promise<Answer> {
  try {
    return await callAt<Answer>(ADDRESS + path, how);
  } catch (error) {
    throw error instanceof Unanswered ? refused(error) : error;
  }
}

function refused({ status, why }: Unanswered): Refused {
  if (status === 0) return new Refused(0, t("Flyt did not answer. Check the connection and try again."));
  if (why && (status < 500 || status === 503)) return new Refused(status, why);
  return new Refused(status, t("That did not work, and it is our fault. Try again in a moment."));
}

/** The sentence for something that failed. */
export function reason(error: unknown): string {
  return error instanceof Refused ? error.message : t("That did not work, and it is our fault. Try again in a moment.");
}
