/** On the canvas of a drafted bot: what was left out of it, until somebody has read that. */

import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { one, type Description } from "./wire";
import { speak, t } from "./words";

export function LeftOut({ words }: { words: Record<string, string> }) {
  speak(words);
  const [address, setAddress] = useSearchParams();
  const id = address.get("described");
  const [found, setFound] = useState<Description | null>(null);
  useEffect(() => {
    if (!id) return setFound(null);
    const leaving = new AbortController();
    one(id, leaving.signal).then(setFound, () => setFound(null)); // older than a day: nothing to tell
    return () => leaving.abort();
  }, [id]);
  if (!id || !found) return null;
  const close = () =>
    setAddress(
      (before) => {
        before.delete("described");
        return before;
      },
      { replace: true },
    );
  return (
    <section className="describe-left-out" aria-label={t("About this draft")}>
      <div className="describe-left-out-head">
        <h2>{t("Your draft is here")}</h2>
        <button type="button" className="button quiet icon" aria-label={t("Dismiss")} onClick={close}>
          <X size={16} aria-hidden="true" />
        </button>
      </div>
      <p>{t("A model wrote it: read its texts, and try it out before you publish it.")}</p>
      {found.notes.length > 0 && (
        <>
          <h3>{t("What is not in it")}</h3>
          <ul tabIndex={0} aria-label={t("What is not in it")}>
            {found.notes.map((note) => (
              <li key={note} dir="auto">
                {note}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
