/** Reading from the server, and what to say where it failed. */

import { useCallback, useEffect, useState } from "react";

import { Unanswered } from "./wire";
import { asSentence, t } from "./words";

export interface Read<Value> {
  value: Value | null;
  problem: string;
  again: () => void;
  put: (value: Value) => void;
}

/** `read` must stay the same function until something else is to be read. */
export function useRead<Value>(read: (signal: AbortSignal) => Promise<Value>): Read<Value> {
  const [value, put] = useState<Value | null>(null);
  const [problem, setProblem] = useState("");
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const leaving = new AbortController();
    setProblem("");
    read(leaving.signal).then(
      (found) => leaving.signal.aborted || put(found),
      (error: unknown) => leaving.signal.aborted || setProblem(sentence(error)),
    );
    return () => leaving.abort();
  }, [read, attempt]);

  return { value, problem, again: useCallback(() => setAttempt((made) => made + 1), []), put };
}

/** Why something was not done, for a person. */
export function sentence(error: unknown): string {
  const found = [...new Set(Object.values(mistakes(error)))];
  const why = error instanceof Unanswered ? error.why : "";
  return found.join(" ") || why || t("Flyt did not answer. Check the connection and try again.");
}

/** What is wrong, by its place; empty where the refusal is of another kind. */
export function mistakes(error: unknown): Record<string, string> {
  const found = error instanceof Unanswered ? error.mistakes : [];
  return Object.fromEntries(found.map(({ path, message }) => [path, asSentence(message)]));
}
