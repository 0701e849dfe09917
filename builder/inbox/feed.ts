/** The list of conversations: its pages, and what moves while one looks at it. */

import { useCallback, useEffect, useRef, useState } from "react";

import { useVisible } from "./visible";
import { ask, asked, belongs, type Filters, type Inbox, type Line } from "./wire";

const PAGE = 50;
const MOST_CHANGES = 100;
const POLL = 2_500; // milliseconds

export interface Feed {
  /** Newest activity first; null while the first page is read. */
  lines: readonly Line[] | null;
  failed: boolean;
  /** What is shown may be out of date, because the server does not answer. */
  late: boolean;
  more: boolean;
  loadingMore: boolean;
  older: () => void;
  retry: () => void;
}

export function useFeed(filters: Filters): Feed {
  const [lines, setLines] = useState<readonly Line[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const [late, setLate] = useState(false);
  const [loadingMore, setLoadingMore] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const mark = useRef("");
  const visible = useVisible();
  const { status, bot, channel, since } = filters;

  const first = useCallback(
    async (signal?: AbortSignal) => {
      const wanted = { status, bot, channel, since };
      const page = await ask<Inbox>("inbox", { ...asked(wanted), limit: PAGE }, signal);
      mark.current = page.mark;
      setLines(page.items);
      setNext(page.next);
      setFailed(false);
      setLate(false);
    },
    [status, bot, channel, since],
  );

  useEffect(() => {
    const leaving = new AbortController();
    mark.current = "";
    setLines(null);
    setFailed(false);
    first(leaving.signal).catch(() => leaving.signal.aborted || setFailed(true));
    return () => leaving.abort();
  }, [first, attempt]);

  useEffect(() => {
    if (!visible) return;
    const leaving = new AbortController();
    const wanted = { status, bot, channel, since };
    const look = async () => {
      if (!mark.current) return;
      const query = { since: mark.current, limit: MOST_CHANGES };
      const moved = await ask<Inbox>("inbox", query, leaving.signal);
      if (moved.next) return first(leaving.signal); // too much for a list to be mended by
      mark.current = moved.mark;
      setLate(false);
      setLines((shown) => shown && merged(shown, moved.items, wanted));
    };
    const poll = () => look().catch(() => leaving.signal.aborted || setLate(true));
    void poll();
    const timer = window.setInterval(poll, POLL);
    return () => {
      window.clearInterval(timer);
      leaving.abort();
    };
  }, [visible, first, status, bot, channel, since]);

  const older = useCallback(async () => {
    if (!next || loadingMore) return;
    setLoadingMore(true);
    try {
      const wanted = { status, bot, channel, since };
      const page = await ask<Inbox>("inbox", { ...asked(wanted), limit: PAGE, cursor: next });
      setLines((shown) => merged(page.items, shown ?? [], wanted));
      setNext(page.next);
      setLate(false);
    } catch {
      setLate(true);
    } finally {
      setLoadingMore(false);
    }
  }, [next, loadingMore, status, bot, channel, since]);

  return {
    lines,
    failed,
    late,
    more: next !== null,
    loadingMore,
    older: () => void older(),
    retry: () => setAttempt((count) => count + 1),
  };
}

/** The lines with newer states of some of them; the same list where nothing has changed. */
export function merged(shown: readonly Line[], newer: readonly Line[], filters: Filters): readonly Line[] {
  const known = new Map(shown.map((line) => [line.id, line]));
  let changed = false;
  for (const line of newer) {
    const before = known.get(line.id);
    if (before && same(before, line)) continue;
    changed ||= known.delete(line.id) || belongs(line, filters);
    if (belongs(line, filters)) known.set(line.id, line);
  }
  return changed ? [...known.values()].sort(newestFirst) : shown;
}

function same(one: Line, other: Line): boolean {
  return one.seq === other.seq && one.status === other.status && one.last_at === other.last_at;
}

function newestFirst(one: Line, other: Line): number {
  return Date.parse(other.last_at) - Date.parse(one.last_at) || (other.id < one.id ? -1 : 1);
}
