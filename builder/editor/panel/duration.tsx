/** A number and a unit. */

import { useState } from "react";
import { t } from "../words.ts";
import { readDuration, writeDuration, type Unit } from "../durations.ts";
import { useForm } from "./form.ts";
import { namedGroup, type WidgetProps } from "./widget.ts";

const UNITS: readonly Unit[] = ["S", "M", "H", "D", "W"];

function unitWord(unit: Unit): string {
  return { S: t("seconds"), M: t("minutes"), H: t("hours"), D: t("days"), W: t("weeks") }[unit];
}

interface Entered {
  amount: string;
  unit: Unit;
}

/** As it is stored; what is no number stays as it was entered. */
function written({ amount, unit }: Entered): string {
  const plain = Number(amount.trim().replace(",", "."));
  return amount.trim() !== "" && Number.isFinite(plain) && plain >= 0 ? writeDuration({ amount: plain, unit }) : amount.trim();
}

export function DurationField(props: WidgetProps) {
  const form = useForm();
  const { path, shape, value, label } = props;
  const text = typeof value === "string" ? value : "";
  const [entered, setEntered] = useState<Entered>({ amount: "", unit: "M" });
  const stored = readDuration(text);
  const shown = { amount: stored ? String(stored.amount) : text, unit: stored?.unit ?? entered.unit };
  const { amount, unit } = written(entered) === text ? entered : shown;

  /** "1.5 hours" is stored as 90 minutes, and shown as it was entered. */
  const put = (next: Entered, typed: boolean) => {
    setEntered(next);
    const value = written(next);
    form.set(path, value === "" && shape.nullable ? undefined : value, label, typed ? "type" : null);
  };

  return (
    <div className="panel-duration" role="group" {...namedGroup(props)}>
      <input
        id={props.id}
        className="input panel-number"
        inputMode="decimal"
        autoComplete="off"
        aria-label={t("{field}: how many", { field: label })}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid || undefined}
        readOnly={form.readOnly}
        value={amount}
        onChange={(event) => put({ amount: event.target.value, unit }, true)}
        onBlur={() => form.leave(path)}
      />
      <select
        className="input"
        aria-label={t("{field}: unit", { field: label })}
        disabled={form.readOnly}
        value={unit}
        onChange={(event) => put({ amount, unit: event.target.value as Unit }, false)}
      >
        {UNITS.map((one) => (
          <option key={one} value={one}>
            {unitWord(one)}
          </option>
        ))}
      </select>
    </div>
  );
}
