/** What somebody has typed and not saved yet; it survives a reload and a session that ends. */

import { useCallback, useRef, useState } from "react";

export interface Draft<Value> {
  value: Value;
  /** Whether it comes from an earlier visit to this page. */
  found: boolean;
  write: (value: Value) => void;
  forget: () => void;
}

/** `fits` tells whether what this browser kept is such a draft: an older page may have kept another. */
export function useDraft<Value>(place: string, initial: Value, fits: (kept: Value) => boolean): Draft<Value> {
  const [state, setState] = useState(() => {
    const kept = read<Value>(place, fits);
    return { value: kept ?? initial, found: kept !== null };
  });
  const first = useRef(initial);
  const write = useCallback(
    (value: Value) => {
      setState((before) => ({ ...before, value }));
      keep(place, value);
    },
    [place],
  );
  const forget = useCallback(() => {
    setState({ value: first.current, found: false });
    keep(place, null);
  }, [place]);
  return { ...state, write, forget };
}

function read<Value>(place: string, fits: (kept: Value) => boolean): Value | null {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "null") as Value | null;
    return kept !== null && fits(kept) ? kept : null;
  } catch {
    return null; // something that is not ours
  }
}

function keep(place: string, value: unknown) {
  try {
    if (value === null) localStorage.removeItem(place);
    else localStorage.setItem(place, JSON.stringify(value));
  } catch {
    // a full or forbidden store: then this page alone remembers
  }
}
