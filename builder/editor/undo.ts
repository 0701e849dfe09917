/** What was done and can be taken back: each entry holds the items before and after, by key. */

export type Key = string;
export type Value = unknown;

export interface Edit {
  key: Key;
  value: Value | null; // the whole item; null deletes it
}

export interface How {
  join?: string; // the gesture: what one gesture does without a pause is one step back
  focus?: Focus;
  owns?: string; // the standard flow that the edits make one's own
}

export interface Focus {
  key: Key;
  path?: string;
}

export interface Entry {
  label: string;
  join: string;
  at: number;
  before: Map<Key, Value | null>;
  after: Map<Key, Value | null>;
  focus?: Focus;
}

type Current = (key: Key) => Value | null;

export const PAUSE = 700; // milliseconds: typing on after a longer pause is a new step
const KEPT = 200;

export class Log {
  past: Entry[] = [];
  future: Entry[] = [];

  record(label: string, edits: readonly Edit[], current: Current, how: How, now: number): void {
    const last = this.past.at(-1);
    const joins = how.join && last?.join === how.join && now - last.at < PAUSE;
    const entry = joins ? last : this.begin(label, how);
    for (const { key, value } of edits) {
      if (!entry.before.has(key)) entry.before.set(key, current(key));
      entry.after.set(key, value);
    }
    entry.at = now;
    this.future = [];
  }

  /** Something that was not done here but can be taken back, as losing to somebody's change. */
  insert(label: string, key: Key, before: Value | null, after: Value | null): void {
    const entry = this.begin(label, { focus: { key } });
    entry.before.set(key, before);
    entry.after.set(key, after);
  }

  /** The next edit begins an entry of its own. */
  seal(): void {
    const last = this.past.at(-1);
    if (last) last.join = "";
  }

  back(current: Current): { entry: Entry; edits: Edit[] } | undefined {
    return this.swap(this.past, this.future, current, (entry) => [entry.after, entry.before]);
  }

  forward(current: Current): { entry: Entry; edits: Edit[] } | undefined {
    return this.swap(this.future, this.past, current, (entry) => [entry.before, entry.after]);
  }

  private begin(label: string, how: How): Entry {
    const entry: Entry = { label, join: how.join ?? "", at: 0, before: new Map(), after: new Map(), focus: how.focus };
    this.past.push(entry);
    if (this.past.length > KEPT) this.past.shift();
    return entry;
  }

  /** Only keys that still hold what the entry left: somebody else's newer change stays. */
  private swap(
    from: Entry[],
    to: Entry[],
    current: Current,
    sides: (entry: Entry) => [Map<Key, Value | null>, Map<Key, Value | null>],
  ): { entry: Entry; edits: Edit[] } | undefined {
    for (let entry = from.pop(); entry; entry = from.pop()) {
      const [left, wanted] = sides(entry);
      const edits = [...wanted]
        .filter(([key]) => same(current(key), left.get(key) ?? null))
        .map(([key, value]) => ({ key, value }));
      if (!edits.length) continue; // others have changed all of it since
      entry.join = "";
      to.push(entry);
      return { entry, edits };
    }
    return undefined;
  }
}

/** Whether two JSON values are equal. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [first, second] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const names = Object.keys(first);
  return names.length === Object.keys(second).length && names.every((name) => name in second && same(first[name], second[name]));
}
