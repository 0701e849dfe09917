/** What every part of the editor may ask for. */

import { createContext, useContext } from "react";
import type { From } from "./actions.ts";
import type { Store } from "./store.ts";

export interface Desk {
  store: Store;
  /** Opens the menu of steps at a way out, beside ``element``. */
  openMenu: (from: From, element: Element) => void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("drawn outside of the editor");
  return desk;
}
