/** A connection: a smooth line with rounded corners, lit where a test went along it. */

import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, type EdgeProps } from "@xyflow/react";
import { X } from "lucide-react";
import { memo } from "react";
import { deleteItems } from "./actions.ts";
import { useDesk } from "./context.ts";
import { useFixed, useTrace } from "./store.ts";
import { t } from "./words.ts";

export const Connection = memo(function Connection(props: EdgeProps) {
  const { store } = useDesk();
  const fixed = useFixed(store);
  const traced = useTrace(store).some(
    (each) => each.flow === store.flow && each.node === props.source && each.port === props.sourceHandleId,
  );
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 10, offset: 24 });
  return (
    <>
      <BaseEdge path={path} markerEnd={props.markerEnd} interactionWidth={20} className={traced ? "editor-edge traced" : "editor-edge"} />
      {props.selected && !fixed && (
        <EdgeLabelRenderer>
          <button
            type="button"
            className="editor-cut nodrag nopan"
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            aria-label={t("Remove this connection")}
            onClick={() => deleteItems(store, t("Remove a connection"), [props.id])}
          >
            <X size={12} aria-hidden="true" />
          </button>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
