/** How sure the bot must be, who understands for it, and in which languages how well. */

import { useId } from "react";
import { Link } from "react-router";
import { useItem, type Store } from "../store.ts";
import { t } from "../words.ts";
import { languageName, percent, type Understanding } from "./findings.ts";

type Props = { store: Store; report: Understanding };
type Values = Readonly<Record<string, unknown>>;

const KEY = "s:settings";

export function Settings({ store, report }: Props) {
  const settings = useItem<Values>(store, KEY) ?? {};
  return (
    <>
      <Threshold store={store} report={report} settings={settings} />
      <Decider store={store} report={report} settings={settings} />
      <Languages report={report} />
    </>
  );
}

function put(store: Store, label: string, changed: Values, join?: string): void {
  const kept = { ...store.get<Values>(KEY), ...changed };
  const value = Object.fromEntries(Object.entries(kept).filter(([, each]) => each !== undefined));
  store.change(t("Change {field}", { field: label }), [{ key: KEY, value }], { join });
}

function Threshold({ store, report, settings }: Props & { settings: Values }) {
  const id = useId();
  const own = typeof settings.intent_confidence === "number" ? settings.intent_confidence : null;
  const shown = own ?? report.threshold;
  const label = t("How sure it must be");
  return (
    <section className="understanding-section" aria-labelledby={`${id}-label`}>
      <h2>
        <label id={`${id}-label`} htmlFor={id}>
          {label}
        </label>
      </h2>
      <div className="understanding-slider">
        <input
          id={id}
          type="range"
          min={0}
          max={100}
          value={Math.round(100 * shown)}
          aria-valuetext={percent(shown)}
          aria-describedby={`${id}-help`}
          disabled={store.readOnly}
          onChange={(event) => put(store, label, { intent_confidence: Number(event.target.value) / 100 }, "understanding confidence")}
          onBlur={() => store.seal()}
        />
        <output htmlFor={id}>{percent(shown)}</output>
      </div>
      <div id={`${id}-help`} className="understanding-told">
        <p>
          {own !== null ? t("Set by hand.") : report.tuned ? t("Automatic: found on your own sentences.") : t("Automatic: a usual figure, for there are too few sentences to find a better one.")}
          {own !== null && !store.readOnly && (
            <button type="button" className="panel-link" onClick={() => put(store, label, { intent_confidence: undefined })}>
              {t("Automatic")}
            </button>
          )}
        </p>
        {report.in_scope !== null && <p>{t("With it, {share} of the sentences that mean one of the flows start the right one.", { share: percent(report.in_scope) })}</p>}
        {report.out_of_scope !== null && <p>{t("{share} of sentences about something else start none.", { share: percent(report.out_of_scope) })}</p>}
      </div>
    </section>
  );
}

function Decider({ store, report, settings }: Props & { settings: Values }) {
  const id = useId();
  const chosen = settings.understanding === "model" ? "model" : "local";
  const label = t("Understood by");
  const choices = [
    ["local", t("This machine")],
    ["model", t("A language model")],
  ] as const;
  return (
    <section className="understanding-section" aria-labelledby={id}>
      <h2 id={id}>{label}</h2>
      <div className="panel-segments" role="radiogroup" aria-labelledby={id}>
        {choices.map(([choice, name]) => (
          <label key={choice} className="panel-segment">
            <input type="radio" name={id} disabled={store.readOnly} checked={choice === chosen} onChange={() => put(store, label, { understanding: choice })} />
            <span>{name}</span>
          </label>
        ))}
      </div>
      {chosen === "local" ? (
        <p className="help">
          {report.embedder === "ngrams" ? t("By the words themselves: the model that knows meanings is not installed here.") : t("By meaning. Nothing leaves this machine, nothing is paid, and it takes milliseconds.")}
        </p>
      ) : (
        <p className="help">
          {t("Good with few sentences, but each message is sent out, paid for and waited for. Where the model does not answer, this machine does.")} <Link to="/settings/models">{t("Language models")}</Link>
        </p>
      )}
    </section>
  );
}

function Languages({ report }: { report: Understanding }) {
  if (!report.languages.length) return null;
  return (
    <section className="understanding-section" aria-labelledby="understanding-languages">
      <h2 id="understanding-languages">{t("In which language how well")}</h2>
      <ul className="understanding-languages">
        {report.languages.map(({ code, quality, note }) => (
          <li key={code}>
            <p>
              <strong>{languageName(code)}</strong>
              <span className="understanding-quality" data-quality={quality}>
                {quality === "meaning" ? t("by meaning") : t("by words")}
              </span>
            </p>
            {note && <p className="help">{note}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
