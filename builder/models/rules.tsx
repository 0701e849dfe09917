/** The rules that every answer of a model keeps to: regions, policies, and how it speaks. */

import type { Draft } from "./draft";
import { AreaField, Check, Part } from "./fields";
import { Policies } from "./policies";
import { SaveBar } from "./save_bar";
import type { Preset, Provider, SetupRead } from "./wire";
import { listed, regionName, t } from "./words";

interface Props {
  manages: boolean;
  presets: Preset[];
  providers: Provider[];
  setup: Draft<SetupRead>;
}

export function Rules({ manages, presets, providers, setup }: Props) {
  const { value, change, errors } = setup;
  return (
    <div className="sections">
      <Part title={t("Policies")} lead={t("In plain words. Each step that answers with a model obeys them, and the inbox shows which one decided.")}>
        <Policies manages={manages} policies={value.policies} errors={errors} onChange={(policies) => change({ policies })} />
      </Part>
      <Persona manages={manages} persona={value.persona} error={errors.persona} onChange={(persona) => change({ persona })} />
      <Remembering manages={manages} remember={value.remember} onChange={(remember) => change({ remember })} />
      <Regions manages={manages} presets={presets} providers={providers} allowed={value.regions} onChange={(regions) => change({ regions })} />
      {manages && <SaveBar draft={setup} missing={value.policies.some(({ rule }) => !rule.trim()) ? t("Not saved yet: a policy has no words.") : undefined} />}
    </div>
  );
}

function Persona({ manages, persona, error, onChange }: { manages: boolean; persona: string; error?: string; onChange: (persona: string) => void }) {
  const lead = t("Who answers, and in what tone. A bot or a step can have its own.");
  if (!manages) {
    return (
      <Part title={t("Voice")} lead={lead}>
        <p className="card padded models-words">{persona || t("Nothing is said about it.")}</p>
      </Part>
    );
  }
  return (
    <Part title={t("Voice")} lead={lead}>
      <div className="card padded">
        <AreaField
          label={t("How your bots speak")}
          optional
          rows={4}
          error={error}
          value={persona}
          placeholder={t("You are the assistant of a small flower shop. You are friendly and brief, and say “we”.")}
          onChange={onChange}
        />
      </div>
    </Part>
  );
}

function Remembering({ manages, remember, onChange }: { manages: boolean; remember: boolean; onChange: (remember: boolean) => void }) {
  const lead = t("Once a talk is over, a model reads it and notes what the visitor said of themselves and what they were promised. Everybody sees, corrects and erases it beside the conversation. Without a model only what colleagues write down is kept.");
  return (
    <Part title={t("Remembering visitors")} lead={lead}>
      <div className="card padded">
        {manages ? <Check label={t("Remember what visitors say of themselves, from now on")} checked={remember} onChange={onChange} /> : remember ? t("Switched on") : t("Switched off")}
      </div>
    </Part>
  );
}

interface RegionsProps {
  manages: boolean;
  presets: Preset[];
  providers: Provider[];
  allowed: string[];
  onChange: (regions: string[]) => void;
}

function Regions({ manages, presets, providers, allowed, onChange }: RegionsProps) {
  const lead = t("A question to a model elsewhere is refused before anything is sent, and written to the log.");
  const known = [...presets.flatMap(({ region, regions }) => [region, ...regions]), ...providers.map(({ region }) => region), ...allowed];
  const regions = [...new Set(known)].filter(Boolean).sort((one, other) => regionName(one).localeCompare(regionName(other)));
  const off = providers.filter(({ region, local }) => allowed.length > 0 && !local && !allowed.includes(region)).map(({ name }) => name);
  if (!manages) {
    return (
      <Part title={t("Allowed regions")} lead={lead}>
        <p className="card padded">{allowed.length ? listed(allowed.map(regionName)) : t("Any region")}</p>
      </Part>
    );
  }
  const allow = (region: string, on: boolean) => onChange(on ? [...allowed, region] : allowed.filter((each) => each !== region));
  return (
    <Part title={t("Allowed regions")} lead={lead}>
      <div className="card padded stack-4">
        <div className="models-checks" role="group" aria-label={t("Allowed regions")}>
          {regions.map((region) => (
            <Check key={region} label={regionName(region)} checked={allowed.includes(region)} onChange={(on) => allow(region, on)} />
          ))}
        </div>
        <p className="help">{allowed.length ? t("Only models in these regions are asked.") : t("None is chosen, so any region is allowed.")}</p>
        {off.length > 0 && <p className="models-near">{t("Not asked any more: {names}.", { names: listed(off) })}</p>}
      </div>
    </Part>
  );
}
