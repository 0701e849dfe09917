/** A bot that is being drafted: how far it is. It goes on without this page. */

import { Check, Loader } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { one, Refused, type Description } from "./wire";
import { t } from "./words";

const EVERY = 1_000; // milliseconds between two looks

/** In their order, in the words of the API; mending is needed for some bots only. */
const STAGES = ["Reading what you wrote", "Planning the bot", "Building its steps", "Mending what does not fit yet", "Trying it out", "Putting it on the canvas"];

interface Props {
  description: Description;
  onEnd: (description: Description) => void;
  onGone: () => void;
}

export function Working({ description, onEnd, onGone }: Props) {
  const [now, setNow] = useState(description);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    let timer = 0;
    const look = async () => {
      try {
        const found = await one(description.id, leaving.signal);
        setLate(false);
        if (found.state === "ready" || found.state === "failed") return onEnd(found);
        setNow(found);
      } catch (error) {
        if (leaving.signal.aborted) return;
        if (error instanceof Refused && error.status === 404) return onGone();
        setLate(true);
      }
      timer = window.setTimeout(() => void look(), EVERY);
    };
    void look();
    return () => {
      leaving.abort();
      window.clearTimeout(timer);
    };
  }, [description.id]);
  return (
    <section className="card describe-working" aria-label={t("Your bot is being drafted")}>
      <h2>{t("Your bot is being drafted")}</h2>
      <p className="quiet-text">{t("This takes a minute or two. You may leave this page: the work goes on, and you find it here again.")}</p>
      <progress value={now.progress} max={1} aria-label={t("How far it is")} />
      <p className="visually-hidden" role="status">
        {now.stage ? t(now.stage) : t("Waiting for its turn")}
      </p>
      <Stages stage={now.stage} />
      {late && <p className="notice amber">{t("Flyt does not answer. Trying again…")}</p>}
      <div className="describe-text">
        <h3>{now.kind === "procedure" ? t("The procedure") : t("What you wrote")}</h3>
        <p dir="auto">{now.text}</p>
      </div>
      <div>
        <Link className="button" to="/">
          {t("To the bots meanwhile")}
        </Link>
      </div>
    </section>
  );
}

function Stages({ stage }: { stage: string }) {
  const at = STAGES.indexOf(stage);
  return (
    <ol className="describe-stages" aria-label={t("Stages")}>
      {STAGES.map((each, place) => {
        const state = place < at ? "done" : place === at ? "now" : "later";
        return (
          <li key={each} data-state={state} aria-current={state === "now" ? "step" : undefined}>
            <span className="describe-mark" aria-hidden="true">
              {state === "done" && <Check size={14} />}
              {state === "now" && <Loader size={14} />}
            </span>
            {t(each)}
            {state === "done" && <span className="visually-hidden"> {t("(done)")}</span>}
          </li>
        );
      })}
    </ol>
  );
}
