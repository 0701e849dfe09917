/** What part of the flow is in sight. */

import type { ReactFlowInstance } from "@xyflow/react";
import { flowKey } from "./actions.ts";
import type { FlowItem, Store } from "./document.ts";
import { CARD } from "./layout.ts";

const READABLE = 0.6; // a card at half its size can't be read any more
const MARGIN = 64;

export function showAll(flow: ReactFlowInstance, duration = 0): void {
  void flow.fitView({ padding: 0.12, maxZoom: 1, duration });
}

/** All steps where that is readable, else the beginning of the flow. */
export function showReadable(flow: ReactFlowInstance, store: Store, duration = 0): void {
  const ground = groundOf();
  const bounds = flow.getNodesBounds(flow.getNodes());
  if (!ground || !bounds.width) return;
  const fits = Math.min(ground.width / (bounds.width + 2 * MARGIN), ground.height / (bounds.height + 2 * MARGIN));
  if (fits >= READABLE) return showAll(flow, duration);
  const start = flow.getNode(store.get<FlowItem>(flowKey(store.flow))?.start ?? "") ?? flow.getNodes()[0];
  if (!start) return;
  const zoom = ground.width < 600 ? 0.75 : 0.86; // a way out stays 24 pixels high
  const height = start.measured?.height ?? CARD.height;
  const tall = bounds.height * zoom + 2 * MARGIN > ground.height;
  const y = tall ? Math.min(MARGIN, ground.height / 4) - start.position.y * zoom : (ground.height - height * zoom) / 2 - start.position.y * zoom;
  void flow.setViewport({ x: MARGIN / 2 + 16 - start.position.x * zoom, y, zoom }, { duration });
}

/** Brings a step into sight, if it is not. */
export function showStep(flow: ReactFlowInstance, id: string): void {
  const ground = groundOf();
  if (!ground) return;
  const node = flow.getNode(id);
  if (!node) return;
  const { x, y, zoom } = flow.getViewport();
  const [width, height] = [node.measured?.width ?? CARD.width, node.measured?.height ?? CARD.height];
  if (zoom < READABLE / 2) return void flow.setCenter(node.position.x + width / 2, node.position.y + height / 2, { zoom: READABLE, duration: 200 });
  const right = shift(node.position.x * zoom + x, width * zoom, ground.width);
  const down = shift(node.position.y * zoom + y, height * zoom, ground.height);
  if (right || down) void flow.setViewport({ x: x + right, y: y + down, zoom }, { duration: 200 });
}

/** How far what begins at ``from`` must go to lie within ``room``, by the shortest way. */
function shift(from: number, size: number, room: number): number {
  const edge = 32;
  if (from < edge) return edge - from;
  return Math.min(0, Math.max(edge - from, room - edge - size - from));
}

/** Gives the focus to the tab of a flow, once it is drawn. */
export function focusTab(flow: string): void {
  requestAnimationFrame(() => document.getElementById(`flow-${flow}`)?.focus());
}

/** The place on the canvas that lies in the middle of what is in sight. */
export function middleOf(flow: ReactFlowInstance): { x: number; y: number } {
  const ground = groundOf();
  return flow.screenToFlowPosition({ x: (ground?.left ?? 0) + (ground?.width ?? 0) / 2, y: (ground?.top ?? 0) + (ground?.height ?? 0) / 2 });
}

function groundOf(): DOMRect | undefined {
  return document.querySelector(".editor-canvas .react-flow")?.getBoundingClientRect();
}
