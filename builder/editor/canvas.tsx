/** The canvas. React Flow moves and connects; the store is told when a gesture has ended. */

import {
  applyEdgeChanges,
  applyNodeChanges,
  Background,
  BackgroundVariant,
  ConnectionMode,
  MiniMap,
  ReactFlow,
  useNodesInitialized,
  useReactFlow,
  type Connection as Joined,
  type Edge,
  type EdgeChange,
  type Node,
  type NodeChange,
  type OnConnectEnd,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState, type DragEvent } from "react";
import { addStep, connectTo, deleteItems, edgeKey, idOf, moveSteps, stepKey, type From } from "./actions.ts";
import { Card } from "./card.tsx";
import { typeOf } from "./catalogue.ts";
import { DeskContext, useDesk } from "./context.ts";
import { Connection } from "./edge.tsx";
import { CARD, GRID, snap } from "./layout.ts";
import { connectionsOf, nodesOf } from "./mirror.ts";
import { DRAGGED } from "./palette.tsx";
import { StepMenu } from "./step_menu.tsx";
import { useFixed, useFlow, useSelection, useShape, type Key, type Store } from "./store.ts";
import { useAdding } from "./tools.tsx";
import { useTheme } from "./theme.ts";
import { showReadable, showStep } from "./view.ts";
import { t } from "./words.ts";

const NODE_TYPES = { step: Card };
const EDGE_TYPES = { connection: Connection };
const SNAP: [number, number] = [GRID, GRID];
const MANY = 150; // steps from which only those in sight are drawn
const TOO_MANY_FOR_MAP = 200;
const ENDS = ["pointerup", "pointercancel"]; // of a gesture
const MAP = { width: 168, height: 112 };

interface Opened {
  from: From;
  at: { x: number; y: number }; // in the window
  place?: { x: number; y: number }; // on the canvas, where an edge was dropped
}

export function Canvas({ store, map, onOpen }: { store: Store; map: boolean; onOpen: () => void }) {
  const [menu, setMenu] = useState<Opened | null>(null);
  const desk = useMemo(() => ({ store, openMenu: (from: From, element: Element) => setMenu({ from, at: below(element) }) }), [store]);
  return (
    <DeskContext.Provider value={desk}>
      <Ground map={map} onOpen={onOpen} onMenu={setMenu} />
      {menu && <Menu opened={menu} onClose={() => setMenu(null)} />}
    </DeskContext.Provider>
  );
}

function Ground({ map, onOpen, onMenu }: { map: boolean; onOpen: () => void; onMenu: (menu: Opened) => void }) {
  const { store } = useDesk();
  const [choose, hold] = useChoice(store);
  const { nodes, edges, drawn, onNodesChange, onEdgesChange } = useMirror(store, choose);
  const gestures = useGestures(store, onMenu);
  useView(store, drawn);
  const drop = useDrop(store);
  const theme = useTheme();
  const free = !useFixed(store);
  return (
    <ReactFlow
      colorMode={theme}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onPointerDownCapture={hold}
      onNodeClick={(event) => {
        if (!(event.target as Element).closest("button")) onOpen();
      }}
      {...gestures}
      {...drop}
      nodesDraggable={free}
      nodesConnectable={free}
      edgesReconnectable={free}
      edgesFocusable={false}
      connectOnClick={false}
      connectionMode={ConnectionMode.Strict}
      connectionRadius={28}
      disableKeyboardA11y
      deleteKeyCode={null}
      snapToGrid
      snapGrid={SNAP}
      onlyRenderVisibleElements={nodes.length > MANY}
      minZoom={0.1}
      maxZoom={1.6}
      proOptions={{ hideAttribution: true }}
      aria-label={t("Steps of this flow")}
    >
      <Background variant={BackgroundVariant.Dots} gap={3 * GRID} size={1.5} color="var(--slate-6)" bgColor="var(--ground)" />
      {map && nodes.length <= TOO_MANY_FOR_MAP && <MiniMap style={MAP} pannable zoomable position="bottom-right" ariaLabel={t("Map of the flow")} nodeColor="var(--slate-7)" maskColor="var(--veil-thin)" bgColor="var(--surface)" nodeBorderRadius={8} />}
    </ReactFlow>
  );
}

/** React Flow's own copy, renewed when the shape of the document or the selection changes; ``drawn`` is its flow. */
function useMirror(store: Store, choose: Choose) {
  const [nodes, setNodes] = useState<Node[]>([]);
  const [edges, setEdges] = useState<Edge[]>([]);
  const [drawn, setDrawn] = useState("");
  const shape = useShape(store);
  const flow = useFlow(store);
  const selection = useSelection(store);
  useEffect(() => {
    setNodes((before) => nodesOf(store, before));
    setEdges((before) => connectionsOf(store, before));
    setDrawn(flow);
  }, [store, shape, flow, selection]);
  const onNodesChange = useCallback(
    (changes: NodeChange[]) => {
      setNodes((before) => applyNodeChanges(changes.filter((change) => change.type !== "remove"), before));
      choose(changes, (id) => stepKey(store.flow, id));
    },
    [store, choose],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange[]) => {
      setEdges((before) => applyEdgeChanges(changes.filter((change) => change.type !== "remove"), before));
      choose(changes, (id) => id);
    },
    [choose],
  );
  return { nodes, edges, drawn, onNodesChange, onEdgesChange };
}

type Select = { key: Key; selected: boolean };
type Choose = (changes: readonly (NodeChange | EdgeChange)[], key: (id: string) => Key) => void;

/** Tells the store what is chosen, once the pointer is up: a drag must not wait for a form to be drawn. */
function useChoice(store: Store): [Choose, () => void] {
  const held = useRef<Select[] | null>(null);
  return useMemo(() => {
    const tell = (selects: readonly Select[]) => {
      if (!selects.length) return;
      const chosen = new Set(store.selection);
      for (const { key, selected } of selects) {
        if (selected) chosen.add(key);
        else chosen.delete(key);
      }
      store.select([...chosen]);
    };
    const release = () => {
      for (const end of ENDS) removeEventListener(end, release, true);
      const selects = held.current ?? [];
      held.current = null;
      tell(selects);
    };
    const hold = () => {
      held.current ??= [];
      for (const end of ENDS) addEventListener(end, release, true);
    };
    const choose: Choose = (changes, key) => {
      const selects = changes.flatMap((change) => (change.type === "select" ? [{ key: key(change.id), selected: change.selected }] : []));
      if (held.current) held.current.push(...selects);
      else tell(selects);
    };
    return [choose, hold];
  }, [store]);
}

/** What pointer gestures mean for the document, once they have ended. */
function useGestures(store: Store, onMenu: (menu: Opened) => void) {
  const flow = useReactFlow();
  return useMemo(() => {
    const moved = (_: unknown, __: unknown, nodes: Node[]) => place(store, nodes);
    const onConnectEnd: OnConnectEnd = (event, state) => {
      const from = state.fromHandle?.type === "source" && state.fromNode && state.fromHandle.id ? { step: state.fromNode.id, port: state.fromHandle.id } : null;
      if (!from || state.isValid || !state.to) return;
      const pointer = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!pointer) return;
      const at = { x: pointer.clientX, y: pointer.clientY };
      const under = document.elementFromPoint(at.x, at.y);
      const target = under?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
      if (target && target !== from.step) connectTo(store, t("Connect"), from, target);
      else if (!target && under?.closest(".react-flow__pane")) onMenu({ from, at, place: flow.screenToFlowPosition(at) });
    };
    return {
      onNodeDragStop: moved,
      onSelectionDragStop: (_: unknown, nodes: Node[]) => place(store, nodes),
      onConnect: (joined: Joined) => connectTo(store, t("Connect"), fromOf(joined), joined.target),
      isValidConnection: (joined: Edge | Joined) => joined.source !== joined.target,
      onReconnect: (edge: Edge, joined: Joined) => reconnect(store, edge, joined),
      onConnectEnd,
    };
  }, [store, flow, onMenu]);
}

function fromOf(joined: Joined): From {
  return { step: joined.source, port: joined.sourceHandle ?? "next" };
}

function place(store: Store, nodes: readonly Node[]): void {
  moveSteps(store, t("Move"), new Map(nodes.map(({ id, position }) => [id, { x: snap(position.x), y: snap(position.y) }])));
}

function reconnect(store: Store, edge: Edge, joined: Joined): void {
  const from = fromOf(joined);
  const key = edgeKey(store.flow, from.step, from.port);
  const value = { source: from.step, port: from.port, target: joined.target };
  const edits = [{ key, value }, ...(key === edge.id ? [] : [{ key: edge.id, value: null }])];
  store.change(t("Connect elsewhere"), edits, { focus: { key } });
}

/** Shows all of a flow once its own cards are drawn, and a step that was chosen elsewhere. */
function useView(store: Store, drawn: string): void {
  const flow = useReactFlow();
  const ready = useNodesInitialized();
  const selection = useSelection(store);
  const fitted = useRef("");
  useEffect(() => {
    const cards = flow.getNodes();
    if (!ready || !cards.length || fitted.current === drawn || cards.some((card) => !card.measured?.width)) return;
    fitted.current = drawn;
    showReadable(flow, store);
  }, [ready, drawn, flow, store]);
  useEffect(() => {
    const [key] = selection;
    if (!ready || selection.length !== 1 || !key?.startsWith("n:")) return;
    showStep(flow, idOf(key));
  }, [selection, ready, flow]);
}

function useDrop(store: Store) {
  const flow = useReactFlow();
  return useMemo(
    () => ({
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(DRAGGED) || store.fixed) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      },
      onDrop: (event: DragEvent) => {
        const type = typeOf(store.catalogue, event.dataTransfer.getData(DRAGGED));
        if (!type || store.fixed) return;
        event.preventDefault();
        const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        addStep(store, t("Add {step}", { step: type.label }), type, { x: snap(at.x - CARD.width / 2), y: snap(at.y - 3 * GRID) });
      },
    }),
    [store, flow],
  );
}

function Menu({ opened, onClose }: { opened: Opened; onClose: () => void }) {
  const { store } = useDesk();
  const { addAt } = useAdding(store);
  const { from } = opened;
  return (
    <StepMenu
      store={store}
      from={from}
      at={opened.at}
      onClose={onClose}
      onAdd={(type) => {
        addAt(type, from, opened.place);
        onClose();
      }}
      onConnect={(step) => {
        connectTo(store, t("Connect"), from, step);
        onClose();
      }}
      onDisconnect={() => {
        deleteItems(store, t("Remove a connection"), [edgeKey(store.flow, from.step, from.port)]);
        onClose();
      }}
    />
  );
}

function below(element: Element): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: box.right + GRID, y: box.top };
}

