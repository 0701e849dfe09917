/** Opened at a way out: a new step there, a step that is here already, or no connection. */

import { CornerDownRight, Unlink } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { edgeKey, stepKey, stepsOf, type From } from "./actions.ts";
import { typeOf, type NodeType } from "./catalogue.ts";
import { found, NothingFound, StepFace } from "./steps.tsx";
import type { StepItem, Store } from "./store.ts";
import { t } from "./words.ts";

type Props = {
  store: Store;
  from: From;
  at: { x: number; y: number }; // in the window
  onAdd: (type: NodeType) => void;
  onConnect: (step: string) => void;
  onDisconnect: () => void;
  onClose: () => void;
};

const SIZE = { width: 260, height: 380, margin: 8 };
const FEW = 6; // steps that are offered before anything is typed

export function StepMenu({ store, from, at, onAdd, onConnect, onDisconnect, onClose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState("");
  const groups = found(store.catalogue, query);
  const here = stepsHere(store, from.step, query);
  const connected = store.get(edgeKey(store.flow, from.step, from.port)) !== undefined;

  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.querySelector("input")?.focus({ preventScroll: true });
    return () => before?.isConnected ? before.focus({ preventScroll: true }) : undefined;
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") onClose();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      moveFocus(box.current, event.key === "ArrowDown" ? 1 : -1);
    }
  };
  const left = Math.max(SIZE.margin, Math.min(at.x, window.innerWidth - SIZE.width - SIZE.margin));
  const top = Math.max(SIZE.margin, Math.min(at.y, window.innerHeight - SIZE.height - SIZE.margin));
  return (
    <>
      <div className="editor-menu-ground" onPointerDown={onClose} />
      <div ref={box} className="editor-menu" role="dialog" aria-label={t("Choose the next step")} style={{ left, top }} onKeyDown={onKeyDown}>
        <input
          className="input"
          type="search"
          placeholder={t("Find a step")}
          aria-label={t("Find a step")}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault(); // else it would press the button that gets the focus back
            if (query) box.current?.querySelector<HTMLElement>(".editor-step")?.click();
          }}
        />
        <div className="editor-menu-list">
          {connected && (
            <button type="button" className="editor-step" onClick={onDisconnect}>
              <Unlink size={14} aria-hidden="true" />
              <span className="editor-step-name">{t("Remove this connection")}</span>
            </button>
          )}
          {groups.map((group) => (
            <div key={group.id} role="group" aria-label={group.label}>
              <h2>{group.label}</h2>
              {group.types.map((type) => (
                <button key={type.type} type="button" className="editor-step" title={type.help} onClick={() => onAdd(type)}>
                  <StepFace type={type} />
                </button>
              ))}
            </div>
          ))}
          {here.length > 0 && (
            <div role="group" aria-label={t("Steps already here")}>
              <h2>{t("Steps already here")}</h2>
              {here.map(({ id, name }) => (
                <button key={id} type="button" className="editor-step" onClick={() => onConnect(id)}>
                  <CornerDownRight size={14} aria-hidden="true" />
                  <span className="editor-step-name">{name}</span>
                </button>
              ))}
            </div>
          )}
          {!groups.length && !here.length && <NothingFound query={query} />}
        </div>
      </div>
    </>
  );
}

function stepsHere(store: Store, but: string, query: string): { id: string; name: string }[] {
  const wanted = query.trim().toLowerCase();
  const all = stepsOf(store, store.flow)
    .filter((step) => step.id !== but)
    .map((step) => ({ id: step.id, name: nameOf(store, step) }));
  if (!wanted) return all.slice(0, FEW);
  return all.filter(({ name }) => name.toLowerCase().includes(wanted));
}

export function nameOf(store: Store, step: StepItem): string {
  const label = typeOf(store.catalogue, step.type)?.label ?? step.type;
  if (step.title) return step.title;
  const text = store.get<StepItem>(stepKey(store.flow, step.id))?.config?.text;
  return typeof text === "string" && text ? `${label}: ${text.slice(0, 40)}` : label;
}

function moveFocus(box: HTMLElement | null, by: number): void {
  const all = [...(box?.querySelectorAll<HTMLElement>("input, .editor-step") ?? [])];
  const at = all.indexOf(document.activeElement as HTMLElement);
  all[(at + by + all.length) % all.length]?.focus();
}
