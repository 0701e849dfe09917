/** How pages ask the admin API, with the session's cookie: the one way for every island. */

export type Method = "POST" | "PUT" | "PATCH" | "DELETE";

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

interface Mistake {
  path: string;
  message: string;
}

/** The answer did not come (`status` 0), or was no. `why` is the sentence of the refusal, perhaps empty. */
export class Unanswered extends Error {
  readonly status: number;
  readonly why: string;
  /** What is wrong, each at its place in what was sent. */
  readonly mistakes: readonly Mistake[];

  /** `told` is the body of the answer. */
  constructor(status: number, told: unknown) {
    super(`the server answered ${status}`);
    const { detail, errors } = (told ?? {}) as { detail?: string; errors?: Mistake[] };
    this.status = status;
    this.why = detail ?? "";
    this.mistakes = errors ?? [];
  }

  /** Whether the same call would be answered the same. */
  get refused(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 401 && this.status !== 429;
  }
}

/** What stands at a path below `/api/v1/`. */
export function ask<Answer>(path: string, query: Record<string, string | number | null> = {}, signal?: AbortSignal): Promise<Answer> {
  const asked = Object.entries(query).filter(([, value]) => value !== null && value !== "");
  const parameters = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return call(`/api/v1/${path}?${parameters}`, { signal: signal ?? null });
}

/** What the server answers to something done at a path below `/api/v1/`. */
export function send<Answer>(method: Method, path: string, body?: unknown, how: RequestInit = {}): Promise<Answer> {
  return call(`/api/v1/${path}`, { ...how, ...json(method, body) });
}

export function json(method: Method, body: unknown): RequestInit {
  if (body === undefined) return { method };
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** The JSON at an address, `null` where the server has nothing to say. Whoever is no longer signed in goes to do so. */
export async function call<Answer>(address: string, how: RequestInit): Promise<Answer> {
  const answer = await fetch(address, how).catch(() => null);
  how.signal?.throwIfAborted();
  if (answer?.status === 401) {
    const here = window.location.pathname + window.location.search;
    window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
  }
  if (answer?.ok) return (answer.status === 204 ? null : await answer.json()) as Answer;
  const told: unknown = await answer?.json().catch(() => null);
  how.signal?.throwIfAborted();
  throw new Unanswered(answer?.status ?? 0, told);
}
