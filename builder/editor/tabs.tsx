/** The flows of the bot as tabs: open, add, rename, delete; beside them those every bot has. */

import { LifeBuoy, MoreHorizontal, Pencil, Plus, RotateCcw, Trash2 } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { addFlow, deleteFlow, flowKey, renameFlow } from "./actions.ts";
import { Menu, type Action } from "./panel/menu.tsx";
import { RepairsButton } from "./repair_list.tsx";
import { hasStandard, isRepair } from "./repairs.ts";
import { Restore } from "./restore.tsx";
import { useFixed, useFlow, useItem, useShape, type FlowItem, type Store } from "./store.ts";
import { focusTab } from "./view.ts";
import { t } from "./words.ts";

export function Tabs({ store }: { store: Store }) {
  const [naming, setNaming] = useState("");
  const [restoring, setRestoring] = useState("");
  useShape(store);
  const shown = useFlow(store);
  const fixed = useFixed(store);
  const main = useItem<string>(store, "s:main");
  const own = store.keys("f:").map((key) => key.slice(2));
  const ids = store.isStandard(shown) ? [...own, shown] : own; // one that is looked at has a tab meanwhile
  const plain = own.filter((id) => !isRepair(id));
  const add = () => setNaming(addFlow(store, t("Add a flow"), t("New flow")));
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || naming) return;
    event.preventDefault();
    const next = ids[(ids.indexOf(shown) + by + ids.length) % ids.length] ?? shown;
    store.openFlow(next);
    focusTab(next);
  };
  const isNeeded = isRepair(shown) ? hasStandard(store, shown) : plain.length < 2 || shown === (main ?? plain[0]);
  return (
    <div className="editor-flows">
      <div className="editor-flow-tabs" role="tablist" aria-label={t("Flows")} onKeyDown={onKeyDown}>
        {ids.map((id) => (id === naming ? null : <Tab key={id} store={store} id={id} open={id === shown} />))}
      </div>
      {naming && <Name store={store} id={naming} onDone={() => setNaming("")} />}
      {!fixed && shown && !naming && (
        <FlowMenu
          onRename={() => setNaming(shown)}
          onRestore={hasStandard(store, shown) ? () => setRestoring(shown) : undefined}
          onDelete={isNeeded ? undefined : () => deleteFlow(store, t("Delete a flow"), shown)}
        />
      )}
      {!store.readOnly && (
        <button type="button" className="button quiet icon" aria-label={t("Add a flow")} title={t("Add a flow")} onClick={add}>
          <Plus size={16} aria-hidden="true" />
        </button>
      )}
      <RepairsButton store={store} onOpened={focusTab} />
      {restoring && <Restore store={store} id={restoring} onDone={() => setRestoring("")} />}
    </div>
  );
}

function Tab({ store, id, open }: { store: Store; id: string; open: boolean }) {
  const flow = useItem<FlowItem>(store, flowKey(id));
  const tab = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (open) tab.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [open]);
  return (
    <button ref={tab} id={`flow-${id}`} type="button" role="tab" aria-selected={open} aria-controls="editor-canvas" tabIndex={open ? 0 : -1} className="editor-flow" onClick={() => store.openFlow(id)}>
      {isRepair(id) && <LifeBuoy size={14} aria-hidden="true" />}
      <span className="editor-flow-text">{flow?.name || id}</span>
      {flow?.enabled === false && <span className="editor-flow-off">{t("Off")}</span>}
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

type MenuProps = { onRename: () => void; onRestore?: () => void; onDelete?: () => void };

function FlowMenu({ onRename, onRestore, onDelete }: MenuProps) {
  const actions: Action[] = [{ label: t("Rename"), icon: <Pencil size={14} aria-hidden="true" />, pick: onRename }];
  if (onRestore) actions.push({ label: t("Back to the standard"), icon: <RotateCcw size={14} aria-hidden="true" />, pick: onRestore });
  if (onDelete) actions.push({ label: t("Delete"), icon: <Trash2 size={14} aria-hidden="true" />, pick: onDelete, danger: true });
  return <Menu className="button quiet icon" label={t("Actions for this flow")} face={<MoreHorizontal size={16} aria-hidden="true" />} actions={actions} />;
}
