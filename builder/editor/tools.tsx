/** The tools on the canvas: undo and redo, adding beside, arranging, zoom and map. */

import { useReactFlow, type ReactFlowInstance } from "@xyflow/react";
import { CircleHelp, Map as MapIcon, Maximize, Plus, Redo2, Undo2, Workflow, ZoomIn, ZoomOut, type LucideIcon } from "lucide-react";
import { useMemo } from "react";
import { addStep, edgesOf, idOf, moveSteps, openFrom, stepsOf, type From } from "./actions.ts";
import type { NodeType } from "./catalogue.ts";
import { arranged, CARD, free, placeBeside, snap, type Box } from "./layout.ts";
import { useFixed, useHistory, type Position, type Store } from "./store.ts";
import { middleOf, showAll, showReadable } from "./view.ts";
import { t } from "./words.ts";

/** Adding steps where there is room. */
export function useAdding(store: Store) {
  const flow = useReactFlow();
  return useMemo(() => {
    const boxes = () => flow.getNodes().map((node): Box & { id: string } => ({ id: node.id, ...node.position, width: node.measured?.width ?? CARD.width, height: node.measured?.height ?? CARD.height }));
    const addAt = (type: NodeType, from: From | undefined, place?: Position) => {
      const taken = boxes();
      const beside = taken.find((box) => box.id === from?.step);
      const wanted = place ? { x: snap(place.x), y: snap(place.y - 24) } : beside ? placeBeside(beside, taken) : middle(flow);
      return addStep(store, t("Add {step}", { step: type.label }), type, free(wanted, taken), from);
    };
    /** Beside the chosen step and connected to it, or in the middle of what is in sight. */
    const addBeside = (type: NodeType) => {
      const [key] = store.selection;
      const chosen = store.selection.length === 1 && key?.startsWith("n:") ? idOf(key) : undefined;
      const beside = boxes().find((box) => box.id === chosen);
      const from = chosen ? openFrom(store, chosen) : undefined;
      return addAt(type, from, !from && beside ? { x: beside.x + beside.width + 96, y: beside.y + 24 } : undefined);
    };
    return { addAt, addBeside };
  }, [store, flow]);
}

function middle(flow: ReactFlowInstance): Position {
  const at = middleOf(flow);
  return { x: snap(at.x - CARD.width / 2), y: snap(at.y - CARD.height / 2) };
}

type Props = { store: Store; map: boolean; onMap: () => void; onHelp: () => void; onAdd?: () => void };

export function Tools({ store, map, onMap, onHelp, onAdd }: Props) {
  const flow = useReactFlow();
  const history = useHistory(store);
  const fixed = useFixed(store);
  const arrange = () => {
    const heights = new Map(flow.getNodes().map((node) => [node.id, node.measured?.height ?? CARD.height]));
    const places = arranged(stepsOf(store, store.flow), edgesOf(store, store.flow), (id) => heights.get(id) ?? CARD.height);
    moveSteps(store, t("Arrange"), places);
    requestAnimationFrame(() => showReadable(flow, store, 200));
  };
  return (
    <>
      {onAdd && !fixed && (
        <button type="button" className="button primary icon editor-add" aria-label={t("Add a step")} onClick={onAdd}>
          <Plus size={20} aria-hidden="true" />
        </button>
      )}
      {!store.readOnly && (
        <div className="editor-tools left" role="toolbar" aria-label={t("Changes")}>
          <Tool icon={Undo2} label={history.undo ? t("Undo: {what}", { what: history.undo }) : t("Undo")} off={!history.undo} onPress={() => store.undo()} />
          <Tool icon={Redo2} label={history.redo ? t("Redo: {what}", { what: history.redo }) : t("Redo")} off={!history.redo} onPress={() => store.redo()} />
          <Tool icon={Workflow} label={t("Arrange the steps")} off={fixed} onPress={arrange} />
        </div>
      )}
      <div className="editor-tools right" role="toolbar" aria-label={t("View")}>
        <Tool icon={ZoomOut} label={t("Smaller")} onPress={() => void flow.zoomOut({ duration: 120 })} />
        <Tool icon={ZoomIn} label={t("Larger")} onPress={() => void flow.zoomIn({ duration: 120 })} />
        <Tool icon={Maximize} label={t("Show all steps")} onPress={() => showAll(flow, 200)} />
        <Tool icon={MapIcon} label={t("Map")} pressed={map} onPress={onMap} wide />
        <Tool icon={CircleHelp} label={t("Short-cuts")} onPress={onHelp} wide />
      </div>
    </>
  );
}

type ToolProps = { icon: LucideIcon; label: string; onPress: () => void; off?: boolean; pressed?: boolean; wide?: boolean };

function Tool({ icon: Icon, label, onPress, off = false, pressed, wide }: ToolProps) {
  return (
    <button type="button" className={wide ? "button quiet icon wide-only" : "button quiet icon"} aria-label={label} title={label} aria-disabled={off} aria-pressed={pressed} onClick={() => off || onPress()}>
      <Icon size={16} aria-hidden="true" />
    </button>
  );
}
