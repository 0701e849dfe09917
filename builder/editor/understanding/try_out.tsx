/** A sentence, and what the draft makes of it: one click teaches it where the sentence belongs. */

import { ArrowRight, Check, CircleSlash, Ellipsis, KeyRound, MessageCircleQuestionMark, Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Menu } from "../panel/menu.tsx";
import type { Store } from "../store.ts";
import { flowName, valueText } from "../test/names.ts";
import { t } from "../words.ts";
import { addExamples, flowsWithIntent, intake, placeOf, type Place } from "./examples.ts";
import { deciderName, languageName, percent, verdictOf, type Guess, type Understood } from "./findings.ts";
import { goToExamples } from "./places.ts";
import type { Study } from "./study.ts";
import { Sureness } from "./sureness.tsx";

type Props = { store: Store; study: Study };

export const FIELD = "understanding-text";

export function TryOut({ store, study }: Props) {
  const [text, setText] = useState(study.tried);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) void study.try(text.trim());
  };
  return (
    <section className="understanding-try" aria-labelledby="understanding-try">
      <form onSubmit={submit}>
        <h2 id="understanding-try">
          <label htmlFor={FIELD}>{t("What might a visitor write?")}</label>
        </h2>
        <div className="understanding-ask">
          <input id={FIELD} className="input" value={text} maxLength={2000} autoComplete="off" data-drafted placeholder={t("Where is my parcel?")} onChange={(event) => setText(event.target.value)} />
          <button type="submit" className="button" disabled={!text.trim()} aria-busy={study.trying}>
            {t("Try")}
          </button>
        </div>
      </form>
      <p className="visually-hidden" role="status">
        {study.trying ? t("One moment…") : study.result && told(store, study.result)}
      </p>
      {study.trying && !study.result && <span className="skeleton understanding-asking" aria-hidden="true" />}
      {study.result && <Found store={store} study={study} understood={study.result} />}
    </section>
  );
}

function Found({ store, study, understood }: Props & { understood: Understood }) {
  const place = placeOf(store, study.tried);
  return (
    <div className="understanding-found" data-waiting={study.trying || study.reading}>
      {study.outdated && (
        <p className="understanding-outdated">
          {t("The draft has changed since.")}
          <button type="button" className="panel-link" onClick={() => void study.try(study.tried)}>
            {t("Try again")}
          </button>
        </p>
      )}
      <Verdict store={store} understood={understood} />
      {understood.ranking.length > 0 && (
        <ol className="understanding-ranking" aria-label={t("Closest flows")}>
          {understood.ranking.map((guess) => (
            <Ranked key={guess.intent} store={store} study={study} understood={understood} guess={guess} place={place} />
          ))}
        </ol>
      )}
      <Others store={store} study={study} understood={understood} place={place} />
      <Entities understood={understood} />
      {understood.by && <p className="understanding-by">{t("Understood by {name} in {milliseconds} ms; taken for {language}.", { name: deciderName(understood.by), milliseconds: Math.max(1, Math.round(understood.milliseconds)), language: languageName(understood.language) })}</p>}
    </div>
  );
}

/** The verdict in a sentence. */
function told(store: Store, understood: Understood): string {
  const verdict = verdictOf(understood);
  if (verdict === "keyword") return t("A keyword starts “{flow}”", { flow: flowName(store, understood.keyword ?? "") });
  return verdict === "intent" ? t("Starts “{flow}”", { flow: flowName(store, understood.intent ?? "") }) : t("None of them");
}

function Verdict({ store, understood }: { store: Store; understood: Understood }) {
  const verdict = verdictOf(understood);
  const [best] = understood.ranking;
  if (verdict === "keyword") {
    return (
      <div className="understanding-verdict" data-verdict="keyword">
        <KeyRound size={16} aria-hidden="true" />
        <div>
          <h3>{told(store, understood)}</h3>
          <p>{t("Words that a flow lists go before what is meant.")}</p>
        </div>
      </div>
    );
  }
  if (verdict === "intent") {
    return (
      <div className="understanding-verdict" data-verdict="intent">
        <Check size={16} aria-hidden="true" />
        <div>
          <h3>{told(store, understood)}</h3>
          <Sureness score={understood.score} threshold={understood.threshold} told />
        </div>
      </div>
    );
  }
  return (
    <div className="understanding-verdict" data-verdict="none">
      <CircleSlash size={16} aria-hidden="true" />
      <div>
        <h3>{told(store, understood)}</h3>
        <p>{understood.note ?? (best ? t("The closest is “{flow}”, but not sure enough. The bot goes on as if it had not understood.", { flow: flowName(store, best.intent) }) : t("The bot goes on as if it had not understood."))}</p>
        {best && <Sureness score={best.score} threshold={understood.threshold} told />}
      </div>
    </div>
  );
}

type RankedProps = Props & { understood: Understood; guess: Guess; place: Place | null };

function Ranked({ store, study, understood, guess, place }: RankedProps) {
  const name = flowName(store, guess.intent);
  return (
    <li className="understanding-guess">
      <div className="understanding-guess-head">
        <button type="button" className="understanding-flow" onClick={() => goToExamples(store, guess.intent)}>
          {name}
        </button>
        <span className="understanding-figure">{percent(guess.score)}</span>
      </div>
      <Sureness score={guess.score} threshold={understood.threshold} />
      {guess.nearest !== null && <p className="understanding-nearest">{t("Closest: “{text}”", { text: guess.nearest })}</p>}
      {!store.readOnly && <Teach store={store} flow={guess.intent} name={name} text={study.tried} place={place} />}
    </li>
  );
}

type TeachProps = { store: Store; flow: string; name: string; text: string; place: Place | null };

/** The button stays where it is, so that whoever pressed it by keyboard does not lose their place. */
function Teach({ store, flow, name, text, place }: TeachProps) {
  if (place && place.flow !== flow) return null;
  const known = place?.flow === flow;
  return (
    <button type="button" className="panel-link understanding-teach" aria-disabled={known} aria-label={known ? t("Is an example of “{flow}”", { flow: name }) : t("Add as an example of “{flow}”", { flow: name })} onClick={() => !known && teach(store, flow, text)}>
      {known ? <Check size={14} aria-hidden="true" /> : <Plus size={14} aria-hidden="true" />}
      {known ? t("Is an example of it") : t("Add as an example")}
    </button>
  );
}

function teach(store: Store, flow: string, text: string): void {
  const { fresh } = intake(store, [text]);
  if (!fresh.length) return store.say(t("A sentence that long can't be an example."));
  addExamples(store, flow, fresh);
  store.say(t("“{flow}” knows the sentence now.", { flow: flowName(store, flow) }));
}

/** For a sentence that belongs to a flow which was not thought of. */
function Others({ store, study, understood, place }: Props & { understood: Understood; place: Place | null }) {
  const ranked = new Set(understood.ranking.map(({ intent }) => intent));
  const others = flowsWithIntent(store).filter((flow) => !ranked.has(flow));
  const elsewhere = place && !ranked.has(place.flow);
  if (elsewhere) return <p className="understanding-by">{t("It is an example of “{flow}”.", { flow: flowName(store, place.flow) })}</p>;
  if (store.readOnly || place || !others.length) return null;
  return (
    <Menu
      className="panel-link"
      label={t("Add to another flow")}
      face={
        <>
          <Ellipsis size={14} aria-hidden="true" />
          {t("Add to another flow")}
        </>
      }
      actions={others.map((flow) => ({ label: flowName(store, flow), icon: <MessageCircleQuestionMark size={14} aria-hidden="true" />, pick: () => teach(store, flow, study.tried) }))}
    />
  );
}

function Entities({ understood }: { understood: Understood }) {
  const found = Object.entries(understood.entities);
  if (!found.length) return null;
  return (
    <div className="understanding-entities">
      <h3>{t("Found in it for the form of the flow")}</h3>
      <dl>
        {found.map(([variable, value]) => (
          <div key={variable}>
            <dt>{variable}</dt>
            <dd>
              <ArrowRight size={12} aria-hidden="true" /> {valueText(value)}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
