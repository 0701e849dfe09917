/** The canvas by keyboard. */

import { clipOf, deleteItems, idOf, moveSteps, pasteClip, stepKey, stepsOf, type Clip } from "./actions.ts";
import type { Store } from "./document.ts";
import { GRID } from "./layout.ts";
import { placesOf } from "./mirror.ts";
import { t } from "./words.ts";

export interface Hands {
  store: Store;
  openPanel: () => void;
  openHelp: () => void;
}

export const SHORTCUTS: readonly [string, string][] = [
  ["Ctrl Z", "Undo"],
  ["Ctrl Shift Z", "Redo"],
  ["Ctrl C · X · V", "Copy, cut, paste"],
  ["Ctrl D", "Duplicate"],
  ["Ctrl A", "Choose all steps"],
  ["Delete", "Delete what is chosen"],
  ["Arrows", "Move by 8 pixels, with Shift by 32"],
  ["Tab", "Go to the next step"],
  ["Enter", "Open the step"],
  ["Shift and drag", "Choose what lies within a frame"],
  ["Esc", "Choose nothing"],
  ["?", "Show this list"],
];

let clipboard: Clip | null = null; // of this page, for every flow of the bot
let pasted = 0;

const ARROWS: Readonly<Record<string, [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Does what the key means on the canvas; answers whether it meant anything. */
export function press(event: KeyboardEvent, hands: Hands): boolean {
  if (event.ctrlKey || event.metaKey) return pressWithControl(event, hands);
  const { store } = hands;
  const arrow = ARROWS[event.key];
  if (arrow) return nudge(store, arrow, event.shiftKey ? 4 * GRID : GRID);
  if (event.key === "?") hands.openHelp();
  else if (event.key === "Escape") store.select([]);
  else if (event.key === "Delete" || event.key === "Backspace") remove(store);
  else if (event.key === "Enter") return open(event, hands);
  else return false;
  return true;
}

function pressWithControl(event: KeyboardEvent, { store }: Hands): boolean {
  const key = event.key.toLowerCase();
  if (key === "z") {
    if (event.shiftKey) store.redo();
    else store.undo();
  } else if (key === "y") store.redo();
  else if (key === "a") store.select(stepsOf(store, store.flow).map((step) => stepKey(store.flow, step.id)));
  else if (key === "d") duplicate(store);
  else if (key === "c" && !String(window.getSelection())) copy(store);
  else if (key === "x") {
    copy(store);
    remove(store);
  } else if (key === "v") paste(store);
  else return false;
  return true;
}

export function remove(store: Store): void {
  if (store.selection.length && !store.fixed) deleteItems(store, t("Delete"), store.selection);
}

export function duplicate(store: Store): void {
  if (store.fixed) return;
  const clip = placedClip(store);
  if (clip.steps.length) pasteClip(store, t("Duplicate"), clip, { x: 4 * GRID, y: 4 * GRID });
}

function copy(store: Store): void {
  const clip = placedClip(store);
  if (!clip.steps.length) return;
  clipboard = clip;
  pasted = 0;
}

function paste(store: Store): void {
  if (!clipboard || store.fixed) return;
  pasted += 1;
  pasteClip(store, t("Paste"), clipboard, { x: 4 * GRID * pasted, y: 4 * GRID * pasted });
}

/** The copies of steps that were never placed lie beside where those are drawn. */
function placedClip(store: Store): Clip {
  const clip = clipOf(store, store.selection);
  const places = placesOf(store);
  return { ...clip, steps: clip.steps.map((step) => ({ ...step, position: places.get(step.id) })) };
}

function nudge(store: Store, [x, y]: [number, number], by: number): boolean {
  const chosen = store.selection.filter((key) => key[0] === "n").map(idOf);
  if (!chosen.length || store.fixed) return false;
  const places = placesOf(store);
  const moved = chosen.map((id): [string, { x: number; y: number }] => {
    const at = places.get(id) ?? { x: 0, y: 0 };
    return [id, { x: at.x + x * by, y: at.y + y * by }];
  });
  moveSteps(store, t("Move"), new Map(moved), `move ${chosen.join(" ")}`);
  return true;
}

/** On a card that has the focus, Enter chooses it and goes on to its fields. */
function open(event: KeyboardEvent, { store, openPanel }: Hands): boolean {
  const id = (event.target as HTMLElement).closest<HTMLElement>(".react-flow__node")?.dataset.id;
  if ((event.target as HTMLElement).closest("button, a")) return false;
  if (id) store.select([stepKey(store.flow, id)]);
  if (store.selection.length) openPanel();
  return true;
}
