import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

type Props = {
  label: string;
  face: ReactNode;
  buttonClass?: string;
  children?: ReactNode;
};

const GAP = 4;
const MARGIN = 8;

/** A button that opens a list of actions; arrows, Home, End and Escape work as in a menu. */
export function Menu({ label, face, buttonClass = "button quiet icon", children }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open || !list.current || !button.current) return;
    list.current.showPopover();
    const follow = () => list.current && button.current && place(list.current, button.current);
    follow();
    items(list.current)[0]?.focus({ preventScroll: true });
    window.addEventListener("resize", follow);
    window.addEventListener("scroll", follow);
    return () => {
      window.removeEventListener("resize", follow);
      window.removeEventListener("scroll", follow);
    };
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
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
    }
  };

  return (
    <span
      className="menu"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className={buttonClass}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      {open && (
        <div ref={list} id={id} className="menu-list" role="menu" aria-label={label} popover="manual" tabIndex={-1} onKeyDown={onKeyDown} onClick={close}>
          {children}
        </div>
      )}
    </span>
  );
}

function items(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
}

/** Below the button, ending where it ends; above or further left where there is no room. */
function place(list: HTMLElement, button: HTMLElement) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = list;
  const below = at.bottom + GAP;
  const top = below + height > window.innerHeight - MARGIN ? at.top - GAP - height : below;
  const left = at.right - width < MARGIN ? at.left : at.right - width;
  list.style.top = `${Math.max(MARGIN, top)}px`;
  list.style.left = `${Math.max(MARGIN, Math.min(left, window.innerWidth - MARGIN - width))}px`;
}
