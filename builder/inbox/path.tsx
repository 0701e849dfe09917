/** The steps a turn visited, with what they changed: folded until somebody asks why. */

import { Link } from "react-router";

import type { Step, Trace, Visit } from "./wire";
import { t } from "./words";

const LONGEST = 200; // characters of a value

export type Steps = ReadonlyMap<string, Step>;

interface Props {
  trace: Trace;
  steps: Steps;
  bot: string;
  open: boolean;
}

export function Path({ trace, steps, bot, open }: Props) {
  const count = trace.visits.length;
  const noted = trace.visits.some(({ failed, outcome }) => failed || outcome === "Fail");
  return (
    <details className={noted ? "inbox-path noted" : "inbox-path"} open={open}>
      <summary>
        {count === 1 ? t("1 step") : t("{count} steps", { count })}
        {noted && <span className="badge amber">{t("Something went wrong")}</span>}
      </summary>
      <ol>
        {trace.visits.map((visit, at) => (
          <Line key={at} visit={visit} step={steps.get(`${visit.flow}/${visit.node}`)} bot={bot} />
        ))}
      </ol>
    </details>
  );
}

function Line({ visit, step, bot }: { visit: Visit; step: Step | undefined; bot: string }) {
  const changes = Object.entries(visit.changed ?? {});
  const came = outcome(visit);
  return (
    <li>
      <p className="inbox-step">
        <span className="inbox-kind">{step?.label ?? visit.type}</span>{" "}
        <Named visit={visit} step={step} bot={bot} />
        {came && <span className="quiet-text"> {came}</span>}
      </p>
      {changes.map(([name, value]) => (
        <p key={name} className="inbox-change">
          <code dir="auto">{name}</code> = <code dir="auto" title={written(value)}>{short(value)}</code>
        </p>
      ))}
      {visit.note && <p className="inbox-note">{visit.note}</p>}
    </li>
  );
}

/** A link into the editor while the draft has the step, else its name alone. */
function Named({ visit, step, bot }: { visit: Visit; step: Step | undefined; bot: string }) {
  const name = step?.title || visit.node;
  if (!step?.in_draft) return <span dir="auto">{name}</span>;
  const where = new URLSearchParams({ flow: visit.flow, step: visit.node });
  return (
    <Link to={`/bots/${bot}/edit?${where}`} dir="auto">
      {name}
    </Link>
  );
}

/** Where it went on, where that is not simply the next step. */
function outcome(visit: Visit): string {
  if (visit.outcome === "Wait") return t("waits");
  if (visit.outcome === "Perform") return t("works on it");
  if (visit.outcome === "HandOver") return t("hands over to a person");
  if (visit.outcome === "End") return t("ends the flow");
  if (visit.outcome === "Fail") return t("failed");
  if (visit.port && visit.port !== "next") return `→ ${visit.port}`;
  return "";
}

export function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function short(value: unknown): string {
  const text = written(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
