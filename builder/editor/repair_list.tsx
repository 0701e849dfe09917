/** The flows for when a talk leaves its path: what each is for, whose it is, on or off. */

import { LifeBuoy, X } from "lucide-react";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useFloating } from "./panel/floating.ts";
import { quoted, repairs, switchRepair, whenItRuns, type Repair } from "./repairs.ts";
import { useFlow, useShape, type Store } from "./store.ts";
import { t } from "./words.ts";

export function RepairsButton({ store, onOpened }: { store: Store; onOpened: (flow: string) => void }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const name = t("When a talk leaves its path");
  return (
    <>
      <button
        ref={button}
        type="button"
        className="button quiet editor-repairs-button"
        aria-label={name}
        title={name}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <LifeBuoy size={16} aria-hidden="true" />
        <span>{name}</span>
      </button>
      {open && (
        <Repairs
          store={store}
          anchor={() => button.current?.getBoundingClientRect()}
          onOpen={(flow) => {
            setOpen(false);
            store.openFlow(flow);
            onOpened(flow);
          }}
          onClose={() => {
            setOpen(false);
            button.current?.focus();
          }}
          onLeave={() => setOpen(false)}
        />
      )}
    </>
  );
}

type Props = {
  store: Store;
  anchor: () => DOMRect | undefined;
  onOpen: (flow: string) => void;
  onClose: () => void;
  onLeave: () => void; // somebody went on elsewhere
};

function Repairs({ store, anchor, onOpen, onClose, onLeave }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useShape(store);
  const shown = useFlow(store);
  const all = repairs(store);
  useFloating(true, box, anchor, onLeave, true);
  useEffect(() => (box.current?.querySelector<HTMLElement>(".editor-repair-open") ?? box.current)?.focus(), [all.length]);
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") onClose();
    const buttons = [...(box.current?.querySelectorAll<HTMLElement>(".editor-repair-open") ?? [])];
    const row = (event.target as HTMLElement).closest(".editor-repair")?.querySelector<HTMLElement>(".editor-repair-open");
    const at = row ? buttons.indexOf(row) : -1;
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    buttons.at(next % buttons.length)?.focus();
  };
  return (
    <div
      ref={box}
      className="menu-list editor-repairs"
      role="dialog"
      aria-labelledby={`${id}-name`}
      aria-describedby={`${id}-help`}
      popover="manual"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onBlur={(event) => event.relatedTarget && !event.currentTarget.contains(event.relatedTarget) && onLeave()}
    >
      <div className="editor-repairs-head">
        <h2 id={`${id}-name`}>{t("When a talk leaves its path")}</h2>
        <button type="button" className="button quiet icon" aria-label={t("Close")} title={t("Close")} onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </button>
      </div>
      <p id={`${id}-help`} className="help">
        {store.readOnly ? t("Every bot has these flows. Look at how they go.") : t("Every bot has these flows. Open one to see it or to make it your own.")}
      </p>
      {all.length ? (
        <ul>
          {all.map((repair) => (
            <Row key={repair.id} store={store} repair={repair} shown={repair.id === shown} onOpen={() => onOpen(repair.id)} />
          ))}
        </ul>
      ) : (
        <Waiting />
      )}
      <p className="help">{t("Switched off, its words count as an answer like any other.")}</p>
    </div>
  );
}

type RowProps = { store: Store; repair: Repair; shown: boolean; onOpen: () => void };

function Row({ store, repair, shown, onOpen }: RowProps) {
  const { id, name, own, on, always, phrases } = repair;
  const help = useId();
  return (
    <li className="editor-repair" data-on={on}>
      <button type="button" className="editor-repair-open" aria-describedby={help} aria-current={shown || undefined} onClick={onOpen}>
        <span className="editor-repair-name">
          {name} <span className={own ? "editor-repair-whose own" : "editor-repair-whose"}>{own ? t("Your own") : t("Standard")}</span>
        </span>
        <span id={help} className="editor-repair-text">
          <span className="editor-repair-when">{whenItRuns(id)}</span> <span className="editor-repair-phrases">{quoted(phrases)}</span>
        </span>
      </button>
      {always ? (
        <span className="editor-repair-always">{t("Always on")}</span>
      ) : (
        <input
          type="checkbox"
          role="switch"
          className="panel-switch"
          aria-label={t("{name} switched on", { name })}
          title={on ? t("Switch off") : t("Switch on")}
          disabled={store.readOnly}
          checked={on}
          onChange={(event) => switchRepair(store, id, event.target.checked)}
        />
      )}
    </li>
  );
}

function Waiting() {
  return (
    <div className="editor-repairs-waiting" role="status" aria-label={t("One moment…")}>
      <span className="skeleton" />
      <span className="skeleton" />
      <span className="skeleton" />
    </div>
  );
}
