/** Whether only local models may read a collection. */

import { useId, useState } from "react";

import type { Reader } from "./knowledge";
import type { Say } from "./notices";
import { change, reason, type Collection } from "./wire";
import { t } from "./words";

interface Props {
  collection: Collection;
  reader: Reader;
  say: Say;
}

export function Confidential({ collection: { id, name, confidential }, reader, say }: Props) {
  const [busy, setBusy] = useState(false);
  const box = useId();
  if (!reader.edits) return null;
  const put = async (on: boolean) => {
    setBusy(true);
    try {
      await change("PATCH", `collections/${id}`, { confidential: on });
    } catch (error) {
      say(reason(error));
    }
    setBusy(false);
  };
  return (
    <div className="knowledge-check">
      <input type="checkbox" role="switch" id={box} aria-label={t("{name} is confidential", { name })} aria-describedby={`${box}-help`} disabled={busy} checked={confidential} onChange={(event) => void put(event.target.checked)} />
      <div>
        <label htmlFor={box}>{t("Confidential")}</label>
        <p className="help" id={`${box}-help`}>
          {t("Only language models marked local may read it. Where there is none, answers quote it.")}
        </p>
      </div>
    </div>
  );
}
