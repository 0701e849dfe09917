/** What the admin API answers about described bots, and how it is asked. */

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
  return call("", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(asked) });
}

async function call<Answer>(path: string, how: RequestInit): Promise<Answer> {
  const answer = await fetch(ADDRESS + path, how).catch(() => null);
  how.signal?.throwIfAborted();
  const told: unknown = await answer?.json().catch(() => null);
  how.signal?.throwIfAborted();
  if (answer?.status === 401) {
    const here = window.location.pathname + window.location.search;
    window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
  }
  if (!answer?.ok) throw refused(answer?.status ?? 0, told);
  return told as Answer;
}

function refused(status: number, told: unknown): Refused {
  const { detail } = (told ?? {}) as { detail?: string };
  if (status === 0) return new Refused(0, t("Flyt did not answer. Check the connection and try again."));
  if (detail && (status < 500 || status === 503)) return new Refused(status, detail);
  return new Refused(status, t("That did not work, and it is our fault. Try again in a moment."));
}

/** The sentence for something that failed. */
export function reason(error: unknown): string {
  return error instanceof Refused ? error.message : t("That did not work, and it is our fault. Try again in a moment.");
}
