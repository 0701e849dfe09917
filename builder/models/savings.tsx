/** What was there already and so had not to be paid for again; the switch for answers, and how to begin anew. */

import { useCallback, useState } from "react";

import { Dialog } from "$/public/external/builder/design/sources/dialog.tsx";

import { Check, Failed, Part, Waiting } from "./fields";
import { MonthChooser, thisMonth } from "./month";
import { sentence, useRead } from "./reading";
import { changeSetup } from "./standing";
import { ask, send, type Savings as Saved, type SetupRead, type Shares } from "./wire";
import { count, duration, money, monthName, t } from "./words";

export function Savings({ manages, audits }: { manages: boolean; audits: boolean }) {
  const [month, setMonth] = useState(thisMonth);
  const title = !audits ? t("Answers given again") : month === thisMonth() ? t("Saved this month") : t("Saved in {month}", { month: monthName(month) });
  return (
    <Part title={title} action={audits && <MonthChooser month={month} of={t("Month of the savings")} onChange={setMonth} />}>
      {audits && <Month month={month} />}
      <Again manages={manages} />
    </Part>
  );
}

function Month({ month }: { month: string }) {
  const read = useCallback((signal: AbortSignal) => ask<Saved>("models/savings", { month }, signal), [month]);
  const { value, problem, again } = useRead(read);
  if (problem) return <Failed why={problem} onRetry={again} />;
  if (!value || value.month !== month) return <Waiting />;
  const kinds = [value.answers, value.searches, value.embeddings];
  return kinds.some(({ hits }) => hits > 0) ? <Sum saved={value} /> : <Nothing month={month} />;
}

function Nothing({ month }: { month: string }) {
  return (
    <div className="card state small">
      <h3>{month === thisMonth() ? t("Nothing saved yet this month") : t("Nothing was saved in this month")}</h3>
      <p>{t("When a question comes a second time, its answer is there already. What that spares is counted here.")}</p>
    </div>
  );
}

function Sum({ saved }: { saved: Saved }) {
  const told = { sent: count(saved.tokens_in), answered: count(saved.tokens_out), time: duration(saved.milliseconds) };
  return (
    <div className="card padded stack-4">
      <div className="stack-2">
        <p className="models-sum">
          <strong>{money(saved.cost, saved.currency)}</strong>
          <span className="quiet-text">{t("not spent")}</span>
        </p>
        <p className="help">{t("{sent} tokens not sent and {answered} not written by a model · {time} that nobody waited", told)}</p>
      </div>
      <ul className="models-shares">
        <Share name={t("Answers")} shares={saved.answers} />
        <Share name={t("Searches")} shares={saved.searches} />
        <Share name={t("Vectors of questions")} shares={saved.embeddings} />
      </ul>
    </div>
  );
}

function Share({ name, shares: { hits, misses } }: { name: string; shares: Shares }) {
  const all = hits + misses;
  const percent = all ? Math.round((hits / all) * 100) : 0;
  const value = all ? t("{hits} of {all} were there already: {percent} %", { hits: count(hits), all: count(all), percent }) : t("none was asked for");
  return (
    <li>
      <p>
        <span>{name}</span>
        <span className="quiet-text">{value}</span>
      </p>
      <div className="models-meter" aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </div>
    </li>
  );
}

function Again({ manages }: { manages: boolean }) {
  const read = useCallback((signal: AbortSignal) => ask<SetupRead>("models/setup", {}, signal), []);
  const { value, problem, again, put } = useRead(read);
  if (problem) return <Failed why={problem} onRetry={again} />;
  if (!value) return <Waiting />;
  return (
    <div className="card padded stack-4">
      {manages ? <Switch setup={value} onSaved={put} /> : <p>{value.cache ? t("An answer is given again to others who ask the same.") : t("Every answer is made anew.")}</p>}
      <Never />
      {manages && <Empty />}
    </div>
  );
}

/** It counts at once: whoever turns it off wants no old answer any more. */
function Switch({ setup, onSaved }: { setup: SetupRead; onSaved: (setup: SetupRead) => void }) {
  const [wanted, setWanted] = useState<boolean | null>(null);
  const [said, setSaid] = useState("");
  const [problem, setProblem] = useState("");
  const turn = async (cache: boolean) => {
    setWanted(cache);
    setProblem("");
    try {
      onSaved(await changeSetup({ cache }));
      setSaid(cache ? t("Saved: answers are given again.") : t("Saved: every answer is made anew."));
    } catch (error) {
      setSaid("");
      setProblem(t("Not saved. {why}", { why: sentence(error) }));
    } finally {
      setWanted(null);
    }
  };
  const help = t("An answer serves for the day it was made on, and only while knowledge, prompts, rules and models stay as they are.");
  return (
    <div className="stack-2">
      <Check label={t("Give an answer again to others who ask the same")} help={help} checked={wanted ?? setup.cache} onChange={(cache) => wanted === null && void turn(cache)} />
      <p className="quiet-text" role="status">
        {said}
      </p>
      {problem && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function Never() {
  return (
    <details className="models-more">
      <summary>{t("What is never kept")}</summary>
      <ul className="models-never">
        <li>{t("Answers made with what is known of a contact, or with what was said before in their conversation.")}</li>
        <li>{t("Answers to people who are upset or glad: they are answered in a tone of their own.")}</li>
        <li>{t("Questions with an e-mail address, a phone number or a number of a card or an account, and messages that give the bot orders.")}</li>
        <li>{t("Passages quoted because no model could be asked, answers that are not sure enough, and what a rule decided.")}</li>
      </ul>
      <p className="help">{t("Another number, day, name or “not” makes it another question. Searches and vectors are the same for everybody, so they are kept in any case.")}</p>
    </details>
  );
}

/** Asks first: what is gone has to be paid for again. */
function Empty() {
  const [asks, setAsks] = useState(false);
  const [doing, setDoing] = useState(false);
  const [problem, setProblem] = useState("");
  const [done, setDone] = useState(false);
  const empty = async () => {
    setDoing(true);
    setProblem("");
    try {
      await send("DELETE", "models/cache");
      setDone(true);
      setAsks(false);
    } catch (error) {
      setProblem(sentence(error));
    } finally {
      setDoing(false);
    }
  };
  return (
    <div className="row-2 models-empty">
      <button type="button" className="button" onClick={() => (setProblem(""), setAsks(true))}>
        {t("Empty the cache")}
      </button>
      <p className="quiet-text" role="status">
        {done && t("The cache is empty.")}
      </p>
      <Dialog open={asks} title={t("Empty the cache")} closeLabel={t("Close")} onClose={() => setAsks(false)}>
        <div className="stack-4">
          <p>{t("Every answer, search and vector is made anew from now on, and answers are paid for again. Usually there is no need: what is out of date is never told.")}</p>
          {problem && (
            <p className="field-error" role="alert">
              {problem}
            </p>
          )}
          <div className="form-actions">
            <button type="button" className="button" onClick={() => setAsks(false)}>
              {t("Cancel")}
            </button>
            <button type="button" className="button danger" disabled={doing} onClick={() => void empty()}>
              {doing ? t("One moment…") : t("Empty it")}
            </button>
          </div>
        </div>
      </Dialog>
    </div>
  );
}
