/** Lists that float above everything else, beside what opened them. */

import { useLayoutEffect, type RefObject } from "react";

const GAP = 4;
const MARGIN = 8;

export interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** Shows `list` in the top layer at `anchor` while it is open; closes it when the page moves on. */
export function useFloating(
  open: boolean,
  list: RefObject<HTMLElement | null>,
  anchor: () => Box | undefined,
  close: () => void,
  end = false, // whether it ends where the anchor ends
): void {
  useLayoutEffect(() => {
    const shown = list.current;
    if (!open || !shown) return;
    shown.showPopover();
    place(shown, anchor(), end);
    const again = (event: Event) => {
      if (event.target instanceof Node && shown.contains(event.target)) return;
      place(shown, anchor(), end);
    };
    const outside = (event: PointerEvent) => {
      const at = anchor();
      const onAnchor = at && event.clientX >= at.left && event.clientX <= at.right && event.clientY >= at.top && event.clientY <= at.bottom;
      if (!onAnchor && !shown.contains(event.target as Node)) close();
    };
    const sizes = new ResizeObserver(() => place(shown, anchor(), end));
    sizes.observe(shown);
    window.addEventListener("scroll", again, true);
    window.addEventListener("resize", close);
    window.addEventListener("pointerdown", outside, true);
    return () => {
      sizes.disconnect();
      window.removeEventListener("scroll", again, true);
      window.removeEventListener("resize", close);
      window.removeEventListener("pointerdown", outside, true);
    };
  }, [open]);
}

/** Below the anchor where there is room, else above it. */
function place(list: HTMLElement, at: Box | undefined, end: boolean): void {
  if (!at) return;
  const { offsetWidth: width, offsetHeight: height } = list;
  const below = at.bottom + GAP;
  const fits = below + height <= window.innerHeight - MARGIN || at.top - GAP - height < MARGIN;
  const left = end ? at.right - width : at.left;
  list.style.top = `${Math.max(MARGIN, Math.min(fits ? below : at.top - GAP - height, window.innerHeight - MARGIN - height))}px`;
  list.style.left = `${Math.max(MARGIN, Math.min(left, window.innerWidth - MARGIN - width))}px`;
}
