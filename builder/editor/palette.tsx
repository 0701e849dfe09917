/** The steps one can add: drag one onto the canvas, or click it to put it beside the chosen step. */

import { ChevronsLeft, ChevronsRight, Search, X } from "lucide-react";
import { useState } from "react";
import type { NodeType } from "./catalogue.ts";
import { useStepHelp } from "./step_help.tsx";
import { found, NothingFound, StepFace } from "./steps.tsx";
import { useCatalogue, useFixed, type Store } from "./store.ts";
import { t } from "./words.ts";

export const DRAGGED = "application/x-flyt-step";

type Props = {
  store: Store;
  open: boolean;
  sheet: boolean; // on a phone it rises from below
  onOpen: (open: boolean) => void;
  onAdd: (type: NodeType) => void;
};

export function Palette({ store, open, sheet, onOpen, onAdd }: Props) {
  if (!open && sheet) return null;
  return (
    <aside className={sheet ? "editor-palette sheet" : "editor-palette"} aria-label={t("Steps to add")} data-open={open}>
      {open ? <Steps store={store} sheet={sheet} onFold={() => onOpen(false)} onAdd={onAdd} /> : <Unfold onOpen={() => onOpen(true)} />}
    </aside>
  );
}

function Unfold({ onOpen }: { onOpen: () => void }) {
  return (
    <button type="button" className="button quiet icon" aria-label={t("Show the steps")} title={t("Show the steps")} onClick={onOpen}>
      <ChevronsRight size={16} aria-hidden="true" />
    </button>
  );
}

function Steps({ store, sheet, onFold, onAdd }: { store: Store; sheet: boolean; onFold: () => void; onAdd: (type: NodeType) => void }) {
  const catalogue = useCatalogue(store);
  const fixed = useFixed(store);
  const [query, setQuery] = useState("");
  const groups = found(catalogue, query);
  const { of, hide, help } = useStepHelp();
  return (
    <>
      <div className="editor-palette-head">
        <label className="editor-search">
          <Search size={14} aria-hidden="true" />
          <input
            type="search"
            placeholder={t("Find a step")}
            aria-label={t("Find a step")}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              const first = groups[0]?.types[0];
              if (event.key === "Enter" && query && first && !fixed) onAdd(first);
              if (event.key === "Escape") setQuery("");
            }}
          />
        </label>
        <button type="button" className="button quiet icon" aria-label={sheet ? t("Close") : t("Fold the steps")} title={sheet ? t("Close") : t("Fold the steps")} onClick={onFold}>
          {sheet ? <X size={16} aria-hidden="true" /> : <ChevronsLeft size={16} aria-hidden="true" />}
        </button>
      </div>
      {fixed && <p className="editor-palette-note">{t("This flow is the standard one. Change it, and you can add steps.")}</p>}
      <div className="editor-palette-list" tabIndex={-1}>
        {groups.map((group) => (
          <div key={group.id} role="group" aria-label={group.label}>
            <h2>{group.label}</h2>
            <ul>
              {group.types.map((type) => (
                <li key={type.type}>
                  <button
                    type="button"
                    className="editor-step"
                    draggable={!sheet && !fixed}
                    aria-disabled={fixed}
                    {...(sheet ? {} : of(type))}
                    onDragStart={(event) => {
                      hide();
                      event.dataTransfer.setData(DRAGGED, type.type);
                      event.dataTransfer.effectAllowed = "copy";
                    }}
                    onClick={() => {
                      hide();
                      if (!fixed) onAdd(type);
                    }}
                    onKeyDown={(event) => event.key === "Escape" && hide()}
                  >
                    <StepFace type={type} />
                  </button>
                </li>
              ))}
            </ul>
          </div>
        ))}
        {query && !groups.length && <NothingFound query={query} />}
      </div>
      {help}
    </>
  );
}
