/** What may be spent, what is spent, on which model, and what a model costs. */

import { useCallback, useEffect, useState } from "react";

import type { Draft } from "./draft";
import { Failed, NumberField, Part, SelectField, Waiting } from "./fields";
import { MonthChooser, thisMonth } from "./month";
import { Prices } from "./prices";
import { useRead } from "./reading";
import { SaveBar } from "./save_bar";
import { Savings } from "./savings";
import { ask, type SetupRead, type Spending as Spent } from "./wire";
import { count, money, monthName, t } from "./words";

interface Props {
  workspace: string;
  manages: boolean;
  audits: boolean;
  setup: Draft<SetupRead>;
}

const CURRENCIES = ["USD", "EUR", "GBP", "NOK", "SEK", "DKK", "UAH", "RUB"];
const NEAR = 0.8; // of the budget: from here on it catches the eye

export function Spending({ workspace, manages, audits, setup }: Props) {
  const { value, state } = setup;
  return (
    <div className="sections">
      {audits && <Month saved={state === "saved" ? setup.at : 0} />}
      <Savings manages={manages} audits={audits} />
      <Limits manages={manages} setup={setup} />
      <Prices workspace={workspace} manages={manages} currency={value.currency} used={[...value.strong, ...value.cheap].map(({ model }) => model)} />
    </div>
  );
}

function Limits({ manages, setup }: { manages: boolean; setup: Draft<SetupRead> }) {
  const { value, change, changed, state, errors } = setup;
  const lead = t("At a limit no model is asked: the bot quotes the fitting passage, or says so and offers a person.");
  if (!manages) {
    return (
      <Part title={t("Limits")} lead={lead}>
        <dl className="card padded facts">
          <div>
            <dt>{t("Calls a minute")}</dt>
            <dd>{value.per_minute ? count(value.per_minute) : t("No limit")}</dd>
          </div>
          <div>
            <dt>{t("Budget a month")}</dt>
            <dd>{value.budget ? money(value.budget, value.currency) : t("No limit")}</dd>
          </div>
        </dl>
      </Part>
    );
  }
  const currencies = [...new Set([...CURRENCIES, value.currency])];
  return (
    <Part title={t("Limits")} lead={lead}>
      <div className="card padded stack-4">
        <div className="form-row">
          <NumberField label={t("Budget a month")} help={t("Empty: no limit. A month begins on its first day, UTC.")} error={errors.budget} value={value.budget} onChange={(budget) => change({ budget })} />
          <SelectField label={t("Currency")} help={t("Of the budget and of all prices below.")} error={errors.currency} value={value.currency} options={currencies.map((each): [string, string] => [each, each])} onChange={(currency) => change({ currency })} />
          <NumberField label={t("Calls a minute")} help={t("Empty: no limit. More than that wait for their turn.")} error={errors.per_minute} value={value.per_minute} onChange={(per_minute) => change({ per_minute: Math.round(per_minute) })} />
        </div>
        {(changed || state !== "still") && <SaveBar draft={setup} inline />}
      </div>
    </Part>
  );
}

/** `saved`: a moment after which it is to be read again, since the budget may be another. */
function Month({ saved }: { saved: number }) {
  const [month, setMonth] = useState(thisMonth);
  const read = useCallback((signal: AbortSignal) => ask<Spent>("models/spending", { month }, signal), [month]);
  const { value, problem, again } = useRead(read);
  useEffect(() => {
    if (saved) again();
  }, [saved, again]);
  const latest = month === thisMonth();

  return (
    <Part
      title={latest ? t("Spent this month") : t("Spent in {month}", { month: monthName(month) })}
      action={<MonthChooser month={month} of={t("Month of the spending")} onChange={setMonth} />}
    >
      {problem ? <Failed why={problem} onRetry={again} /> : value ? <Sum spent={value} /> : <Waiting />}
    </Part>
  );
}

function Sum({ spent }: { spent: Spent }) {
  const { currency } = spent;
  const { cost, budget } = spent;
  const share = budget ? cost / budget : 0;
  const state = share >= 1 ? "over" : share >= NEAR ? "near" : "";
  return (
    <div className="stack-4">
      <div className="card padded stack-2">
        <p className="models-sum">
          <strong>{money(cost, currency)}</strong>
          <span className="quiet-text">{budget ? t("of {budget}", { budget: money(budget, currency) }) : t("no limit is set")}</span>
        </p>
        {budget > 0 && (
          <div className={`models-meter ${state}`} role="meter" aria-label={t("Spent of the budget")} aria-valuemin={0} aria-valuemax={budget} aria-valuenow={Math.min(cost, budget)} aria-valuetext={t("{percent} %", { percent: Math.floor(share * 100) })}>
            <span style={{ width: `${Math.min(share, 1) * 100}%` }} />
          </div>
        )}
        {state && <p className={state === "over" ? "field-error" : "models-near"}>{state === "over" ? t("The budget is used up: no model is asked until the month ends or the budget is raised.") : t("{percent} % of the budget is used.", { percent: Math.floor(share * 100) })}</p>}
        <p className="help">
          {t("{calls} calls · {sent} tokens sent, {cached} of them remembered by the provider · {answered} answered", {
            calls: count(spent.calls),
            sent: count(spent.tokens_in),
            cached: count(spent.tokens_cached),
            answered: count(spent.tokens_out),
          })}
        </p>
      </div>
      {spent.by_model.length > 0 && <ByModel spent={spent} />}
    </div>
  );
}

function ByModel({ spent }: { spent: Spent }) {
  const [model, calls, sent, answered, cost] = [t("Model"), t("Calls"), t("Tokens sent"), t("Tokens answered"), t("Cost")];
  return (
    <div className="table-wrap">
      <table className="table models-figures" aria-label={t("Spent by model")}>
        <thead>
          <tr>
            <th scope="col">{model}</th>
            <th scope="col" className="figure">{calls}</th>
            <th scope="col" className="figure">{sent}</th>
            <th scope="col" className="figure">{answered}</th>
            <th scope="col" className="figure">{cost}</th>
          </tr>
        </thead>
        <tbody>
          {spent.by_model.map((each) => (
            <tr key={each.model}>
              <td className="head-cell wrap">{each.model}</td>
              <td className="figure" data-label={calls}>{count(each.calls)}</td>
              <td className="figure" data-label={t("Sent")}>{count(each.tokens_in)}</td>
              <td className="figure" data-label={t("Answered")}>{count(each.tokens_out)}</td>
              <td className="figure" data-label={cost}>{money(each.cost, spent.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
