/** Small notices: what happened without the person's doing, one line each. */

import { X } from "lucide-react";
import { useEffect } from "react";
import { useNotices, type Notice, type Store } from "./store.ts";
import { t } from "./words.ts";

const SHOWN = 12_000; // milliseconds

export function Notices({ store }: { store: Store }) {
  const notices = useNotices(store);
  return (
    <div className="editor-notices" role="status">
      {notices.map((notice) => (
        <Line key={notice.id} notice={notice} onEnd={() => store.dismiss(notice.id)} />
      ))}
    </div>
  );
}

function Line({ notice, onEnd }: { notice: Notice; onEnd: () => void }) {
  useEffect(() => {
    const timer = window.setTimeout(onEnd, SHOWN);
    return () => window.clearTimeout(timer);
  }, [notice.id]);
  return (
    <div className="editor-notice">
      <p>{notice.text}</p>
      <button type="button" aria-label={t("Dismiss")} onClick={onEnd}>
        <X size={14} aria-hidden="true" />
      </button>
    </div>
  );
}
