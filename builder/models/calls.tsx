/** The last calls of models, the newest first: what for, how long, how much, and what went wrong. */

import { CircleAlert } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { Link } from "react-router";

import { RelativeTime } from "$/public/external/builder/design/sources/relative_time.tsx";

import { Failed, Part, Waiting } from "./fields";
import { sentence } from "./reading";
import { ask, type Call, type Page } from "./wire";
import { count, duration, money, purposeName, t } from "./words";

const PAGE = 25;

export function Calls({ currency }: { currency: string }) {
  const [status, setStatus] = useState("");
  const { calls, problem, more, loading, older, again } = useCalls(status);
  return (
    <Part
      title={t("Last calls")}
      lead={t("Every question to a model, whether it was answered or not.")}
      action={
        <select className="input models-filter" aria-label={t("Show")} value={status} onChange={(event) => setStatus(event.target.value)}>
          <option value="">{t("All calls")}</option>
          <option value="failed">{t("Failed ones")}</option>
        </select>
      }
    >
      {calls ? calls.length ? <Table calls={calls} currency={currency} /> : <None failed={status !== ""} /> : !problem && <Waiting />}
      {problem && <Failed why={problem} onRetry={again} />}
      {more && !problem && (
        <button type="button" className="button models-older" disabled={loading} onClick={older}>
          {loading ? t("One moment…") : t("Older")}
        </button>
      )}
    </Part>
  );
}

function useCalls(status: string) {
  const [calls, setCalls] = useState<Call[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState("");
  const [loading, setLoading] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const leaving = new AbortController();
    setCalls(null);
    setProblem("");
    ask<Page<Call>>("models/calls", { status, limit: PAGE }, leaving.signal).then(
      (page) => {
        if (leaving.signal.aborted) return;
        setCalls(page.items);
        setNext(page.next);
      },
      (error: unknown) => leaving.signal.aborted || setProblem(sentence(error)),
    );
    return () => leaving.abort();
  }, [status, attempt]);

  const older = useCallback(async () => {
    setLoading(true);
    setProblem("");
    try {
      const page = await ask<Page<Call>>("models/calls", { status, limit: PAGE, cursor: next });
      setCalls((shown) => [...(shown ?? []), ...page.items]);
      setNext(page.next);
    } catch (error) {
      setProblem(sentence(error));
    } finally {
      setLoading(false);
    }
  }, [status, next]);

  return {
    calls,
    problem,
    loading,
    more: next !== null,
    older: () => void older(),
    again: () => (calls ? void older() : setAttempt((made) => made + 1)),
  };
}

function None({ failed }: { failed: boolean }) {
  return (
    <div className="card state small">
      <h3>{failed ? t("No call has failed") : t("Calls will be here")}</h3>
      <p>{failed ? t("Every model that was asked has answered.") : t("As soon as a bot asks a model, or you test one, you see it here.")}</p>
    </div>
  );
}

function Table({ calls, currency }: { calls: Call[]; currency: string }) {
  const names = [t("When"), t("What for"), t("Model"), t("Tokens"), t("Cost"), t("Took")];
  const [, purpose, model, tokens, cost, took] = names;
  return (
    <div className="table-wrap">
      <table className="table models-figures" aria-label={t("Last calls")}>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col" className={[tokens, cost, took].includes(name) ? "figure" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.id} className={call.status === "ok" ? undefined : "models-failed"}>
              <td className="head-cell">
                <RelativeTime at={call.at} />
              </td>
              <td data-label={purpose}>
                <div>
                  {call.conversation_id ? <Link to={`/inbox?id=${call.conversation_id}`}>{purposeName(call.purpose)}</Link> : purposeName(call.purpose)}
                  {call.status !== "ok" && (
                    <p className="field-error">
                      <CircleAlert size={14} aria-hidden="true" />
                      <span className="wrap">{call.error || t("Failed ({kind})", { kind: call.status })}</span>
                    </p>
                  )}
                </div>
              </td>
              <td data-label={model}>
                <div className="wrap">
                  {call.model}
                  <p className="help">{call.provider}</p>
                </div>
              </td>
              <td className="figure" data-label={tokens} title={t("Sent and answered")}>
                {t("{sent} → {answered}", { sent: count(call.tokens_in), answered: count(call.tokens_out) })}
              </td>
              <td className="figure" data-label={cost}>{call.cache_hit ? t("Free, from memory") : money(call.cost, currency)}</td>
              <td className="figure" data-label={took}>{duration(call.milliseconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
