/** An answer that the server does not have yet, or has refused. */

import { FileText } from "lucide-react";
import { useEffect, useState } from "react";

import type { Outbox, Unsent } from "./outbox";
import { t } from "./words";

const SHORT = 800; // milliseconds that sending takes without a word about it

export function Unspoken({ line, outbox }: { line: Unsent; outbox: Outbox }) {
  const slow = useSlow(line.state === "sending");
  const take = () => outbox.drop(new Set([line.key]));
  return (
    <article className={`inbox-said agent last ${line.state}`}>
      <h3 className="visually-hidden">{t("{who} said", { who: t("You") })}</h3>
      <div className="inbox-bubble" dir="auto">
        {line.text && (
          <div className="inbox-text">
            <p>{line.text}</p>
          </div>
        )}
        {line.files.map((file) => (
          <p key={file.id} className="inbox-file">
            <FileText size={16} aria-hidden="true" />
            <span className="inbox-file-name">{file.name}</span>
          </p>
        ))}
      </div>
      {line.state === "waiting" && (
        <p className="inbox-at" role="status">
          {t("Not sent yet. Trying again…")}
        </p>
      )}
      {line.state === "sending" && slow && <p className="inbox-at">{t("Sending…")}</p>}
      {line.state === "refused" && (
        <p className="inbox-refused" role="alert">
          <span>{line.why || t("This was not sent.")}</span>
          <button type="button" className="button" onClick={() => outbox.again(line.key)}>{t("Try again")}</button>
          <button type="button" className="button quiet" onClick={take}>{t("Remove")}</button>
        </p>
      )}
    </article>
  );
}

/** Whether something has gone on for so long that one should be told. */
function useSlow(going: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!going) return;
    const timer = window.setTimeout(() => setSlow(true), SHORT);
    return () => {
      window.clearTimeout(timer);
      setSlow(false);
    };
  }, [going]);
  return slow;
}
