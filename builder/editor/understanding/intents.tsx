/** How well each flow is recognised by its sentences, and which are easily mixed up. */

import { ArrowLeftRight, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Store } from "../store.ts";
import { flowName } from "../test/names.ts";
import { t } from "../words.ts";
import { ENOUGH } from "./examples.ts";
import { languagesInWords, mixes, percent, type Intent, type Mix, type Understanding } from "./findings.ts";
import { goToExamples } from "./places.ts";
import { Sureness } from "./sureness.tsx";

type Props = { store: Store; report: Understanding };

export function Intents({ store, report }: Props) {
  const mixed = mixes(report.intents);
  return (
    <>
      <section className="understanding-section" aria-labelledby="understanding-intents">
        <h2 id="understanding-intents">{t("How well they are recognised")}</h2>
        <p className="help">{t("Each sentence is asked as if it were not known yet.")}</p>
        <ul className="understanding-intents">
          {report.intents.map((intent) => (
            <Row key={intent.flow} store={store} intent={intent} />
          ))}
        </ul>
      </section>
      {mixed.length > 0 && (
        <section className="understanding-section" aria-labelledby="understanding-mixed">
          <h2 id="understanding-mixed">{t("Easily mixed up")}</h2>
          <p className="help">{t("Sentences that were taken for the other flow. Put them otherwise, move them, or make one flow of the two.")}</p>
          <ul className="understanding-mixes">
            {mixed.map((mix) => (
              <MixRow key={mix.flows.join(" ")} store={store} mix={mix} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const GOOD = 0.8; // of the sentences; below that visitors notice

function Row({ store, intent }: { store: Store; intent: Intent }) {
  const languages = languagesInWords(intent.languages);
  return (
    <li className="understanding-intent">
      <div className="understanding-guess-head">
        <button type="button" className="understanding-flow" onClick={() => goToExamples(store, intent.flow)}>
          {flowName(store, intent.flow)}
        </button>
        <span className="understanding-figure">{intent.examples > 1 ? percent(intent.recognised) : "–"}</span>
      </div>
      {intent.examples > 1 && <Sureness score={intent.recognised} enough={intent.recognised >= GOOD} />}
      <p className="understanding-nearest">
        {intent.examples === 1 ? t("1 example") : t("{count} examples", { count: intent.examples })}
        {languages && ` · ${languages}`}
        {intent.few && (
          <span className="understanding-few">
            <TriangleAlert size={12} aria-hidden="true" />
            {t("Few: {enough} or more make it reliable", { enough: ENOUGH })}
          </span>
        )}
      </p>
    </li>
  );
}

const SHOWN = 2;

function MixRow({ store, mix }: { store: Store; mix: Mix }) {
  const [all, setAll] = useState(false);
  const shown = all ? mix.pairs : mix.pairs.slice(0, SHOWN);
  const more = mix.pairs.length - shown.length;
  return (
    <li className="understanding-mix">
      <p className="understanding-mix-share">
        <ArrowLeftRight size={12} aria-hidden="true" />
        {t("{share} are taken for the other", { share: percent(mix.share) })}
      </p>
      <div className="understanding-pair heads">
        {mix.flows.map((flow) => (
          <button key={flow} type="button" className="understanding-flow" onClick={() => goToExamples(store, flow)}>
            {flowName(store, flow)}
          </button>
        ))}
      </div>
      {shown.map((pair) => (
        <div key={pair.join("\n")} className="understanding-pair">
          {pair.map((text, at) => (
            <p key={at}>“{text}”</p>
          ))}
        </div>
      ))}
      {more > 0 && (
        <button type="button" className="panel-link" onClick={() => setAll(true)}>
          {t("Show {count} more", { count: more })}
        </button>
      )}
    </li>
  );
}
