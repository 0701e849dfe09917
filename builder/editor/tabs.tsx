/** The flows of the bot as tabs: open, add, rename, delete. */

import { MoreHorizontal, Plus } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { addFlow, deleteFlow, flowKey, renameFlow } from "./actions.ts";
import { useFlow, useItem, useShape, type FlowItem, type Store } from "./store.ts";
import { t } from "./words.ts";

export function Tabs({ store }: { store: Store }) {
  const [naming, setNaming] = useState("");
  useShape(store);
  const shown = useFlow(store);
  const main = useItem<string>(store, "s:main");
  const ids = store.keys("f:").map((key) => key.slice(2));
  const add = () => setNaming(addFlow(store, t("Add a flow"), t("New flow")));
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || naming) return;
    event.preventDefault();
    const next = ids[(ids.indexOf(shown) + by + ids.length) % ids.length] ?? shown;
    store.openFlow(next);
    document.getElementById(`flow-${next}`)?.focus();
  };
  return (
    <div className="editor-flows">
      <div className="editor-flow-tabs" role="tablist" aria-label={t("Flows")} onKeyDown={onKeyDown}>
        {ids.map((id) => (id === naming ? null : <Tab key={id} store={store} id={id} open={id === shown} />))}
      </div>
      {naming && <Name store={store} id={naming} onDone={() => setNaming("")} />}
      {!store.readOnly && shown && !naming && (
        <FlowMenu onRename={() => setNaming(shown)} onDelete={ids.length > 1 && shown !== (main ?? ids[0]) ? () => deleteFlow(store, t("Delete a flow"), shown) : undefined} />
      )}
      {!store.readOnly && (
        <button type="button" className="button quiet icon" aria-label={t("Add a flow")} title={t("Add a flow")} onClick={add}>
          <Plus size={16} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

function Tab({ store, id, open }: { store: Store; id: string; open: boolean }) {
  const flow = useItem<FlowItem>(store, flowKey(id));
  return (
    <button id={`flow-${id}`} type="button" role="tab" aria-selected={open} aria-controls="editor-canvas" tabIndex={open ? 0 : -1} className="editor-flow" onClick={() => store.openFlow(id)}>
      {flow?.name || id}
    </button>
  );
}

function Name({ store, id, onDone }: { store: Store; id: string; onDone: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const keep = () => {
    const name = input.current?.value.trim();
    if (name) renameFlow(store, t("Rename a flow"), id, name);
    onDone();
  };
  return (
    <input
      ref={input}
      className="input editor-flow-name"
      aria-label={t("Name of the flow")}
      defaultValue={store.get<FlowItem>(flowKey(id))?.name || id}
      autoFocus
      maxLength={200}
      onBlur={keep}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") keep();
        if (event.key === "Escape") onDone();
      }}
    />
  );
}

function FlowMenu({ onRename, onDelete }: { onRename: () => void; onDelete?: () => void }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) list.current?.querySelector("button")?.focus();
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const act = (does: () => void) => () => {
    setOpen(false);
    does();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const all = [...(list.current?.querySelectorAll("button") ?? [])];
    all[(all.indexOf(document.activeElement as HTMLButtonElement) + 1) % all.length]?.focus();
  };
  return (
    <span className="editor-flow-menu" onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setOpen(false)}>
      <button ref={button} type="button" className="button quiet icon" aria-label={t("Actions for this flow")} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        <MoreHorizontal size={16} aria-hidden="true" />
      </button>
      {open && (
        <div ref={list} className="editor-flow-list" role="menu" aria-label={t("Actions for this flow")} onKeyDown={onKeyDown}>
          <button type="button" role="menuitem" className="menu-item" onClick={act(onRename)}>
            {t("Rename")}
          </button>
          {onDelete && (
            <button type="button" role="menuitem" className="menu-item danger" onClick={act(onDelete)}>
              {t("Delete")}
            </button>
          )}
        </div>
      )}
    </span>
  );
}
