/** What somebody has written here: kept by this browser until a bot has come of it. */

import { useState } from "react";
import type { Asked, Kind } from "./wire";

export interface Draft {
  kind: Kind;
  language: string;
  description: string;
  procedure: string;
  /** The newest described bot that was opened, or whose failure was read. */
  seen: string;
}

export const EMPTY: Draft = { kind: "description", language: "en", description: "", procedure: "", seen: "" };

export function useDraft(place: string): [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(() => read(place));
  const change = (part: Partial<Draft>) =>
    setDraft((before) => {
      const after = { ...before, ...part };
      keep(place, after);
      return after;
    });
  return [draft, change];
}

export function asked({ kind, language, ...draft }: Draft): Asked {
  return { kind, language, text: draft[kind] };
}

function read(place: string): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "{}") as Partial<Record<keyof Draft, unknown>>;
    const found = Object.entries(kept).filter(([key, value]) => key in EMPTY && typeof value === "string");
    const draft = { ...EMPTY, ...Object.fromEntries(found) };
    return { ...draft, kind: draft.kind === "procedure" ? "procedure" : "description" };
  } catch {
    return EMPTY; // something that is not ours
  }
}

function keep(place: string, draft: Draft) {
  try {
    localStorage.setItem(place, JSON.stringify(draft));
  } catch {
    // a full or forbidden store: then this page alone remembers
  }
}
