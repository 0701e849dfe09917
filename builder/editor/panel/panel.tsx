/** What is chosen on the canvas, to be read and changed: a step, a connection, or the flow itself. */

import { useEffect, useRef, type KeyboardEvent } from "react";
import { useCatalogue, useFixed, useSelection, type Store } from "../store.ts";
import { t } from "../words.ts";
import { ConnectionPanel } from "./connection.tsx";
import { FlowPanel } from "./flow.tsx";
import { parsed, written } from "./path.ts";
import { SeveralPanel, StepPanel } from "./step.tsx";

/** ``onTry`` leads to where a sentence can be tried. */
export function Panel({ store, onTry }: { store: Store; onTry: () => void }) {
  const selection = useSelection(store);
  const catalogue = useCatalogue(store);
  const fixed = String(useFixed(store)); // what can be looked at only is drawn otherwise
  const root = useRef<HTMLDivElement>(null);
  useShownField(store, root);
  const [key = ""] = selection;
  return (
    <div ref={root} className="panel" aria-busy={!catalogue} onKeyDownCapture={(event) => undoHere(event, store)}>
      {!catalogue ? (
        <Loading />
      ) : selection.length > 1 ? (
        <SeveralPanel store={store} keys={selection} />
      ) : key.startsWith("n:") ? (
        <StepPanel key={key + fixed} store={store} itemKey={key} catalogue={catalogue} />
      ) : key.startsWith("e:") ? (
        <ConnectionPanel key={key + fixed} store={store} itemKey={key} catalogue={catalogue} />
      ) : (
        <FlowPanel key={fixed} store={store} onTry={onTry} />
      )}
    </div>
  );
}

function Loading() {
  return (
    <div className="panel-loading" role="status" aria-label={t("One moment…")}>
      <span />
      <span />
      <span />
    </div>
  );
}

/** The browser's own undo would change a field behind the document's back. */
function undoHere(event: KeyboardEvent, store: Store): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  if ((event.target as HTMLElement).matches("[data-drafted]")) return; // what is not in the document yet
  event.preventDefault();
  event.stopPropagation();
  if (key === "y" || event.shiftKey) store.redo();
  else store.undo();
}

/** Shows the field that the store points to: what undo changed, or what a problem is about. */
function useShownField(store: Store, root: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    let shown = store.focus;
    const look = () => {
      const focus = store.focus;
      if (focus === shown) return;
      shown = focus;
      if (focus?.path) requestAnimationFrame(() => requestAnimationFrame(() => show(root.current, focus.path ?? "")));
    };
    return store.subscribe("selection", look);
  }, [store]);
}

function show(root: HTMLElement | null, path: string): void {
  const steps = parsed(path);
  for (let length = steps.length; length > 0; length -= 1) {
    const field = root?.querySelector<HTMLElement>(`[data-path="${CSS.escape(written(steps.slice(0, length)))}"]`);
    if (!field) continue;
    field.scrollIntoView({ block: "nearest" });
    field.classList.remove("shown");
    void field.offsetWidth; // begins the animation anew
    field.classList.add("shown");
    if (!field.contains(document.activeElement) && !document.activeElement?.closest(".react-flow")) {
      field.querySelector<HTMLElement>("input, select, textarea, [contenteditable=true]")?.focus({ preventScroll: true });
    }
    return;
  }
}
