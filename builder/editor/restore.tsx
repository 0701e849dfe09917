/** From the bot's own flow back to the one every bot has; asks only where changes would go. */

import { useEffect, useRef } from "react";
import { flowKey } from "./actions.ts";
import { backToStandard, isChanged } from "./repairs.ts";
import type { FlowItem, Store } from "./store.ts";
import { Modal } from "./test/modal.tsx";
import { focusTab } from "./view.ts";
import { t } from "./words.ts";

type Props = { store: Store; id: string; onDone: () => void };

export function Restore({ store, id, onDone }: Props) {
  const asks = useRef(isChanged(store, id)).current;
  const done = () => {
    onDone();
    focusTab(id);
  };
  const restore = () => {
    backToStandard(store, t("Back to the standard"), id);
    done();
  };
  useEffect(() => {
    if (!asks) restore();
  }, []);
  if (!asks) return null;
  return (
    <Modal title={t("Back to the standard?")} onClose={done}>
      <div className="form">
        <p>{t("Your own “{name}” will be gone, and the bot goes on with the flow every bot has. Undo brings yours back.", { name: store.get<FlowItem>(flowKey(id))?.name || id })}</p>
        <div className="form-actions">
          <button type="button" className="button" onClick={done}>
            {t("Keep mine")}
          </button>
          <button type="button" className="button primary" onClick={restore}>
            {t("Back to the standard")}
          </button>
        </div>
      </div>
    </Modal>
  );
}
