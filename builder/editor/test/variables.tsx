/** What the bot knows at this moment. */

import { Braces } from "lucide-react";
import { t } from "../words.ts";
import { valueText } from "./names.ts";
import type { Simulation } from "./simulation.ts";

const TYPES: Readonly<Record<string, string>> = {
  text: "Text",
  number: "Number",
  boolean: "Yes or no",
  date: "Date",
  time: "Time",
  datetime: "Date and time",
  list: "List",
  object: "Object",
  file: "File",
  any: "Anything",
};

export function Variables({ result }: { result: Simulation | null }) {
  const names = Object.keys(result?.variables ?? {}).sort((one, other) => one.localeCompare(other));
  if (!result || !names.length) {
    return (
      <div className="state small">
        <span className="state-icon">
          <Braces size={20} aria-hidden="true" />
        </span>
        <p>{t("What the bot learns in the conversation will be here.")}</p>
      </div>
    );
  }
  const fresh = new Set(lastChanges(result));
  return (
    <dl className="test-variables">
      {names.map((name) => (
        <div key={name} data-fresh={fresh.has(name)}>
          <dt>
            <code>{name}</code> <span>{t(TYPES[result.types[name] ?? "any"] ?? "Anything")}</span>
            {fresh.has(name) && <span className="test-fresh">{t("Just set")}</span>}
          </dt>
          <dd>{valueText(result.variables[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

function lastChanges({ trace }: Simulation): string[] {
  const last = trace.at(-1)?.line;
  return trace.filter((visit) => visit.line === last).flatMap((visit) => Object.keys(visit.changed));
}
