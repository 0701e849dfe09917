/** One stream for all tabs of a browser: the one that holds the lock has it and tells the others. */

/** Runs `lead` in one tab at a time. Where the browser has no locks, in the tab that is visible. */
export function elect(name: string, lead: (signal: AbortSignal) => Promise<void>): () => void {
  const ended = new AbortController();
  if (!navigator.locks) return whileVisible(lead, ended);
  navigator.locks
    .request(name, { signal: ended.signal }, () => lead(ended.signal))
    .catch((error: Error) => isDenied(error) && whileVisible(lead, ended)); // else it ended before its turn
  return () => ended.abort();
}

/** Runs `work` while no other tab does; where the browser has no locks, at once. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await (navigator.locks ? navigator.locks.request(name, work) : work());
  } catch (error) {
    if (!isDenied(error as Error)) throw error;
    await work();
  }
}

/** A page that may keep nothing, such as a frame in a sandbox, may not lock either. */
const isDenied = (error: Error) => error.name === "SecurityError";

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
