/** What React Flow is given: ids, places and edges. Everything else the cards read themselves. */

import { MarkerType, type Edge, type Node } from "@xyflow/react";
import { edgeKey, edgesOf, stepKey, stepsOf } from "./actions.ts";
import type { Key, Position, Store } from "./document.ts";
import { arranged, CARD } from "./layout.ts";

const ARROW = { type: MarkerType.ArrowClosed, width: 16, height: 16, color: "var(--edge)" };

const drawn = new WeakMap<Store, Map<Key, Position>>(); // where steps without a place were put

/** Where each step lies. Those that were never placed are arranged once, and stay so until moved. */
export function placesOf(store: Store): Map<string, Position> {
  const steps = stepsOf(store, store.flow);
  const known = drawn.get(store) ?? new Map<Key, Position>();
  drawn.set(store, known);
  if (steps.some((step) => !step.position && !known.has(stepKey(store.flow, step.id)))) {
    const order = arranged(steps, edgesOf(store, store.flow), () => CARD.height);
    for (const [id, place] of order) known.set(stepKey(store.flow, id), place);
  }
  return new Map(steps.map((step) => [step.id, step.position ?? known.get(stepKey(store.flow, step.id))!]));
}

/** Nodes as they must be; those that are already so keep their identity, so that nothing redraws. */
export function nodesOf(store: Store, before: readonly Node[]): Node[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const chosen = new Set(store.selection);
  return [...placesOf(store)].map(([id, position]) => {
    const selected = chosen.has(stepKey(store.flow, id));
    const node = known.get(id);
    if (!node) return { id, type: "step", position, selected, data: NO_DATA, domAttributes: { "aria-labelledby": `title-${id}` } };
    const there = node.dragging || (node.position.x === position.x && node.position.y === position.y);
    if (there && Boolean(node.selected) === selected) return node;
    return { ...node, selected, position: there ? node.position : position };
  });
}

export function connectionsOf(store: Store, before: readonly Edge[]): Edge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const chosen = new Set(store.selection);
  return edgesOf(store, store.flow)
    .filter((edge) => store.get(stepKey(store.flow, edge.target)) && store.get(stepKey(store.flow, edge.source)))
    .map(({ source, port = "next", target }) => {
      const id = edgeKey(store.flow, source, port);
      const selected = chosen.has(id);
      const edge = known.get(id);
      if (edge && edge.target === target && Boolean(edge.selected) === selected) return edge;
      return { id, type: "connection", source, sourceHandle: port, target, targetHandle: "in", selected, markerEnd: ARROW };
    });
}

const NO_DATA = {};
