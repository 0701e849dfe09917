import { useEffect, useRef, type ReactNode } from "react";

type Toast = { id: number; text: string; undo: string };

type Props = {
  toasts: Toast[];
  undoLabel: string;
  dismissLabel: string;
  onUndo: (id: number) => void;
  onDismiss: (id: number) => void;
};

const SHOWN = 6_000;
const SHOWN_WITH_UNDO = 12_000;

/** What was just done, one line each, for some seconds; the pointer or the focus keeps it. */
export function Toaster({ toasts, undoLabel, dismissLabel, onUndo, onDismiss }: Props) {
  const element = useRef<HTMLDivElement>(null);

  // In the top layer a toast lies above an open dialog too.
  useEffect(() => {
    element.current?.hidePopover();
    if (toasts.length) element.current?.showPopover();
  }, [toasts.length]);

  return (
    <div ref={element} className="toasts" role="status" popover="manual">
      {toasts.map((toast) => (
        <Line key={toast.id} id={toast.id} milliseconds={toast.undo ? SHOWN_WITH_UNDO : SHOWN} onEnd={() => onDismiss(toast.id)}>
          <p>{toast.text}</p>
          {toast.undo && (
            <button type="button" onClick={() => onUndo(toast.id)}>
              {undoLabel}
            </button>
          )}
          <button type="button" aria-label={dismissLabel} onClick={() => onDismiss(toast.id)}>
            ×
          </button>
        </Line>
      ))}
    </div>
  );
}

type LineProps = { id: number; milliseconds: number; onEnd: () => void; children: ReactNode };

/** When each toast ends, kept outside because every page draws its own toaster. */
const ends = new Map<number, number>();

function Line({ id, milliseconds, onEnd, children }: LineProps) {
  const timer = useRef<number>(undefined);
  const end = useRef(onEnd);
  end.current = onEnd;

  const finish = () => {
    ends.delete(id);
    end.current();
  };
  const start = () => {
    if (!ends.has(id)) ends.set(id, Date.now() + milliseconds);
    timer.current = window.setTimeout(finish, ends.get(id)! - Date.now());
  };
  const hold = () => {
    window.clearTimeout(timer.current);
    ends.delete(id);
  };

  useEffect(() => {
    start();
    return () => window.clearTimeout(timer.current);
  }, []);

  return (
    <div className="toast" onMouseEnter={hold} onMouseLeave={start} onFocus={hold} onBlur={start}>
      {children}
    </div>
  );
}
