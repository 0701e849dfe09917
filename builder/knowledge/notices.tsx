/** What was just done, in a line at the foot of the window, perhaps with a way back. */

import { useCallback, useState } from "react";

import { Toaster } from "$/public/external/builder/design/sources/toaster.tsx";

import { t } from "./words";

export type Say = (text: string, undo?: () => void) => void;

interface Notice {
  id: number;
  text: string;
  back: (() => void) | undefined;
}

const MOST = 3;

let last = 0; // counts down, since the page's own notices count up

export function useNotices() {
  const [shown, setShown] = useState<readonly Notice[]>([]);
  const say: Say = useCallback((text, back) => setShown((before) => [...before.slice(1 - MOST), { id: --last, text, back }]), []);
  const drop = useCallback((id: number) => setShown((before) => before.filter((each) => each.id !== id)), []);
  return { shown, say, drop };
}

export function Notices({ notices: { shown, drop } }: { notices: ReturnType<typeof useNotices> }) {
  const back = (id: number) => {
    shown.find((each) => each.id === id)?.back?.();
    drop(id);
  };
  const toasts = shown.map(({ id, text, back: way }) => ({ id, text, undo: way ? "yes" : "" }));
  return <Toaster toasts={toasts} undoLabel={t("Undo")} dismissLabel={t("Dismiss")} onUndo={back} onDismiss={drop} />;
}
