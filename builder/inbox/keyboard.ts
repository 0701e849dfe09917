/** On a phone: how much of the page the keyboard on the screen covers, as `--keyboard`. */

import { useEffect } from "react";

export function useKeyboard() {
  useEffect(() => {
    const view = window.visualViewport;
    const root = document.documentElement;
    if (!view) return;
    const look = () => {
      const covered = view.scale === 1 ? Math.max(0, window.innerHeight - view.height) : 0;
      root.style.setProperty("--keyboard", `${Math.round(covered)}px`);
      if (covered) window.scrollTo(0, 0); // the page itself fits; browsers scroll it all the same
    };
    view.addEventListener("resize", look);
    look();
    return () => {
      view.removeEventListener("resize", look);
      root.style.removeProperty("--keyboard");
    };
  }, []);
}
