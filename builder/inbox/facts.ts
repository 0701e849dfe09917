/** What is known of a contact, and what people do with it here. */

import { useCallback, useEffect, useRef, useState } from "react";

import { ask, send, Unanswered, type Page } from "./wire";
import { t } from "./words";

export type Kind = "fact" | "relation" | "promise";

export interface Relation {
  name: string;
  to: string;
  contact_id: string | null;
}

/** As the server tells it. */
export interface Related extends Relation {
  /** The latest one of that contact. */
  conversation_id: string | null;
}

export interface Fact {
  id: string;
  kind: Kind;
  text: string;
  relation: Related | null;
  /** A day, of a promise. */
  due: string | null;
  status: "open" | "kept" | null;
  source: { conversation_id: string; seq: number | null; quote: string | null } | null;
  said_at: string;
  /** `conversation`, or the name of a person. */
  author: string;
  corrected: boolean;
  /** Out of a confidential conversation: no bot uses it. */
  confidential: boolean;
  earlier: { text: string; said_at: string }[];
}

/** Of a fact, what people write. */
export type Written = Partial<Pick<Fact, "kind" | "text" | "due" | "status"> & { relation: Relation }>;

export interface Facts {
  /** Null until they are there. */
  all: readonly Fact[] | null;
  failed: boolean;
  retry: () => void;
  /** Both answer why it was not done, or nothing. */
  add: (written: Written) => Promise<string>;
  change: (id: string, written: Written) => Promise<string>;
  /** Those that go in a moment, unless somebody undoes it. */
  going: ReadonlySet<string>;
  forget: (id: string) => void;
  undo: (id: string) => void;
  /** Those that could not be forgotten. */
  stayed: ReadonlySet<string>;
  /** Answers why it was not done, or nothing. */
  forgetAll: () => Promise<string>;
}

export const UNDO = 7_000; // milliseconds until what is forgotten is gone

/** Read again whenever `changes` grows, without a word where that fails: what is shown may be old then. */
export function useFacts(contact: string, changes: number): Facts {
  const path = `contacts/${contact}/facts`;
  const [all, setAll] = useState<readonly Fact[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [going, setGoing] = useState<ReadonlySet<string>>(NONE);
  const [stayed, setStayed] = useState<ReadonlySet<string>>(NONE);
  const timers = useRef(new Map<string, number>());

  useEffect(() => {
    const leaving = new AbortController();
    setAll(null);
    setFailed(false);
    everything(path, leaving.signal).then(setAll, () => leaving.signal.aborted || setFailed(true));
    return () => leaving.abort();
  }, [path, attempt]);

  const seen = useRef(changes);
  useEffect(() => {
    if (seen.current === changes) return;
    seen.current = changes;
    const leaving = new AbortController();
    everything(path, leaving.signal).then(
      (found) => {
        setAll(found);
        setFailed(false);
      },
      () => null,
    );
    return () => leaving.abort();
  }, [path, changes]);

  const remove = useCallback(
    async (id: string) => {
      timers.current.delete(id);
      const gone = await send("DELETE", `${path}/${id}`, undefined, { keepalive: true }).then(
        () => true,
        (error: unknown) => error instanceof Unanswered && error.status === 404,
      );
      if (gone) setAll((shown) => shown && shown.filter((fact) => fact.id !== id));
      else setStayed((now) => new Set(now).add(id));
      setGoing((now) => without(now, id));
    },
    [path],
  );

  // Whoever leaves has decided.
  useEffect(() => {
    const waiting = timers.current;
    const now = () => {
      for (const [id, timer] of waiting) {
        window.clearTimeout(timer);
        void remove(id);
      }
    };
    window.addEventListener("pagehide", now);
    return () => {
      window.removeEventListener("pagehide", now);
      now();
    };
  }, [remove]);

  const put = (fact: Fact) => setAll((shown) => [fact, ...(shown ?? []).filter(({ id }) => id !== fact.id)]);
  return {
    all,
    failed,
    retry: () => setAttempt((count) => count + 1),
    add: (written) => refusal(send<Fact>("POST", path, written).then(put)),
    change: (id, written) => refusal(send<Fact>("PATCH", `${path}/${id}`, written).then(put)),
    going,
    forget: (id) => {
      setStayed((now) => without(now, id));
      setGoing((now) => new Set(now).add(id));
      timers.current.set(id, window.setTimeout(() => void remove(id), UNDO));
    },
    undo: (id) => {
      window.clearTimeout(timers.current.get(id));
      timers.current.delete(id);
      setGoing((now) => without(now, id));
    },
    stayed,
    forgetAll: () =>
      refusal(
        send("DELETE", path).then(() => {
          for (const timer of timers.current.values()) window.clearTimeout(timer);
          timers.current.clear();
          setGoing(NONE);
          setAll([]);
        }),
      ),
  };
}

const NONE: ReadonlySet<string> = new Set();

async function everything(path: string, signal: AbortSignal): Promise<Fact[]> {
  const found: Fact[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Fact> = await ask(path, { limit: 100, cursor }, signal);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

function without(all: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...all].filter((each) => each !== id));
}

async function refusal(done: Promise<void>): Promise<string> {
  try {
    await done;
    return "";
  } catch (error) {
    return (error instanceof Unanswered && error.why) || t("Flyt did not answer. Check the connection and try again.");
  }
}

/** Open promises first, the next due before all; kept ones last; else the newest first. */
export function inOrder(facts: readonly Fact[]): Fact[] {
  const rank = ({ status }: Fact) => (status === "open" ? 0 : status === "kept" ? 2 : 1);
  return [...facts].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      (rank(one) === 0 ? (one.due ?? "9999").localeCompare(other.due ?? "9999") : 0) ||
      other.said_at.localeCompare(one.said_at),
  );
}

/** Whether a promise should have been kept before today. */
export function overdue({ due, status }: Fact, now = new Date()): boolean {
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  return status === "open" && due !== null && due < today;
}
