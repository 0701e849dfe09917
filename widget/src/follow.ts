/** Keeps a stream open: begins again after every end, sooner when the network or the eye returns. */

import type { Api } from "./api.ts";
import { each, type StreamEvent } from "./events.ts";
import { refusal } from "./refusal.ts";

const SHORTEST = 500; // milliseconds
const LONGEST = 30_000;
const SILENCE = 40_000; // a heartbeat comes every 15 s

export interface Follower {
  after: () => number;
  heard: (event: StreamEvent) => void;
  link: (live: boolean) => void;
  over: () => void; // the token opens nothing any more
}

export async function follow(api: Api, follower: Follower, signal: AbortSignal): Promise<void> {
  let pause = SHORTEST;
  while (!signal.aborted) {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener("abort", stop);
    let silence = setTimeout(stop, SILENCE);
    try {
      const body = await api.stream(follower.after(), attempt.signal);
      follower.link(true);
      pause = SHORTEST;
      await each(body, follower.heard, () => {
        clearTimeout(silence);
        silence = setTimeout(stop, SILENCE);
      });
    } catch (error) {
      if (refusal(error)?.passing === false) {
        follower.over();
        return;
      }
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", stop);
    }
    if (signal.aborted) return;
    follower.link(false);
    await waited(pause * (0.75 + Math.random() / 2), signal);
    pause = Math.min(pause * 2, LONGEST);
  }
}

/** Some milliseconds, or less: until the network is back or somebody looks. */
function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const heard = new AbortController();
    const done = () => {
      clearTimeout(timer);
      heard.abort();
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    const options = { signal: heard.signal };
    addEventListener("online", done, options);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && done(), options);
    signal.addEventListener("abort", done, options);
  });
}
