/** What this browser has read: the last event seen of each conversation. */

import { useCallback, useEffect, useState } from "react";

import type { Line } from "./wire";

const MOST = 500; // conversations remembered

interface Seen {
  /** When this browser opened the inbox first: what lies before counts as read. */
  from: string;
  upTo: Record<string, number>;
}

export interface Unread {
  has: (line: Line) => boolean;
  see: (conversation: string, seq: number) => void;
}

export function useUnread(workspace: string): Unread {
  const key = `flyt.inbox.${workspace}`;
  const [seen, setSeen] = useState<Seen>(() => read(key));

  // Another tab of this browser may have read on.
  useEffect(() => {
    const take = () => setSeen(read(key));
    const changed = (event: StorageEvent) => event.key === key && take();
    take();
    window.addEventListener("storage", changed);
    return () => window.removeEventListener("storage", changed);
  }, [key]);
  useEffect(() => write(key, seen), [key, seen]);

  const see = useCallback(
    (conversation: string, seq: number) =>
      setSeen((before) => {
        if ((before.upTo[conversation] ?? 0) >= seq) return before;
        const { [conversation]: _, ...others } = before.upTo;
        const kept = Object.entries(others).slice(1 - MOST);
        return { ...before, upTo: Object.fromEntries([...kept, [conversation, seq]]) };
      }),
    [],
  );
  const has = useCallback(
    (line: Line) => {
      const upTo = seen.upTo[line.id];
      return upTo === undefined ? Date.parse(line.last_at) > Date.parse(seen.from) : (line.last_seq ?? 0) > upTo; // that the visitor has read it is no news
    },
    [seen],
  );
  return { has, see };
}

function read(key: string): Seen {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "") as Seen;
    if (found.from && found.upTo) return found;
  } catch {
    // nothing is kept yet, or something that is not ours
  }
  return { from: new Date().toISOString(), upTo: {} };
}

function write(key: string, seen: Seen) {
  try {
    localStorage.setItem(key, JSON.stringify(seen));
  } catch {
    // a full or forbidden store: then this tab alone remembers
  }
}
