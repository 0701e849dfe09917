/** Below what is changed: whether it is saved, and if not, why. */

import type { Draft } from "./draft";
import { clock, t } from "./words";

interface Props {
  draft: Pick<Draft<object>, "changed" | "state" | "at" | "why" | "save" | "undo">;
  /** What must be mended before it can be saved. */
  missing?: string;
  /** It stays where it is, in place of following the window. */
  inline?: boolean;
}

export function SaveBar({ draft, missing, inline }: Props) {
  const { changed, state } = draft;
  const failed = state === "failed";
  return (
    <div className={["models-save", inline && "inline", changed && "changed", failed && "failed"].filter(Boolean).join(" ")}>
      <p className={failed ? "field-error" : "quiet-text"} role={failed ? "alert" : "status"}>
        {words(draft, missing)}
      </p>
      {(changed || failed) && (
        <div className="row-2">
          <button type="button" className="button" disabled={state === "saving"} onClick={draft.undo}>
            {t("Undo the changes")}
          </button>
          <button type="button" className="button primary" disabled={state === "saving" || Boolean(missing)} onClick={() => void draft.save()}>
            {state === "saving" ? t("One moment…") : t("Save")}
          </button>
        </div>
      )}
    </div>
  );
}

function words({ changed, state, at, why }: Props["draft"], missing?: string): string {
  if (state === "failed") return t("Not saved. {why}", { why });
  if (state === "saving") return t("Saving…");
  if (changed) return missing || t("Not saved yet.");
  return at ? t("Saved at {time}.", { time: clock(at) }) : t("All changes are saved.");
}
