/** Light or dark, as the page is now. */

import { useSyncExternalStore } from "react";

/** React Flow marks its ground with one of the two, and the colours inside follow that mark. */
export function useTheme(): "light" | "dark" {
  return useSyncExternalStore(watch, read, () => "light");
}

function read(): "light" | "dark" {
  return document.documentElement.classList.contains("dark") ? "dark" : "light";
}

function watch(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["class"] });
  return () => observer.disconnect();
}
