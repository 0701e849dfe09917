/** Where steps lie: in order from left to right, or beside another one. */

import { graphlib, layout } from "@dagrejs/dagre";
import type { EdgeItem, Position, StepItem } from "./document.ts";

export const GRID = 8;
export const CARD = { width: 240, height: 128 };
const GAP = { between: 40, after: 96 };

export interface Box extends Position {
  width: number;
  height: number;
}

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}

/** All steps in order of their edges; ``height`` is how tall a step's card is. */
export function arranged(steps: readonly StepItem[], edges: readonly EdgeItem[], height: (id: string) => number): Map<string, Position> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: GAP.between, ranksep: GAP.after, ranker: "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(steps.map((step) => step.id));
  for (const { id } of steps) graph.setNode(id, { width: CARD.width, height: height(id) });
  for (const { source, target } of edges) {
    if (known.has(source) && known.has(target) && source !== target) graph.setEdge(source, target);
  }
  layout(graph);
  return new Map(
    steps.map(({ id }) => {
      const at = graph.node(id) as Box;
      return [id, { x: snap(at.x - at.width / 2), y: snap(at.y - at.height / 2) }];
    }),
  );
}

/** Right of ``beside``, further down where something lies there already. */
export function placeBeside(beside: Box, taken: readonly Box[]): Position {
  return free({ x: snap(beside.x + beside.width + GAP.after), y: snap(beside.y) }, taken);
}

/** ``wanted``, or the nearest place below it that is free. */
export function free(wanted: Position, taken: readonly Box[]): Position {
  let { y } = wanted;
  for (let tries = 0; tries <= taken.length; tries += 1) {
    const hit = taken.find((box) => overlaps({ x: wanted.x, y, ...CARD }, box));
    if (!hit) break;
    y = snap(hit.y + hit.height + GAP.between / 2 + GRID);
  }
  return { x: wanted.x, y };
}

function overlaps(one: Box, other: Box): boolean {
  const margin = 2 * GRID;
  return (
    one.x < other.x + other.width + margin &&
    other.x < one.x + one.width + margin &&
    one.y < other.y + other.height + margin &&
    other.y < one.y + one.height + margin
  );
}
