/** One step on the canvas. It subscribes to its own item, so that typing redraws one card. */

import { Handle, Position, useUpdateNodeInternals, type NodeProps } from "@xyflow/react";
import { Flag, TriangleAlert } from "lucide-react";
import { memo, useEffect, useState } from "react";
import { flowKey, stepKey, usedWays } from "./actions.ts";
import { typeOf } from "./catalogue.ts";
import { useDesk } from "./context.ts";
import { rowsOf, storesIn, summaryOf, waysOut, type Names, type Piece, type WayOut } from "./graph.ts";
import { StepIcon } from "./icons.tsx";
import { useCatalogue, useFixed, useFlow, useItem, useProblemsOf, useShape, useTrace, type FlowItem, type StepItem, type Store } from "./store.ts";
import { t } from "./words.ts";

const EMPTY = {};

export const Card = memo(function Card({ id, selected }: NodeProps) {
  const { store } = useDesk();
  const key = stepKey(useFlow(store), id); // a step of another flow may have the same id
  const step = useItem<StepItem>(store, key);
  const type = typeOf(useCatalogue(store), step?.type ?? "");
  const fixed = useFixed(store);
  const isStart = useItem<FlowItem>(store, flowKey(store.flow))?.start === id;
  const config = step?.config ?? EMPTY;
  const traced = useTrace(store).some((each) => each.flow === store.flow && each.node === id);
  if (!step) return null;
  return (
    <div className="editor-card" data-group={type?.group ?? "logic"} data-selected={selected} data-traced={traced}>
      {isStart && (
        <span className="editor-start">
          <Flag size={12} aria-hidden="true" /> {t("Start")}
        </span>
      )}
      <Handle type="target" position={Position.Left} id="in" isConnectable={!fixed} isConnectableStart={false} />
      <header className="editor-card-head">
        <span className="editor-tile">
          <StepIcon name={type?.icon ?? ""} />
        </span>
        <span className="editor-card-title" id={`title-${id}`}>
          {step.title || type?.label || step.type}
        </span>
        <Badge store={store} of={key} />
      </header>
      <Summary pieces={summaryOf(type, config, namesIn(store))} stores={storesIn(type, config)} />
      <Ways id={id} ways={waysOut(type, config)} open={Boolean(selected)} />
    </div>
  );
});

function Badge({ store, of }: { store: Store; of: string }) {
  const problems = useProblemsOf(store, of);
  if (!problems.length) return null;
  const error = problems.some((problem) => problem.severity === "error");
  const label = problems.length === 1 ? t("1 problem") : t("{count} problems", { count: problems.length });
  return (
    <span className={error ? "editor-badge error" : "editor-badge"} title={problems.map((problem) => problem.message).join("\n")}>
      <TriangleAlert size={12} aria-hidden="true" />
      <span aria-hidden="true">{problems.length}</span>
      <span className="editor-unseen">{label}</span>
    </span>
  );
}

export function Summary({ pieces, stores }: { pieces: readonly Piece[]; stores: string }) {
  if (!pieces.length && !stores) return null;
  return (
    <p className="editor-summary">
      {pieces.map((piece, at) => (piece.chip ? <Chip key={at} name={piece.text} /> : <span key={at}>{piece.text}</span>))}
      {stores && (
        <>
          <span aria-hidden="true"> → </span>
          <Chip name={stores} />
        </>
      )}
    </p>
  );
}

function Chip({ name }: { name: string }) {
  return <span className="editor-chip">{name}</span>;
}

function Ways({ id, ways, open }: { id: string; ways: readonly WayOut[]; open: boolean }) {
  const { store } = useDesk();
  const [unfolded, setUnfolded] = useState(false);
  useShape(store); // an edge that came or went changes what is folded
  const { shown, folded } = rowsOf(ways, usedWays(store, store.flow, id));
  const rows = unfolded ? [...shown, ...folded] : shown;
  const order = rows.map((way) => way.id).join("\n");
  const measure = useUpdateNodeInternals();
  useEffect(() => measure(id), [order, id, measure]);
  if (!ways.length && !shown.length) return null;
  return (
    <ul className="editor-ways" onMouseLeave={() => setUnfolded(false)}>
      {rows.map((way) => (
        <Row key={way.id} step={id} way={way} reachable={open} />
      ))}
      {folded.length > 0 && !unfolded && (
        <li className="editor-way folded">
          <button
            type="button"
            className="nodrag"
            tabIndex={open ? 0 : -1}
            aria-label={t("Show {count} more ways out", { count: folded.length })}
            title={folded.map((way) => t(way.label)).join(", ")}
            onMouseEnter={() => setUnfolded(true)}
            onClick={() => setUnfolded(true)}
          >
            +{folded.length}
          </button>
        </li>
      )}
    </ul>
  );
}

function Row({ step, way, reachable }: { step: string; way: WayOut; reachable: boolean }) {
  const { store, openMenu } = useDesk();
  const fixed = useFixed(store);
  const label = way.kind === "gone" ? t("{way} (no longer there)", { way: way.label }) : t(way.label) || way.id;
  return (
    <li className="editor-way" data-kind={way.kind}>
      {fixed ? (
        <span className="editor-way-label">{label}</span>
      ) : (
        <button
          type="button"
          className="editor-way-label nodrag"
          tabIndex={reachable ? 0 : -1}
          aria-haspopup="dialog"
          aria-label={t("{way}: choose the next step", { way: label })}
          onClick={(event) => openMenu({ step, port: way.id }, event.currentTarget)}
        >
          {label}
        </button>
      )}
      <Handle type="source" position={Position.Right} id={way.id} isConnectable={!fixed} isConnectableEnd={false} data-way={label} />
    </li>
  );
}

function namesIn(store: Store): Names {
  const step = (id: string) => {
    const item = store.get<StepItem>(stepKey(store.flow, id));
    return item?.title || typeOf(store.catalogue, item?.type ?? "")?.label || id;
  };
  return { step, flow: (id) => store.get<FlowItem>(flowKey(id))?.name || id };
}
