/** What the draft makes of a sentence, and how well it tells its flows apart: kept up while watched. */

import type { Store } from "../document.ts";
import { Following } from "../following.ts";
import { hindranceOf, type Hindrance } from "../test/rehearsal.ts";
import type { Understanding, Understood } from "./findings.ts";

/** The calls that a study makes. */
export interface Wire {
  understand(text: string): Promise<Understood>;
  understanding(): Promise<Understanding>;
}

export type Studied = Pick<Store, "keys" | "get" | "subscribe" | "flush">;

const PAUSE = 700; // milliseconds after a change of the document before it is read anew
const LEARNING = 503;
const AGAIN = 30; // times
const CONCERN = /^(?:f:|s:(?:languages|language|settings|main)$)/;

export class Study {
  report: Understanding | null = null;
  tried = ""; // the sentence that was asked about last
  result: Understood | null = null;
  reading = false;
  trying = false;
  outdated = false; // the draft has changed since the sentence was tried
  hindrance: Hindrance | null = null;
  version = 0; // counts up with every change of the above

  private store: Studied;
  private wire: Wire;
  private pause: number;
  private following: Following;
  private listeners = new Set<() => void>();
  private readings = 0;
  private tries = 0;

  constructor(store: Studied, wire: Wire, pause = PAUSE) {
    this.store = store;
    this.wire = wire;
    this.pause = pause;
    this.following = new Following(store, (key) => CONCERN.test(key), pause, () => void this.renew());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** Reads whenever the document has changed, until the answered function is called. */
  watch(): () => void {
    return this.following.begin();
  }

  /** Asks what the draft makes of a sentence. */
  async try(text: string): Promise<void> {
    const turn = (this.tries += 1);
    this.tried = text;
    this.trying = true;
    this.tell();
    try {
      await this.store.flush();
      const result = await this.asked(text, turn);
      if (turn !== this.tries) return; // something newer was asked
      this.result = result;
      this.outdated = false;
      this.hindrance = null;
    } catch (reason) {
      if (turn !== this.tries) return;
      this.result = null;
      this.hindrance = hindranceOf(reason);
    }
    this.trying = false;
    this.tell();
  }

  /** While the examples are being learnt the server says so at once, and is asked again. */
  private async asked(text: string, turn: number): Promise<Understood> {
    for (let left = AGAIN; ; left -= 1) {
      try {
        return await this.wire.understand(text);
      } catch (reason) {
        const isLearning = reason instanceof Error && "status" in reason && reason.status === LEARNING;
        if (!isLearning || !left || turn !== this.tries) throw reason;
        await new Promise((done) => setTimeout(done, this.pause));
      }
    }
  }

  /** After a change. A model is paid for each sentence, so that is asked only when a person says so. */
  async renew(): Promise<void> {
    await this.read();
    if (!this.tried || this.hindrance) return;
    if (!this.result?.by?.startsWith("model:")) return this.try(this.tried);
    this.outdated = true;
    this.tell();
  }

  /** Everything, because somebody asked for it. */
  async renewAll(): Promise<void> {
    await this.read();
    if (this.tried && !this.hindrance) await this.try(this.tried);
  }

  async read(): Promise<void> {
    const turn = (this.readings += 1);
    this.reading = true;
    this.tell();
    try {
      await this.store.flush();
      this.following.remember();
      const report = await this.wire.understanding();
      if (turn !== this.readings) return; // something newer is being read
      this.report = report;
      this.hindrance = null;
    } catch (reason) {
      if (turn !== this.readings) return;
      this.hindrance = hindranceOf(reason);
    }
    this.reading = false;
    this.tell();
  }

  private tell(): void {
    this.version += 1;
    for (const listener of [...this.listeners]) listener();
  }
}
