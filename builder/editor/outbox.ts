/** What was changed here and is not acknowledged yet: the last value of each key. */

import type { Edit, Key, Value } from "./undo.ts";

export interface Operation {
  number: number; // the tab's own counter; sent twice it is applied once
  key: Key;
  value: Value | null;
  base: number; // the version of the draft that was seen when the key was first changed
}

/** How operations outlive a page: the browser's storage, or a map in a test. */
export interface Shelf {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
  removeItem(name: string): void;
}

const PREFIX = "flyt-unsent:";

export class Outbox {
  readonly tab: string;
  private waiting = new Map<Key, Operation>();
  private count = 0;
  private shelf: Shelf | null;
  private name: string;

  constructor(bot: string, tab: string, shelf: Shelf | null) {
    this.tab = tab;
    this.shelf = shelf;
    this.name = `${PREFIX}${bot}:${tab}`;
    for (const operation of this.stored()) {
      this.waiting.set(operation.key, operation);
      this.count = Math.max(this.count, operation.number);
    }
  }

  get size(): number {
    return this.waiting.size;
  }

  has = (key: Key): boolean => this.waiting.has(key);

  /** ``base`` of a key that waits already stays: what came since was not seen in its first change. */
  put(edits: readonly Edit[], base: number): void {
    for (const { key, value } of edits) {
      this.count += 1;
      const seen = this.waiting.get(key)?.base ?? base;
      this.waiting.set(key, { number: this.count, key, value, base: seen });
    }
    this.keep();
  }

  /** In the order of the changes, at most ``limit``. */
  next(limit: number): Operation[] {
    return [...this.waiting.values()].sort((one, other) => one.number - other.number).slice(0, limit);
  }

  /** Acknowledged; a newer value of the same key goes on waiting. */
  settle(operation: Operation): void {
    if (this.waiting.get(operation.key)?.number === operation.number) this.waiting.delete(operation.key);
    this.keep();
  }

  drop(key: Key): void {
    this.waiting.delete(key);
    this.keep();
  }

  private keep(): void {
    try {
      if (this.waiting.size) this.shelf?.setItem(this.name, JSON.stringify([...this.waiting.values()]));
      else this.shelf?.removeItem(this.name);
    } catch {
      // The browser gives no room; what waits is still in memory and is sent from there.
    }
  }

  private stored(): Operation[] {
    try {
      return JSON.parse(this.shelf?.getItem(this.name) ?? "[]") as Operation[];
    } catch {
      return [];
    }
  }
}

/** The tabs of this bot that left something unsent in the browser's storage. */
export function tabsWithUnsent(bot: string, names: readonly string[]): string[] {
  const prefix = `${PREFIX}${bot}:`;
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
