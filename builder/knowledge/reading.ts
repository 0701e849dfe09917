/** What is shown of the API: read once, again after a change, and often while it moves. */

import { useCallback, useEffect, useRef, useState } from "react";

import { onChange, Refused } from "./wire";

const POLL = 1_500; // milliseconds, while something moves
const RETRY = 3_000; // milliseconds, while the server does not answer

export interface Reading<Value> {
  /** Undefined until it was read for the first time. */
  value: Value | undefined;
  failed: boolean;
  missing: boolean;
  /** What is shown may be out of date, because the server does not answer. */
  late: boolean;
  again: () => void;
}

type Ended = "" | "failed" | "missing";

/** `read` must be the same function as long as it reads the same thing. */
export function useReading<Value>(read: (signal: AbortSignal) => Promise<Value>, moves: (value: Value) => boolean = () => false): Reading<Value> {
  const [shown, setShown] = useState<{ of: unknown; value: Value }>();
  const [ended, setEnded] = useState<Ended>("");
  const [late, setLate] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const moving = useRef(moves);
  moving.current = moves;
  const again = useCallback(() => setAttempt((count) => count + 1), []);

  useEffect(() => {
    const leaving = new AbortController();
    let timer = 0;
    let known = false;
    let asked = 0; // only the latest answer counts
    const later = (milliseconds: number) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void look(), milliseconds);
    };
    const look = async () => {
      const turn = ++asked;
      try {
        const value = await read(leaving.signal);
        if (turn !== asked) return;
        known = true;
        setShown({ of: read, value });
        setEnded("");
        setLate(false);
        if (moving.current(value)) later(document.visibilityState === "visible" ? POLL : RETRY);
      } catch (error) {
        if (leaving.signal.aborted || turn !== asked) return;
        if (error instanceof Refused && error.status === 404) return setEnded("missing");
        if (!known) return setEnded("failed");
        setLate(true);
        later(RETRY);
      }
    };
    const seen = () => document.visibilityState === "visible" && later(0);
    const stop = onChange(() => later(0));
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("focus", seen);
    setEnded("");
    void look();
    return () => {
      leaving.abort();
      window.clearTimeout(timer);
      stop();
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("focus", seen);
    };
  }, [read, attempt]);

  const value = shown?.of === read ? shown.value : undefined;
  const failed = ended === "failed";
  return { value, failed: failed && value === undefined, missing: ended === "missing", late: late || (failed && value !== undefined), again };
}
