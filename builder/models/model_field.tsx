/** The name of a model: typed, or taken from what the provider offers. */

import { useId, useState } from "react";

import { Field, withCode } from "./fields";
import { ask, type Preset } from "./wire";
import { t } from "./words";

interface Props {
  label: string;
  /** Empty while the provider is not saved: then only the well-known ones are offered. */
  provider: string;
  preset: Preset | undefined;
  value: string;
  help?: string;
  error?: string;
  quiet?: boolean;
  /** It is to make vectors, not answers. */
  vectors?: boolean;
  onChange: (model: string) => void;
}

const asked = new Map<string, Promise<string[]>>();

/** The provider is asked once a page, when somebody wants to choose. One that does not answer offers nothing. */
function offered(provider: string): Promise<string[]> {
  const before = asked.get(provider);
  if (before) return before;
  const asking = ask<{ items: string[] }>(`models/providers/${provider}/models`).then(({ items }) => items);
  asked.set(provider, asking);
  asking.catch(() => asked.delete(provider));
  return asking;
}

export function ModelField({ label, provider, preset, value, help, error, quiet, vectors = false, onChange }: Props) {
  const list = useId();
  const [more, setMore] = useState<{ provider: string; names: string[] }>({ provider: "", names: [] });
  const known = (preset?.models ?? []).filter(({ strength }) => vectors === (strength === "embedding")).map(({ model }) => model);
  const names = [...new Set([...known, ...(more.provider === provider ? more.names : [])])];
  const notes = new Map((preset?.models ?? []).map(({ model, note }) => [model, note ?? ""]));

  const look = () => {
    if (provider) offered(provider).then((found) => setMore({ provider, names: found }), () => undefined);
  };
  return (
    <Field label={label} help={withCode(notes.get(value) || help || "")} error={error} className={quiet ? "models-quiet-label" : ""}>
      {(described) => (
        <>
          <input {...described} className="input" value={value} list={list} autoComplete="off" spellCheck={false} placeholder={t("Choose or type a model")} onFocus={look} onChange={(event) => onChange(event.target.value)} />
          <datalist id={list}>
            {names.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
