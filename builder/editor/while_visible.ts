/** What only goes on while somebody can see it. */

import { useEffect, useRef } from "react";

/** Runs ``begin`` while the element can be seen; a panel behind another tab stays quiet. */
export function useWhileVisible(element: { current: Element | null }, begin: () => () => void): void {
  const latest = useRef(begin);
  latest.current = begin;
  useEffect(() => {
    let end: (() => void) | null = null;
    const observer = new IntersectionObserver((entries) => {
      const seen = entries.some((entry) => entry.isIntersecting);
      if (seen && !end) end = latest.current();
      if (!seen) {
        end?.();
        end = null;
      }
    });
    if (element.current) observer.observe(element.current);
    return () => {
      observer.disconnect();
      end?.();
    };
  }, [element]);
}
