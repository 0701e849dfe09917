/** What is being changed and not saved yet, apart from what the server keeps.
 *
 *  It lives in the browser's storage of this tab: neither a refusal, another page nor a reload loses it.
 */

import { useCallback, useEffect, useRef, useState } from "react";

import { mistakes, sentence } from "./reading";

export type State = "still" | "saving" | "saved" | "failed";

export interface Draft<Value> {
  /** As it will be once it is saved. */
  value: Value;
  changed: boolean;
  state: State;
  /** When it was last saved here. */
  at: number;
  why: string;
  /** What the server found wrong, by its place. */
  errors: Record<string, string>;
  change: (part: Partial<Value>) => void;
  save: () => Promise<boolean>;
  undo: () => void;
}

/** `write` sends the changes and answers what is kept then. */
export function useDraft<Value extends object>(place: string, read: Value, write: (changes: Partial<Value>) => Promise<Value>): Draft<Value> {
  const [kept, setKept] = useState(read);
  const [changes, setChanges] = useState<Partial<Value>>(() => different(stored<Value>(place), read));
  const [state, setState] = useState<State>("still");
  const [refusal, setRefusal] = useState<{ why: string; errors: Record<string, string> }>(NONE);
  const [at, setAt] = useState(0);
  const latest = useRef(changes); // what was typed while a save was on its way
  const base = useRef(kept);
  const changed = Object.keys(changes).length > 0;

  const put = useCallback(
    (next: Partial<Value>) => {
      latest.current = next;
      setChanges(next);
      store(place, next);
    },
    [place],
  );
  const change = useCallback(
    (part: Partial<Value>) => {
      put(different({ ...latest.current, ...part }, base.current));
      setState((now) => (now === "saving" ? now : "still"));
    },
    [put],
  );
  const undo = useCallback(() => {
    put({});
    setState("still");
    setRefusal(NONE);
  }, [put]);

  const save = useCallback(async () => {
    setState("saving");
    setRefusal(NONE);
    try {
      const answer = await write(latest.current);
      base.current = answer;
      setKept(answer);
      put(different(latest.current, answer));
      setAt(Date.now());
      setState("saved");
      return true;
    } catch (error) {
      setRefusal({ why: sentence(error), errors: mistakes(error) });
      setState("failed");
      return false;
    }
  }, [write, put]);

  useEffect(() => {
    if (!changed) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [changed]);

  return { value: { ...kept, ...changes }, changed, state, at, ...refusal, change, save, undo };
}

const NONE = { why: "", errors: {} };

/** Those of the changes that differ from what is kept. */
function different<Value extends object>(changes: Partial<Value>, kept: Value): Partial<Value> {
  const names = Object.keys(changes) as (keyof Value)[];
  const real = names.filter((name) => JSON.stringify(changes[name]) !== JSON.stringify(kept[name]));
  return Object.fromEntries(real.map((name) => [name, changes[name]])) as Partial<Value>;
}

function stored<Value>(place: string): Partial<Value> {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? "{}") as Partial<Value>;
  } catch {
    return {};
  }
}

function store(place: string, changes: object) {
  try {
    if (Object.keys(changes).length) sessionStorage.setItem(place, JSON.stringify(changes));
    else sessionStorage.removeItem(place);
  } catch {
    // a full or forbidden store: then this page alone remembers
  }
}
