/** Above the canvas while a flow is looked at that every bot has. */

import { LifeBuoy } from "lucide-react";
import { makeOwn, whenItRuns } from "./repairs.ts";
import { useFlow, useShape, type Store } from "./store.ts";
import { focusTab } from "./view.ts";
import { t } from "./words.ts";

export function StandardBar({ store }: { store: Store }) {
  useShape(store);
  const flow = useFlow(store);
  if (!store.isStandard(flow)) return null;
  const change = () => {
    makeOwn(store, t("Change a standard flow"), flow);
    focusTab(flow);
  };
  return (
    <div className="editor-standard">
      <LifeBuoy size={16} aria-hidden="true" />
      <p>
        <strong>{t("This is the standard flow. Every bot has it.")}</strong> <span>{whenItRuns(flow)}</span>
      </p>
      {!store.readOnly && (
        <button type="button" className="button" onClick={change}>
          {t("Change it")}
        </button>
      )}
    </div>
  );
}
