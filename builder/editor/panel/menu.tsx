/** A button with a list of actions; arrows, Home, End, Tab and Escape work as in any menu. */

import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useFloating } from "./floating.ts";

export interface Action {
  label: string;
  icon: ReactNode;
  pick: () => void;
  danger?: boolean;
  disabled?: boolean;
}

interface Props {
  label: string;
  face: ReactNode;
  actions: readonly Action[];
  className?: string;
}

export function Menu({ label, face, actions, className = "panel-icon-button" }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  useFloating(open, list, () => button.current?.getBoundingClientRect(), () => setOpen(false), true);
  useEffect(() => {
    if (open) items(list.current)[0]?.focus();
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = items(list.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      all.at(next % all.length)?.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
    }
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      {open && (
        <div ref={list} id={id} className="menu-list panel-floating" role="menu" aria-label={label} popover="manual" tabIndex={-1} onKeyDown={onKeyDown}>
          {actions.map((action) => (
            <button
              key={action.label}
              type="button"
              role="menuitem"
              className={action.danger ? "menu-item danger" : "menu-item"}
              disabled={action.disabled}
              onClick={() => {
                close();
                action.pick();
              }}
            >
              {action.icon}
              <span className="menu-text">{action.label}</span>
            </button>
          ))}
        </div>
      )}
    </>
  );
}

function items(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("[role=menuitem]:not(:disabled)") ?? [])];
}
