/** Into which collection something goes: one that is there, or a new one made on the spot. */

import { useCallback, useState } from "react";

import { useReading } from "./reading";
import { Field } from "./states";
import { askAll, GENERAL, type Collection } from "./wire";
import { t } from "./words";

const NEW = "\n"; // no collection can be called so

export function useCollections(): readonly Collection[] | undefined {
  const read = useCallback((signal: AbortSignal) => askAll<Collection>("collections", signal), []);
  return useReading(read).value;
}

interface Props {
  /** A name; empty stands for the general one. */
  value: string;
  error?: string;
  onChange: (name: string) => void;
}

export function CollectionField({ value, error, onChange }: Props) {
  const known = (useCollections() ?? []).map(({ name }) => name);
  const names = [...new Set([...known, GENERAL])].sort((one, other) => one.localeCompare(other));
  const [making, setMaking] = useState(value !== "" && !names.includes(value) && known.length > 0);
  const choose = (chosen: string) => {
    setMaking(chosen === NEW);
    onChange(chosen === NEW ? "" : chosen);
  };
  return (
    <div className="knowledge-collection">
      <Field label={t("Collection")} help={t("Sources that belong together. A bot can be told to look in some collections only.")} error={making ? "" : error}>
        {(control) => (
          <select {...control} value={making ? NEW : value || GENERAL} onChange={(event) => choose(event.target.value)}>
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
            <option value={NEW}>{t("New collection…")}</option>
          </select>
        )}
      </Field>
      {making && (
        <Field label={t("Name of the new collection")} error={error}>
          {(control) => <input {...control} value={value} maxLength={200} autoFocus autoComplete="off" onChange={(event) => onChange(event.target.value)} />}
        </Field>
      )}
    </div>
  );
}
