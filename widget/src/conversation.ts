/** A visitor's conversation: opened when first needed, the same in every tab and after a reload. */

import type { Api, Opening } from "./api.ts";
import type { StreamEvent } from "./events.ts";
import { follow } from "./follow.ts";
import type { Memory } from "./memory.ts";
import { randomId } from "./random.ts";
import { refusal } from "./refusal.ts";
import { Outbox, type Parcel } from "./outbox.ts";
import { alone, elect, Gossip } from "./tabs.ts";
import { type Line, Transcript } from "./transcript.ts";
import type { Answer, Attachment, Message, Opened, Said, Status, Visible, Wanted } from "./types.ts";

/** What the views draw. A new value each time something changes. */
export interface Snapshot {
  phase: "new" | "opening" | "open" | "refused";
  problem: string; // why nothing opens, as the server says it
  lines: readonly Line[];
  input: Wanted | null;
  status: Status;
  awaiting: boolean; // the bot has our words and has not answered
  typing: { from: string; name?: string } | null; // who writes
  draft: string | null; // an answer on its way, as far as it has come
  connected: boolean;
  language: string | null; // that the talk goes on in; null: as at the opening
}

interface Told {
  event?: StreamEvent;
  opened?: boolean;
  turn?: Turn;
}

/** What leads to another conversation; told in full, because other tabs read storage with a delay. */
interface Turn {
  visitor: string | null;
  earlier: string | null;
  opening: string;
}

interface Token {
  key: string;
  attempt: number;
  i: number;
  text: string;
}

interface Writing {
  from: string;
  name?: string;
  typing?: boolean;
}

export interface Noticed {
  message(message: Message): void;
  status(status: Status): void;
  started(id: string): void;
  error(problem: string): void;
}

const TYPING_LASTS = 6000; // milliseconds
const PAUSE = 3000; // milliseconds until the next try; twice that after each, up to
const LONGEST_PAUSE = 60_000;
const DETAILS = ["variables", "timezone", "locale", "page", "visitor_id"];

export class Conversation {
  snapshot: Snapshot;
  readonly api: Api;
  readonly memory: Memory;
  #locale: string;
  #noticed: Noticed;
  #variables: Record<string, unknown> = {};
  #transcript = new Transcript();
  #outbox: Outbox;
  #listeners = new Set<() => void>();
  #gossip: Gossip<Told>;
  #opening: Promise<boolean> | null = null;
  #leave: (() => void) | null = null;
  #id = "";
  #readmitted = new Set<string>(); // words for which the visitor has come in again
  #question: Wanted | null = null; // what was asked when the visitor last pressed something
  #sending = false;
  #filling: Promise<void> | null = null;
  #drafts = new Map<string, { attempt: number; parts: string[] }>();
  #replaced = new Set<string>(); // drafts whose message is here
  #timer = 0;
  #pause = PAUSE;
  #ended = new AbortController();

  constructor(api: Api, memory: Memory, locale: string, noticed: Noticed) {
    this.api = api;
    this.memory = memory;
    this.#locale = locale;
    this.#noticed = noticed;
    this.#outbox = new Outbox(memory);
    this.#gossip = new Gossip(`flyt:${memory.channel}`, (told) => this.#overheard(told));
    this.snapshot = {
      phase: "new", problem: "", lines: [], input: null, status: "bot",
      awaiting: false, typing: null, draft: null, connected: navigator.onLine, language: null,
    };
    const options = { signal: this.#ended.signal };
    addEventListener("online", () => this.#returned(), options);
    addEventListener("offline", () => this.#update({ connected: false }), options);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#returned(), options);
    addEventListener("pagehide", () => this.#unfollow(), options); // else the browser can't keep the page for Back
    addEventListener("pageshow", (event) => event.persisted && this.#returned(), options);
  }

  /** Whether there is a conversation to come back to. */
  get known(): boolean {
    return Boolean(this.memory.get("visitor"));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(variables: Record<string, unknown>): void {
    this.#variables = { ...this.#variables, ...variables };
  }

  /** Opens or resumes; at once where that has been done. False where it can't be. */
  open(): Promise<boolean> {
    return (this.#opening ??= this.#begin().then((done) => {
      if (!done) this.#opening = null;
      return done;
    }));
  }

  /** Says something now, or as soon as there is a connection. `shown` is what the log shows. */
  say(said: Said, shown: { text: string; type?: string; files?: Attachment[] }): void {
    const parcel: Parcel = {
      id: randomId(), at: Date.now(), after: this.#transcript.last,
      text: shown.text, type: shown.type ?? "text", files: shown.files, said,
    };
    this.#outbox.put(parcel);
    this.#transcript.expect(parcel);
    if (said.text === undefined) {
      this.#question = this.snapshot.input;
      this.#update({ input: null });
    } else {
      this.#update({});
    }
    void this.open().then(() => this.#send());
  }

  again(id: string): void {
    const line = this.snapshot.lines.find((each) => each.key === id);
    const parcel = this.#refused.get(id);
    if (!line || !parcel) return;
    this.#refused.delete(id);
    this.#outbox.put(parcel);
    this.#transcript.retry(id);
    this.#update({});
    void this.open().then(() => this.#send());
  }

  discard(id: string): void {
    this.#refused.delete(id);
    this.#transcript.drop(id);
    this.#update({});
  }

  /** Begins anew, as another visitor; `turnBack` leads to the conversation that was left. */
  async anew(): Promise<void> {
    await this.#turnTo(null);
  }

  async turnBack(): Promise<void> {
    await this.#turnTo(this.earlier ?? null);
  }

  /** The visitor of the conversation that was left for the present one. */
  get earlier(): string | undefined {
    return this.memory.get<string>("earlier");
  }

  async #turnTo(visitor: string | null): Promise<void> {
    const turn: Turn = { visitor, earlier: this.memory.get("visitor") ?? null, opening: randomId() };
    this.#gossip.tell({ turn });
    this.#outbox.clear();
    await this.#turned(turn);
  }

  async #turned(turn: Turn): Promise<void> {
    this.#forget();
    this.memory.set("read", null);
    this.memory.set("rated", null);
    for (const [name, value] of Object.entries(turn)) this.memory.set(name, value);
    await this.open();
  }

  /** The visitor has seen everything. */
  read(): void {
    const last = this.#transcript.last;
    if (last <= (this.memory.get<number>("read") ?? 0) || this.snapshot.phase !== "open") return;
    this.memory.set("read", last);
    this.api.read(last).catch(() => undefined); // the next reading says it again
  }

  /** How many messages came since the visitor last looked. */
  get unread(): number {
    const read = this.memory.get<number>("read") ?? 0;
    return this.#transcript.lines.filter(
      (line) => line.seq > read && (line.from === "bot" || line.from === "agent"),
    ).length;
  }

  destroy(): void {
    this.#ended.abort();
    this.#unfollow();
    this.#gossip.close();
    this.#listeners.clear();
    clearTimeout(this.#timer);
  }

  // Opening --------------------------------------------------------------------

  #refused = new Map<string, Parcel>();

  async #begin(): Promise<boolean> {
    this.#update({ phase: "opening", problem: "" });
    for (const parcel of this.#outbox.parcels) this.#transcript.expect(parcel);
    const transcript = this.#transcript;
    try {
      const opened = await this.#enter();
      if (transcript !== this.#transcript) return true; // turned to another conversation meanwhile
      this.#opened(opened);
      this.#pause = PAUSE;
      void this.#send();
      return true;
    } catch (error) {
      const refused = refusal(error);
      if (refused && !refused.passing) {
        this.#update({ phase: "refused", problem: refused.message });
        this.#noticed.error(refused.message);
      } else {
        this.#update({ phase: "new", connected: false });
        this.#later(() => void this.open(), Math.max(this.#pause, (refused?.pause ?? 0) * 1000));
        this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      }
      return false;
    }
  }

  /** Tabs that open at the same moment send the same client id and get the same conversation. */
  async #enter(): Promise<Opened> {
    let client = this.memory.get<string>("opening");
    if (!client) this.memory.set("opening", (client = randomId()));
    const opening: Opening = {
      client_id: client,
      locale: this.#locale,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      page: location.href.slice(0, 2000),
    };
    const visitor = this.memory.get<string>("visitor");
    if (visitor) opening.visitor_id = visitor;
    if (Object.keys(this.#variables).length) opening.variables = this.#variables;
    return this.#admitted(opening);
  }

  /** A detail the server does not take must not keep the visitor out. */
  async #admitted(opening: Opening): Promise<Opened> {
    try {
      return await this.api.open(opening);
    } catch (error) {
      const refused = refusal(error);
      const part = (refused?.status === 422 && refused.path.split(".")[0]) || "";
      if (!refused || !DETAILS.includes(part)) throw error;
      this.#noticed.error(refused.message);
      return this.#admitted({ ...opening, [part]: undefined });
    }
  }

  #opened(opened: Opened): void {
    const fresh = this.memory.get("visitor") !== opened.visitor_id;
    this.memory.set("visitor", opened.visitor_id);
    if (this.#id && this.#id !== opened.conversation_id) this.#startOver();
    this.#id = opened.conversation_id;
    const known = this.#transcript.last;
    for (const message of opened.messages) this.#transcript.add(message);
    for (const status of opened.statuses ?? []) this.#transcript.note(status);
    // What came between is replayed by the stream, which also brings the visitor's own words.
    this.#transcript.cursor = Math.max(this.#transcript.cursor, fresh ? 0 : opened.seq);
    this.#undraft();
    this.#update({ phase: "open", ...standing(opened), input: opened.input });
    if (fresh) {
      this.#noticed.started(opened.conversation_id);
      this.#gossip.tell({ opened: true });
      opened.messages.forEach((message) => message.seq > known && this.#noticed.message(message));
    }
    this.#follow();
  }

  /** Hears what happens, in the one tab that has the stream. */
  #follow(): void {
    this.#leave ??= elect(`flyt:${this.memory.channel}`, (signal) =>
      follow(
        this.api,
        {
          after: () => this.#transcript.cursor,
          heard: (event) => this.#heard(event, true),
          link: (live) => this.#linked(live),
          over: () => this.#revoked(),
        },
        signal,
      ),
    );
  }

  #unfollow(): void {
    this.#leave?.();
    this.#leave = null;
  }

  /** The token opens nothing any more, or the conversation is gone: the visitor comes in again. */
  #revoked(): void {
    this.#unfollow();
    this.#opening = null;
    this.#later(() => void this.open(), 1000);
  }

  /** It is another conversation than the one that was shown. */
  #startOver(): void {
    this.#transcript = new Transcript();
    this.memory.set("read", null);
    this.memory.set("rated", null);
    for (const parcel of this.#outbox.parcels) this.#transcript.expect({ ...parcel, after: 0 });
  }

  #forget(): void {
    this.#refused.clear();
    this.#undraft();
    this.#unfollow();
    this.#opening = null;
    this.#transcript = new Transcript();
    this.#id = "";
    this.#update({ phase: "new", input: null, status: "bot", awaiting: false, typing: null, language: null });
  }

  // Sending --------------------------------------------------------------------

  /** Sends what is in the outbox, one after the other, in one tab at a time. */
  async #send(): Promise<void> {
    if (this.#sending || this.snapshot.phase !== "open" || !this.#outbox.parcels.length) return;
    this.#sending = true;
    let pause = 0;
    try {
      await alone(`flyt:${this.memory.channel}:outbox`, async () => {
        for (let parcel = this.#outbox.parcels[0]; parcel && pause === 0; parcel = this.#outbox.parcels[0]) {
          pause = await this.#post(parcel);
        }
      });
    } finally {
      this.#sending = false;
    }
    if (pause) this.#later(() => void this.#send(), pause);
    else if (this.#outbox.parcels.length) void this.#send();
  }

  /** Answers how many milliseconds to wait before it is tried again; 0 where it is settled. */
  async #post(parcel: Parcel): Promise<number> {
    const transcript = this.#transcript;
    transcript.expect(parcel);
    this.#update({ awaiting: this.snapshot.status === "bot" || this.snapshot.status === "ended" });
    try {
      const answer = await this.api.say(parcel.id, parcel.said);
      if (transcript === this.#transcript) this.#answered(parcel, answer);
    } catch (error) {
      const refused = refusal(error);
      if (refused && !refused.passing) {
        const gone = refused.status === 401 || refused.status === 404;
        if (gone && !this.#readmitted.has(parcel.id)) {
          this.#readmitted.add(parcel.id);
          this.#revoked();
          return 3000;
        }
        this.#refused.set(parcel.id, parcel);
        transcript.refuse(parcel.id, refused.message);
        this.#update({ input: this.snapshot.input ?? this.#question });
      } else {
        this.#update({ awaiting: false, connected: Boolean(refused) });
        return refused ? Math.max(refused.pause, 2) * 1000 : PAUSE;
      }
    }
    this.#outbox.remove(parcel.id);
    this.#update({ awaiting: false });
    return 0;
  }

  #answered(parcel: Parcel, answer: Answer): void {
    if (answer.stale) this.#transcript.drop(parcel.id);
    else this.#transcript.acknowledge(parcel.id, answer.seq, answer.messages);
    for (const message of answer.messages) this.#said(message);
    const changes: Partial<Snapshot> = standing(answer);
    if (answer.seq >= this.#transcript.last) changes.input = answer.input;
    if (answer.status !== this.snapshot.status) this.#noticed.status(answer.status);
    this.#update(changes);
  }

  // Hearing --------------------------------------------------------------------

  #overheard(told: Told): void {
    if (told.turn) {
      void this.#turned(told.turn);
    } else if (told.opened && this.snapshot.phase === "new") {
      void this.open();
    } else if (told.event && this.snapshot.phase === "open") {
      this.#heard(told.event, false);
    }
  }

  /** An event of the stream; the tab that has the stream tells the others. */
  #heard(event: StreamEvent, first: boolean): void {
    if (first) this.#gossip.tell({ event });
    const data: unknown = JSON.parse(event.data);
    if (event.name === "input") {
      this.#update({ input: data as Wanted | null });
    } else if (event.name === "typing") {
      this.#writes(data as Writing);
    } else if (event.name === "language") {
      this.#update(data as { language: string | null });
    } else if (event.name === "token") {
      this.#streamed(data as Token);
    } else {
      this.#visible({ ...(data as Visible), event: event.name });
    }
  }

  #visible(event: Visible): void {
    const known = this.#transcript.last;
    if (!this.#transcript.take({ ...event, ...this.#standing(event) })) {
      void this.#fill();
      return;
    }
    if (event.event === "message" && event.from !== "visitor") {
      this.#undraft(event);
      if (event.seq > known) this.#noticed.message(event as Visible & Message);
      this.#update({ typing: null });
    } else if (event.event === "status" && event.status) {
      this.#undraft();
      if (event.status !== this.snapshot.status) this.#noticed.status(event.status);
      this.#update({ status: event.status, ...(this.snapshot.typing?.from === "agent" && { typing: null }) });
    } else {
      this.#update({});
    }
  }

  #said(message: Message): void {
    const fresh = this.#transcript.add({ ...message, ...this.#standing(message) });
    this.#undraft(message);
    if (fresh) this.#noticed.message(message);
    this.#update({ typing: null });
  }

  /** Reads what was missed, page by page. */
  #fill(): Promise<void> {
    return (this.#filling ??= (async () => {
      try {
        for (;;) {
          const { events, seq } = await this.api.missed(this.#transcript.cursor);
          if (!events.length) break;
          for (const event of events) {
            this.#transcript.cursor = Math.max(this.#transcript.cursor, event.seq - 1); // the server has no more
            this.#visible(event);
          }
          this.#transcript.cursor = Math.max(this.#transcript.cursor, seq);
        }
      } catch {
        // the stream or the next return tries again
      } finally {
        this.#filling = null;
      }
    })());
  }

  #writes({ from, name, typing }: Writing): void {
    if (from !== "visitor") this.#shows(typing === false ? null : { from, name });
  }

  /** Somebody writes, for as long as signs of it come; without them a draft has been given up, too. */
  #shows(typing: Snapshot["typing"]): void {
    clearTimeout(this.#timer);
    if (!typing) this.#undraft();
    else this.#timer = setTimeout(() => this.#shows(null), TYPING_LASTS) as unknown as number;
    this.#update({ typing });
  }

  #streamed({ key, attempt, i, text }: Token): void {
    let draft = this.#drafts.get(key);
    if (this.#replaced.has(key) || (draft && attempt < draft.attempt)) return;
    if (!draft || attempt > draft.attempt) this.#drafts.set(key, (draft = { attempt, parts: [] }));
    draft.parts[i] = text;
    const missing = draft.parts.findIndex((part) => part === undefined); // what follows makes no sense
    const words = draft.parts.slice(0, missing < 0 ? undefined : missing).join("");
    this.#update({ draft: words || null });
    this.#shows({ from: "bot" });
  }

  /** Whether a message stood here as a draft, so that it need not come in. */
  #standing({ key }: { key?: string }): { still?: boolean } {
    return this.snapshot.draft !== null && key && this.#drafts.has(key) ? { still: true } : {};
  }

  /** Drafts go with their message, and with all that ends them; the bot may say other things meanwhile. */
  #undraft(by?: { from?: string; key?: string }): void {
    if (by?.key) this.#replaced.add(by.key);
    if (by?.from === "bot" && !this.#drafts.has(by.key ?? "")) return;
    this.#drafts.clear();
    this.#update({ draft: null });
  }

  #linked(live: boolean): void {
    if (!live) return;
    this.#update({ connected: navigator.onLine });
    void this.#send();
  }

  /** The network is back, or somebody looks at the page again. */
  #returned(): void {
    this.#update({ connected: navigator.onLine });
    if (this.snapshot.phase === "open") {
      this.#follow();
      void this.#send();
      void this.#fill();
    } else if (this.known || this.#outbox.parcels.length) {
      void this.open();
    }
  }

  #later(work: () => void, milliseconds = PAUSE): void {
    const timer = setTimeout(work, milliseconds);
    this.#ended.signal.addEventListener("abort", () => clearTimeout(timer));
  }

  #update(changes: Partial<Snapshot>): void {
    if (this.#ended.signal.aborted) return;
    this.snapshot = { ...this.snapshot, ...changes, lines: this.#transcript.lines };
    this.#listeners.forEach((listener) => listener());
  }
}

/** What every answer tells of the conversation. */
function standing({ status, language = null }: Answer): Partial<Snapshot> {
  return { status, language, connected: navigator.onLine };
}
