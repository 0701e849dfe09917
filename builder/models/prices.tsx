/** What a million tokens cost, by model: the usual prices, and those somebody has put in their place. */

import { Plus, RotateCcw } from "lucide-react";
import { useCallback, useState } from "react";

import { useDraft } from "./draft";
import { Failed, NumberInput, Part, Waiting } from "./fields";
import { useRead } from "./reading";
import { SaveBar } from "./save_bar";
import { ask, send, type Price, type Prices as Read } from "./wire";
import { day, money, t } from "./words";

interface Props {
  workspace: string;
  manages: boolean;
  currency: string;
  /** Models in use: their prices come first. */
  used: string[];
}

const PARTS = ["taken", "cached", "given"] as const;
type Cost = (typeof PARTS)[number];

export function Prices({ workspace, manages, currency, used }: Props) {
  const read = useCallback((signal: AbortSignal) => ask<Read>("models/prices", {}, signal), []);
  const { value, problem, again } = useRead(read);
  const what = t("For a million tokens, about 750,000 words.");
  const lead = value ? `${what} ${t("The usual prices are those of {day}; put your own in their place where they differ.", { day: day(value.as_of) })}` : what;
  return (
    <Part title={t("Prices")} lead={lead}>
      {problem ? <Failed why={problem} onRetry={again} /> : value ? <Table workspace={workspace} manages={manages} currency={currency} used={used} read={value.items} /> : <Waiting />}
    </Part>
  );
}

interface Kept {
  /** Own prices only. */
  own: Price[];
}

function Table({ workspace, manages, currency, used, read }: Props & { read: Price[] }) {
  const [standard, setStandard] = useState(() => read.filter(({ own }) => !own));
  const [all, setAll] = useState(false);
  const write = useCallback(async (changes: Partial<Kept>) => {
    const rows = (changes.own ?? []).map(({ model, taken, cached, given }) => ({ model: model.trim(), taken, cached, given }));
    const answer = await send<Read>("PUT", "models/prices", { items: rows });
    setStandard(answer.items.filter(({ own }) => !own));
    return { own: answer.items.filter(({ own }) => own) };
  }, []);
  const draft = useDraft<Kept>(`flyt.models.${workspace}.prices`, { own: read.filter(({ own }) => own) }, write);
  const { own } = draft.value;

  const shown = [...standard.filter(({ model }) => !own.some((each) => each.model === model)), ...own].sort((one, other) => rank(other, used) - rank(one, used) || one.model.localeCompare(other.model));
  const first = shown.filter((each) => rank(each, used) > 0);
  const rows = all || first.length === 0 ? shown : first;

  const put = (price: Price) => draft.change({ own: [...own.filter(({ model }) => model !== price.model), price] });
  const drop = (model: string) => draft.change({ own: own.filter((each) => each.model !== model) });
  return (
    <div className="stack-4">
      <div className="table-wrap">
        <table className="table models-figures models-prices" aria-label={t("Prices")}>
          <thead>
            <tr>
              <th scope="col">{t("Model")}</th>
              {PARTS.map((part) => (
                <th key={part} scope="col" className="figure">
                  {costName(part)}
                </th>
              ))}
              <th scope="col">{t("From")}</th>
              {manages && (
                <th scope="col">
                  <span className="visually-hidden">{t("Actions")}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((price) => (
              <Row key={price.model} manages={manages} currency={currency} price={price} onChange={(change) => put({ ...price, ...change, own: true })} onDrop={() => drop(price.model)} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="models-foot">
        {shown.length > first.length && first.length > 0 && (
          <button type="button" className="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t("Show those in use only") : t("Show all {count}", { count: shown.length })}
          </button>
        )}
        {manages && <NewPrice known={shown.map(({ model }) => model)} onAdd={(model) => put({ model, taken: 0, cached: 0, given: 0, own: true })} />}
      </div>
      {manages && (draft.changed || draft.state !== "still") && <SaveBar draft={draft} />}
    </div>
  );
}

/** Own prices and those of models in use before the rest. */
function rank({ model, own }: Price, used: readonly string[]): number {
  return used.includes(model) ? 2 : own ? 1 : 0;
}

interface RowProps {
  manages: boolean;
  currency: string;
  price: Price;
  onChange: (change: Partial<Price>) => void;
  onDrop: () => void;
}

function Row({ manages, currency, price, onChange, onDrop }: RowProps) {
  const { model, own } = price;
  return (
    <tr>
      <td className="head-cell wrap">{model}</td>
      {PARTS.map((part) => (
        <td key={part} className="figure" data-label={costName(part)}>
          {manages ? (
            <NumberInput className="models-price" aria-label={t("{what}, {model}", { what: costName(part), model })} value={price[part]} onChange={(value) => onChange({ [part]: value })} />
          ) : (
            money(price[part], currency)
          )}
        </td>
      ))}
      <td data-label={t("From")}>{own ? <span className="badge blue">{t("Your own")}</span> : <span className="quiet-text">{t("Usual price")}</span>}</td>
      {manages && (
        <td className="actions">
          {own && (
            <button type="button" className="button quiet icon" aria-label={t("Back to the usual price of {model}", { model })} title={t("Back to the usual price")} onClick={onDrop}>
              <RotateCcw size={16} aria-hidden="true" />
            </button>
          )}
        </td>
      )}
    </tr>
  );
}

function costName(part: Cost): string {
  return { taken: t("Sent"), cached: t("Remembered"), given: t("Answered") }[part];
}

function NewPrice({ known, onAdd }: { known: string[]; onAdd: (model: string) => void }) {
  const [model, setModel] = useState("");
  const name = model.trim();
  const there = known.includes(name);
  return (
    <form
      className="models-new"
      onSubmit={(event) => {
        event.preventDefault();
        if (!name || there) return;
        onAdd(name);
        setModel("");
      }}
    >
      <input className="input" aria-label={t("Model that has no price yet")} placeholder={t("Another model")} value={model} autoComplete="off" spellCheck={false} aria-invalid={there || undefined} onChange={(event) => setModel(event.target.value)} />
      <button type="submit" className="button" disabled={!name || there}>
        <Plus size={16} aria-hidden="true" />
        {t("Add a price")}
      </button>
    </form>
  );
}
