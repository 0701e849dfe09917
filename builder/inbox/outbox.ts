/** What somebody has written and the server has not taken yet, by conversation.
 *
 *  It lives in the browser's storage, so that neither another conversation nor a reload loses it,
 *  and goes by the same name until the server has it: sent twice, it is said once.
 */

import { useMemo, useSyncExternalStore } from "react";

import { send, Unanswered, type Answered, type Conversation, type FileOf, type Message } from "./wire";

const PAUSE = 3_000; // milliseconds until the next attempt

export interface Unsent {
  key: string;
  text: string;
  files: readonly FileOf[];
  at: string;
  /** The last event known when it was written. */
  after: number;
  state: "sending" | "waiting" | "refused" | "sent";
  why?: string;
  /** Its number, once the server has told it. */
  seq?: number;
}

interface Kept {
  draft: string;
  attached: readonly FileOf[];
  unsent: readonly Unsent[];
}

const outboxes = new Map<string, Outbox>();

export class Outbox {
  lines: readonly Unsent[];
  /** Is told how the conversation stands after an answer. */
  heard: (conversation: Conversation) => void = () => undefined;
  #place: string;
  #conversation: string;
  #draft: string;
  #attached: readonly FileOf[];
  #listeners = new Set<() => void>();
  #running = false;
  #timer = 0;

  /** The one of this person in this conversation. */
  static of(person: string, conversation: string): Outbox {
    const place = `flyt.answers.${person}.${conversation}`;
    const outbox = outboxes.get(place) ?? new Outbox(place, conversation);
    outboxes.set(place, outbox);
    return outbox;
  }

  private constructor(place: string, conversation: string) {
    this.#place = place;
    this.#conversation = conversation;
    const kept = read(place);
    this.#draft = kept.draft;
    this.#attached = kept.attached;
    this.lines = kept.unsent.map((line) => ({ ...line, files: line.files ?? [], state: line.state === "refused" ? line.state : "waiting" }));
    window.addEventListener("online", () => this.#soon(0));
    if (this.lines.length) this.#soon(0);
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get draft(): string {
    return this.#draft;
  }

  set draft(text: string) {
    this.#draft = text;
    this.#keep();
  }

  /** Files that are uploaded, and go with the next answer. */
  get attached(): readonly FileOf[] {
    return this.#attached;
  }

  set attached(files: readonly FileOf[]) {
    this.#attached = files;
    this.#keep();
  }

  put(text: string, files: readonly FileOf[], after: number) {
    const key = name();
    this.#set([...this.lines, { key, text, files, at: new Date().toISOString(), after, state: "sending" }]);
    this.#soon(0);
  }

  again(key: string) {
    this.#change(key, { state: "sending" });
    this.#soon(0);
  }

  /** Those whose number the transcript shows need not be kept any longer. */
  drop(keys: ReadonlySet<string>) {
    if (keys.size) this.#set(this.lines.filter((line) => !keys.has(line.key)));
  }

  #soon(milliseconds: number) {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#run(), milliseconds);
  }

  /** One after the other, so that they arrive in their order. */
  async #run() {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let line = this.#next(); line; line = this.#next()) {
        if (!(await this.#send(line))) return this.#soon(PAUSE);
      }
    } finally {
      this.#running = false;
    }
  }

  #next(): Unsent | undefined {
    return this.lines.find(({ state }) => state === "sending" || state === "waiting");
  }

  /** Whether the next one may go. */
  async #send({ key, text, files }: Unsent): Promise<boolean> {
    try {
      const said = { client_id: key, text, files: files.map(({ id }) => id) };
      const answered = await send<Answered>("POST", `conversations/${this.#conversation}/messages`, said);
      this.#change(key, { state: "sent", seq: answered.said ?? undefined });
      this.heard(answered);
      return true;
    } catch (error) {
      const refused = error instanceof Unanswered && error.refused;
      this.#change(key, refused ? { state: "refused", why: error.why } : { state: "waiting" });
      return Boolean(refused);
    }
  }

  #change(key: string, changes: Partial<Unsent>) {
    this.#set(this.lines.map((line) => (line.key === key ? { ...line, ...changes } : line)));
  }

  #set(lines: readonly Unsent[]) {
    this.lines = lines;
    this.#keep();
    this.#listeners.forEach((listener) => listener());
  }

  #keep() {
    try {
      const kept: Kept = { draft: this.#draft, attached: this.#attached, unsent: this.lines };
      if (this.#draft || this.#attached.length || this.lines.length) localStorage.setItem(this.#place, JSON.stringify(kept));
      else localStorage.removeItem(this.#place);
    } catch {
      // a full or forbidden store: then this page alone remembers
    }
  }
}

/** The lines that the transcript does not show yet, and the keys of those it does. */
export function settled(lines: readonly Unsent[], messages: readonly Message[]): { open: Unsent[]; done: Set<string> } {
  const said = messages.filter(({ sender }) => sender === "agent");
  const taken = new Set<number>();
  const done = new Set<string>();
  const open = lines.filter((line) => {
    if (line.state === "refused") return true;
    const found = said.find(({ seq, body }) => {
      return !taken.has(seq) && (line.seq ? seq === line.seq : seq > line.after && body.text === line.text && sameFiles(body.files, line.files));
    });
    if (found) taken.add(found.seq);
    if (found && line.state === "sent") done.add(line.key);
    return !found;
  });
  return { open, done };
}

function sameFiles(some: readonly FileOf[] = [], others: readonly FileOf[]): boolean {
  return some.length === others.length && some.every(({ id }, at) => id === others[at]?.id);
}

export function useOutbox(person: string, conversation: string): Outbox {
  const outbox = useMemo(() => Outbox.of(person, conversation), [person, conversation]);
  useSyncExternalStore(outbox.subscribe, () => outbox.lines);
  return outbox;
}

function read(place: string): Kept {
  try {
    const { draft, attached, unsent } = JSON.parse(localStorage.getItem(place) ?? "") as Kept;
    if (typeof draft === "string" && Array.isArray(unsent)) return { draft, attached: attached ?? [], unsent };
  } catch {
    // nothing is kept yet, or something that is not ours
  }
  return { draft: "", attached: [], unsent: [] };
}

function name(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
