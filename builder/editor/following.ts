/** Keeps up with the document: says, after a pause, that what somebody used of it has changed. Pure. */

import type { Key, Store, Topic } from "./document.ts";

/** The part of the store that is followed. */
export type Followed = Pick<Store, "keys" | "get" | "subscribe">;

const SETTINGS: readonly Topic[] = ["s:languages", "s:variables", "s:settings", "s:main", "s:language"]; // may come later

export class Following {
  private store: Followed;
  private concerns: (key: Key) => boolean;
  private pause: number; // milliseconds
  private onChange: () => void;
  private used = new Map<Key, unknown>();
  private release: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Followed, concerns: (key: Key) => boolean, pause: number, onChange: () => void) {
    this.store = store;
    this.concerns = concerns;
    this.pause = pause;
    this.onChange = onChange;
  }

  /** Until the answered function is called. */
  begin(): () => void {
    this.listen();
    if (this.changed()) this.onChange();
    return () => {
      clearTimeout(this.timer);
      this.unlisten();
    };
  }

  /** What stands in the document now is being used. */
  remember(): void {
    this.used = new Map(this.keys().map((key) => [key, this.store.get(key)]));
  }

  /** Whether the document differs from what was used; items keep their identity. */
  changed(): boolean {
    const keys = this.keys();
    return keys.length !== this.used.size || keys.some((key) => this.store.get(key) !== this.used.get(key));
  }

  private keys(): Key[] {
    return this.store.keys().filter(this.concerns);
  }

  private listen(): void {
    this.unlisten();
    const topics = new Set<Topic>(["shape", ...SETTINGS.filter(this.concerns), ...this.keys()]);
    this.release = [...topics].map((topic) => this.store.subscribe(topic, this.soon));
  }

  private unlisten(): void {
    for (const release of this.release.splice(0)) release();
  }

  private soon = (): void => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.listen(); // items may have come
      if (this.changed()) this.onChange();
    }, this.pause);
  };
}
