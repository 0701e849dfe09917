/** The store of `document.ts` for React: each part of the page subscribes to what it draws. */

import { useCallback, useSyncExternalStore } from "react";
import type { Catalogue } from "./catalogue.ts";
import type { Key, Notice, Problem, Store, Topic, TraceStep } from "./document.ts";

export { Store } from "./document.ts";
export type {
  Edit,
  EdgeItem,
  FlowItem,
  How,
  Key,
  Notice,
  Position,
  Problem,
  Status,
  StepItem,
  TraceStep,
  Value,
} from "./document.ts";

function useTopic<T>(store: Store, topic: Topic, read: () => T): T {
  const subscribe = useCallback((listener: () => void) => store.subscribe(topic, listener), [store, topic]);
  return useSyncExternalStore(subscribe, read, read);
}

export function useItem<T>(store: Store, key: Key): T | undefined {
  return useTopic(store, key, () => store.get<T>(key));
}

export function useStatus(store: Store): Store["status"] {
  return useTopic(store, "status", () => store.status);
}

export function useSelection(store: Store): readonly Key[] {
  return useTopic(store, "selection", () => store.selection);
}

export function useProblems(store: Store): readonly Problem[] {
  return useTopic(store, "problems", () => store.problems);
}

export function useProblemsOf(store: Store, key: Key): readonly Problem[] {
  return useTopic(store, "problems", () => store.problemsOf(key));
}

export function useShape(store: Store): number {
  return useTopic(store, "shape", () => store.shape);
}

export function useFlow(store: Store): string {
  return useTopic(store, "flow", () => store.flow);
}

/** Whether the flow on the canvas can be looked at only. */
export function useFixed(store: Store): boolean {
  return useTopic(store, "flow", () => store.fixed);
}

export function useLoaded(store: Store): boolean {
  return useTopic(store, "flow", () => store.loaded);
}

export function useCatalogue(store: Store): Catalogue | null {
  return useTopic(store, "catalogue", () => store.catalogue);
}

export function useTrace(store: Store): readonly TraceStep[] {
  return useTopic(store, "trace", () => store.trace);
}

export function useNotices(store: Store): readonly Notice[] {
  return useTopic(store, "notices", () => store.notices);
}

/** What undo and redo would do: "" where there is nothing. */
export function useHistory(store: Store): { undo: string; redo: string } {
  const undo = useTopic(store, "history", () => (store.canUndo ? store.undoLabel : ""));
  const redo = useTopic(store, "history", () => (store.canRedo ? store.redoLabel : ""));
  return { undo, redo };
}
