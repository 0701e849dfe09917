/** What has been said, in order, each thing once: whatever way it came, by `seq`.
 *
 *  The visitor's own words are shown before the server has numbered them. They find their number
 *  when the same words come back in the transcript.
 */

import type { Message, Sender, Visible } from "./types.ts";

/** One thing in the log. `waiting` has not reached the server yet, `failed` was refused. */
export interface Line extends Omit<Message, "seq" | "at"> {
  key: string;
  seq: number; // 0: not numbered yet
  place: number; // where it stands while it has no number
  at: number; // milliseconds
  state: "sent" | "waiting" | "failed";
  failure?: string;
  status?: string;
  still?: boolean; // it stood there before, as a draft
}

/** The visitor's words as they were put into the outbox. */
export interface Spoken {
  id: string; // the client id
  at: number;
  after: number; // the last number known then
  text: string;
  type: string;
  files?: Message["files"];
}

export class Transcript {
  /** Everything up to this number is here. */
  cursor = 0;
  #numbered = new Map<number, Line>();
  #own: (Line & { after: number; acknowledged: boolean })[] = [];
  #sorted: readonly Line[] | null = null;

  get lines(): readonly Line[] {
    return (this.#sorted ??= [...this.#numbered.values(), ...this.#own].sort(
      (one, other) => (one.seq || one.place) - (other.seq || other.place) || one.at - other.at,
    ));
  }

  get last(): number {
    return Math.max(0, ...this.#numbered.keys());
  }

  /** Takes a message of an answer; whether it is new. */
  add(message: Message): boolean {
    this.#sorted = null;
    const known = this.#numbered.get(message.seq);
    const own = !known && message.from === "visitor" ? this.#claim(message) : undefined;
    this.#numbered.set(message.seq, {
      ...message,
      ...(known?.still && { still: true }),
      key: known?.key ?? own?.key ?? `m${message.seq}`,
      place: 0,
      at: Date.parse(message.at) || Date.now(),
      state: "sent",
    });
    return !known;
  }

  /** Takes a change of who has the word. */
  note(event: Partial<Visible>): void {
    this.add({ type: "status", text: "", from: "system" as Sender, ...event } as Visible & Message);
  }

  /** Takes an event of the stream. False where events before it are missing. */
  take(event: Visible): boolean {
    if (event.seq > this.cursor + 1) return false;
    this.cursor = Math.max(this.cursor, event.seq);
    if (event.event === "message" && !event.deleted) {
      this.add(event as Visible & Message);
    } else if (event.event === "message") {
      this.#forget(event.seq);
    } else if (event.event === "status") {
      this.note(event);
    }
    return true;
  }

  /** Shows the visitor's words before the server has them. */
  expect(spoken: Spoken): void {
    if (this.lines.some((line) => line.key === spoken.id)) return;
    this.#sorted = null;
    const { id, ...shown } = spoken;
    this.#own.push({
      ...shown, key: id, seq: 0, place: Infinity, from: "visitor", state: "waiting", acknowledged: false,
    });
    for (const line of this.#numbered.values()) {
      if (line.from === "visitor" && line.seq > spoken.after && !this.#isOwn(line) && this.#claim(line, true)) {
        this.#numbered.set(line.seq, { ...line, key: id });
        return;
      }
    }
  }

  /** The server has taken the visitor's words and answered up to `seq`. */
  acknowledge(id: string, seq: number, answers: readonly Message[]): void {
    this.#change(id, { state: "sent", acknowledged: true, place: answers[0] ? answers[0].seq - 0.5 : seq });
    for (const line of this.#numbered.values()) {
      const mine = this.#own.find((own) => own.key === id);
      if (!mine) return;
      const fits = line.from === "visitor" && line.seq > mine.after && line.seq <= seq;
      if (fits && !this.#isOwn(line) && line.text === mine.text) {
        this.#claim(line);
        this.#numbered.set(line.seq, { ...line, key: id });
        this.#sorted = null;
      }
    }
  }

  refuse(id: string, failure: string): void {
    this.#change(id, { state: "failed", failure });
  }

  /** The visitor's words go again, or are gone for good. */
  retry(id: string): void {
    this.#change(id, { state: "waiting", failure: undefined });
  }

  drop(id: string): void {
    this.#sorted = null;
    this.#own = this.#own.filter((line) => line.key !== id);
  }

  #forget(seq: number): void {
    this.#sorted = null;
    this.#numbered.delete(seq);
  }

  /** Whether this numbered line is what one of our own has become. */
  #isOwn(line: Line): boolean {
    return line.key !== `m${line.seq}`;
  }

  /** Takes away the words that now have a number: the same ones, else the oldest under way. */
  #claim(message: { seq: number; text: string }, exactly = false): Line | undefined {
    const waiting = this.#own.filter((line) => line.after < message.seq && line.state !== "failed");
    const found =
      waiting.find((line) => line.text === message.text) ??
      (exactly ? undefined : waiting.find((line) => line.acknowledged && line.type !== "text"));
    if (found) this.#own = this.#own.filter((line) => line !== found);
    return found;
  }

  #change(id: string, changes: object): void {
    this.#sorted = null;
    this.#own = this.#own.map((line) => (line.key === id ? { ...line, ...changes } : line));
  }
}
