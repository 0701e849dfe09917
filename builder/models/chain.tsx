/** A list of models that are tried from the top. Its rows are moved by buttons, with mouse or keyboard. */

import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { SelectField } from "./fields";
import { ModelField } from "./model_field";
import { first, providerOf } from "./standing";
import type { Choice, Preset, Provider, Strength } from "./wire";
import { t } from "./words";

interface Props {
  manages: boolean;
  presets: Preset[];
  providers: Provider[];
  errors: Record<string, string>;
  /** Of the list, as the server calls it where something is wrong. */
  name: string;
  strength: Strength;
  chain: readonly Choice[];
  onChange: (chain: Choice[]) => void;
}

export function Chain({ manages, presets, providers, errors, name, strength, chain, onChange }: Props) {
  const { list, focus, told, tell } = useFollow();
  const presetOf = (id: string) => presets.find(({ kind }) => kind === providerOf(providers, id)?.kind);

  const put = (at: number, choice: Choice) => onChange(chain.map((each, place) => (place === at ? choice : each)));
  const add = () => {
    const unused = providers.find(({ id, enabled }) => enabled && !chain.some(({ provider }) => provider === id));
    const provider = (unused ?? providers[0])?.id ?? "";
    const preset = presetOf(provider);
    const known = preset ? first(preset, strength) : "";
    const taken = chain.some((each) => each.provider === provider && each.model === known);
    onChange([...chain, { provider, model: taken ? "" : known }]);
    focus(chain.length, "input");
  };
  const move = (at: number, to: number) => {
    const next = [...chain];
    next.splice(to, 0, ...next.splice(at, 1));
    onChange(next);
    focus(to, to < at ? ".up" : ".down");
    tell(t("{model} is now number {place} of {count}.", { model: chain[at]?.model || t("The model"), place: to + 1, count: chain.length }));
  };
  const remove = (at: number) => {
    onChange(chain.filter((_, place) => place !== at));
    focus(Math.min(at, chain.length - 2), ".remove");
    tell(t("{model} is taken out.", { model: chain[at]?.model || t("The model") }));
  };

  return (
    <div className="card models-chain" ref={list}>
      {chain.length === 0 && <p className="models-none">{t("No model is chosen yet.")}</p>}
      <ol>
        {chain.map((choice, at) => (
          <li key={at} className={manages ? "models-link" : "models-link read"}>
            <span className="models-place" aria-hidden="true">
              {at + 1}
            </span>
            {manages ? (
              <>
                <SelectField
                  className="models-quiet-label"
                  label={t("Provider of number {place}", { place: at + 1 })}
                  value={choice.provider}
                  error={errors[`${name}[${at}].provider`] ?? errors[`${name}[${at}]`] ?? paused(providers, choice)}
                  options={options(providers, choice)}
                  onChange={(provider) => put(at, { provider, model: suggested(presetOf(provider), strength) })}
                />
                <ModelField quiet label={t("Model of number {place}", { place: at + 1 })} provider={choice.provider} preset={presetOf(choice.provider)} value={choice.model} error={errors[`${name}[${at}].model`]} onChange={(model) => put(at, { ...choice, model })} />
                <div className="models-moves">
                  <button type="button" className="button quiet icon up" disabled={at === 0} aria-label={t("Move {model} up", { model: choice.model })} onClick={() => move(at, at - 1)}>
                    <ArrowUp size={16} aria-hidden="true" />
                  </button>
                  <button type="button" className="button quiet icon down" disabled={at === chain.length - 1} aria-label={t("Move {model} down", { model: choice.model })} onClick={() => move(at, at + 1)}>
                    <ArrowDown size={16} aria-hidden="true" />
                  </button>
                  <button type="button" className="button quiet icon remove" aria-label={t("Take out {model}", { model: choice.model })} onClick={() => remove(at)}>
                    <X size={16} aria-hidden="true" />
                  </button>
                </div>
              </>
            ) : (
              <p>
                <strong>{choice.model}</strong> <span className="quiet-text">{providerOf(providers, choice.provider)?.name ?? t("a provider that is gone")}</span>
              </p>
            )}
          </li>
        ))}
      </ol>
      {manages && (
        <button type="button" className="button models-add" onClick={add}>
          <Plus size={16} aria-hidden="true" />
          {chain.length ? t("Add one to fall back on") : t("Choose a model")}
        </button>
      )}
      <p className="visually-hidden" aria-live="polite">
        {told}
      </p>
    </div>
  );
}

/** One that is gone stays visible, so that it can be replaced. */
function options(providers: readonly Provider[], { provider }: Choice): [string, string][] {
  const known = providers.map(({ id, name }): [string, string] => [id, name]);
  return providerOf(providers, provider) ? known : [[provider, t("A provider that is gone")], ...known];
}

function paused(providers: readonly Provider[], { provider }: Choice): string | undefined {
  return providerOf(providers, provider)?.enabled === false ? t("It is paused, so the next one is asked.") : undefined;
}

function suggested(preset: Preset | undefined, strength: Strength): string {
  return preset ? first(preset, strength) : "";
}

/** Keeps the focus where somebody works while rows come, go and change places. */
function useFollow() {
  const list = useRef<HTMLDivElement>(null);
  const wanted = useRef<{ row: number; what: string } | null>(null);
  const [told, tell] = useState("");

  useEffect(() => {
    if (!wanted.current) return;
    const { row, what } = wanted.current;
    wanted.current = null;
    const found = list.current?.querySelectorAll("li")[row];
    const exact = found?.querySelector<HTMLElement>(`${what}:not(:disabled)`);
    (exact ?? found?.querySelector<HTMLElement>(".models-moves button:not(:disabled)") ?? list.current?.querySelector<HTMLElement>(".models-add"))?.focus();
  });

  return { list, told, tell, focus: (row: number, what: string) => void (wanted.current = { row, what }) };
}
