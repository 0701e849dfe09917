/** The calls of the chat API. A refusal and an unreachable server are different errors. */

import type { Answer, Config, Kept, Opened, Said, Visible } from "./types.ts";

/** The server understood and said no; `detail` is its sentence. */
export class Refused extends Error {
  readonly status: number;
  readonly path: string;
  readonly pause: number; // seconds to wait before the next try

  constructor(status: number, detail: string, path = "", pause = 0) {
    super(detail);
    this.status = status;
    this.path = path;
    this.pause = pause;
  }

  /** Whether the same call may well succeed later. */
  get passing(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** No answer came at all. */
export class Away extends Error {}

export interface Opening {
  client_id: string;
  visitor_id?: string;
  variables?: Record<string, unknown>;
  locale?: string;
  timezone?: string;
  page?: string;
}

export class Api {
  readonly base: string;
  readonly channel: string;
  #conversation = "";
  #token = "";

  /** `origin`: where Flyt answers. */
  constructor(origin: string, channel: string) {
    this.base = `${origin}/api/v1/chat/`;
    this.channel = channel;
  }

  config(): Promise<Config> {
    return this.#call("GET", `${this.channel}/config`);
  }

  async open(opening: Opening): Promise<Opened> {
    const opened = await this.#call<Opened>("POST", `${this.channel}/conversations`, opening);
    this.#conversation = opened.conversation_id;
    this.#token = opened.token;
    return opened;
  }

  say(clientId: string, said: Said): Promise<Answer> {
    return this.#call("POST", this.#here("messages"), { client_id: clientId, ...said });
  }

  missed(after: number): Promise<{ events: Visible[]; seq: number }> {
    return this.#call("GET", `${this.#here("messages")}?after=${after}`);
  }

  read(seq: number): Promise<void> {
    return this.#call("POST", this.#here("read"), { seq });
  }

  typing(typing: boolean): Promise<void> {
    return this.#call("POST", this.#here("typing"), { typing });
  }

  rate(score: number): Promise<void> {
    return this.#call("POST", this.#here("rating"), { score });
  }

  /** A file of the conversation, with an address where it can be had for some minutes. */
  async kept(file: string): Promise<Kept> {
    const kept = await this.#call<Kept>("GET", this.#here(`files/${file}`));
    return { ...kept, url: new URL(kept.url, this.base).href };
  }

  suggest(typed: string): Promise<{ suggestions: string[] }> {
    return this.#call("GET", `${this.channel}/suggest?q=${encodeURIComponent(typed)}`);
  }

  /** The open stream, as the bytes come. */
  async stream(after: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const answer = await this.#fetch("GET", `${this.#here("stream")}?after=${after}`, undefined, signal);
    if (!answer.body) throw new Away("no body");
    return answer.body;
  }

  /** Uploads a file; `progress` is told the part that has gone, 0 to 1. */
  upload(file: File, progress: (part: number) => void, signal: AbortSignal): Promise<{ id: string }> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch does not tell how far an upload is
      request.open("POST", this.base + this.#here("files"));
      request.setRequestHeader("authorization", `Bearer ${this.#token}`);
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.onerror = () => reject(new Away());
      request.onabort = () => reject(new DOMException("aborted", "AbortError"));
      request.onload = () => {
        const told = parsed(request.responseText);
        if (request.status < 300) resolve(told as { id: string });
        else reject(new Refused(request.status, told.detail ?? ""));
      };
      signal.addEventListener("abort", () => request.abort());
      const form = new FormData();
      form.append("file", file);
      request.send(form);
    });
  }

  #here(part: string): string {
    return `conversations/${this.#conversation}/${part}`;
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.#fetch(method, path, body);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  async #fetch(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["content-type"] = "application/json";
    if (this.#token) headers.authorization = `Bearer ${this.#token}`;
    const sent: RequestInit = { method, headers, signal, credentials: "omit", cache: "no-store" };
    if (body !== undefined) sent.body = JSON.stringify(body);
    let answer: Response;
    try {
      answer = await fetch(this.base + path, sent);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Away();
    }
    if (!answer.ok) throw refusal(answer, await answer.text());
    return answer;
  }
}

interface Problem {
  detail?: string;
  errors?: { path?: string; message?: string }[];
}

function refusal(answer: Response, text: string): Refused {
  const told = parsed(text);
  const first = told.errors?.[0];
  const pause = Number(answer.headers.get("retry-after")) || 0;
  return new Refused(answer.status, told.detail ?? first?.message ?? "", first?.path ?? "", pause);
}

function parsed(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {};
  }
}
