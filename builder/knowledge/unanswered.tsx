/** Questions that bots could not answer lately, each with a way to answer it once and for all. */

import { PencilLine } from "lucide-react";
import { useCallback, useState } from "react";
import { Link } from "react-router";

import { CorrectionDialog } from "$/public/external/builder/design/sources/correction.tsx";
import { RelativeTime } from "$/public/external/builder/design/sources/relative_time.tsx";

import type { Reader } from "./knowledge";
import type { Say } from "./notices";
import { useReading } from "./reading";
import { ask, tell, type OpenQuestion } from "./wire";
import { t } from "./words";

interface Found {
  items: OpenQuestion[];
  days: number;
}

export function Unanswereds({ reader, say }: { reader: Reader; say: Say }) {
  const read = useCallback((signal: AbortSignal) => ask<Found>("unanswered", signal), []);
  const { value: found } = useReading(read);
  const [chosen, setChosen] = useState<OpenQuestion | null>(null);
  if (!found || found.items.length === 0) return null;
  const done = () => {
    setChosen(null);
    tell();
    say(t("Saved. Bots answer from it in a moment."));
  };
  return (
    <section className="knowledge-unanswered">
      <h2>{t("Could not be answered")}</h2>
      <p className="knowledge-quiet">{t("What visitors asked in the last {days} days and bots did not know, or were not sure of.", { days: found.days })}</p>
      <ul className="knowledge-answers">
        {found.items.map((one) => (
          <li key={`${one.conversation_id}${one.seq}`} className="card padded">
            <div className="knowledge-card-head">
              <h3 dir="auto">{one.question}</h3>
              {reader.edits && (
                <button type="button" className="button" aria-label={t("Answer “{question}”", { question: one.question })} onClick={() => setChosen(one)}>
                  <PencilLine size={16} aria-hidden="true" />
                  {t("Answer it")}
                </button>
              )}
            </div>
            <p className="knowledge-quiet knowledge-told">
              <span>{one.count === 1 ? t("Asked once") : t("Asked {count} times", { count: one.count })}</span>
              <span>{one.verdict === "unsure" ? t("Not sure") : t("Nothing found")}</span>
              <RelativeTime at={one.last_at} />
              <Link to={`/inbox?id=${one.conversation_id}`}>{t("Conversation")}</Link>
            </p>
          </li>
        ))}
      </ul>
      {chosen && <CorrectionDialog open conversation={chosen.conversation_id} seq={chosen.seq} t={t} onClose={() => setChosen(null)} onDone={done} />}
    </section>
  );
}
