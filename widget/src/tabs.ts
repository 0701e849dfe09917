/** One stream for all tabs of a browser: the one that holds the lock has it and tells the others. */

/** Runs `lead` in one tab at a time. Where the browser has no locks, in the tab that is visible. */
export function elect(name: string, lead: (signal: AbortSignal) => Promise<void>): () => void {
  const ended = new AbortController();
  if (navigator.locks) {
    navigator.locks
      .request(name, { signal: ended.signal }, () => lead(ended.signal))
      .catch(() => undefined); // ended before its turn
    return () => ended.abort();
  }
  return whileVisible(lead, ended);
}

/** Runs `work` while no other tab does; where the browser has no locks, at once. */
export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request(name, work) as Promise<T>) : work();
}

/** What tabs tell each other; the one that tells does not hear itself. */
export class Gossip<T> {
  #channel: BroadcastChannel | null;

  constructor(name: string, heard: (told: T) => void) {
    this.#channel = "BroadcastChannel" in self ? new BroadcastChannel(name) : null;
    if (this.#channel) this.#channel.onmessage = (event) => heard(event.data as T);
  }

  tell(told: T): void {
    this.#channel?.postMessage(told);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}

function whileVisible(lead: (signal: AbortSignal) => Promise<void>, ended: AbortController): () => void {
  let current: AbortController | null = null;
  const look = () => {
    if (document.visibilityState === "hidden") {
      current?.abort();
      current = null;
    } else if (!current) {
      current = new AbortController();
      void lead(current.signal);
    }
  };
  document.addEventListener("visibilitychange", look, { signal: ended.signal });
  ended.signal.addEventListener("abort", () => current?.abort());
  look();
  return () => ended.abort();
}
