/** The form of a provider. It is saved and tested in one go; what is typed stays until both have worked. */

import { CircleCheck } from "lucide-react";
import { useEffect, useRef, useState, type FormEvent } from "react";

import type { Draft } from "./draft";
import { AreaField, Check, Part, SelectField, TextField } from "./fields";
import { ModelField } from "./model_field";
import { Back, Where } from "./presets";
import { mistakes, sentence } from "./reading";
import { SecretField } from "./secret_field";
import { first } from "./standing";
import { Suggestion } from "./suggestion";
import { TestResult, useTest } from "./testing";
import { send, type Preset, type PresetField, type Provider, type ProviderChange, type SetupRead } from "./wire";
import { regionName, t } from "./words";

interface Props {
  preset: Preset;
  provider: Provider | undefined;
  setup: Draft<SetupRead>;
  onSaved: (provider: Provider) => void;
  onDone: () => void;
}

interface Typed {
  name: string;
  base_url: string;
  region: string;
  local: boolean;
  /** By the name of the field: what is neither of the above nor secret. */
  settings: Record<string, string>;
  /** Null leaves the one that is kept. */
  secret: string | null;
}

const PLAIN = ["name", "base_url", "region"] as const;
type Plain = (typeof PLAIN)[number];

export function ProviderForm({ preset, provider, setup, onSaved, onDone }: Props) {
  const [saved, setSaved] = useState(provider);
  const [typed, setTyped] = useState<Typed>(() => begin(preset, provider));
  const [model, setModel] = useState(() => first(preset, "cheap"));
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState("");
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const form = useRef<HTMLFormElement>(null);
  const test = useTest();

  useEffect(() => form.current?.querySelector<HTMLElement>("input")?.focus(), []);
  const change = (part: Partial<Typed>) => {
    setTyped((before) => ({ ...before, ...part }));
    test.clear();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing = lacking(preset, typed, saved);
    setWrong(missing);
    setProblem("");
    if (Object.keys(missing).length) {
      form.current?.querySelector<HTMLElement>(`[data-field="${Object.keys(missing)[0]}"] :is(input, textarea)`)?.focus();
      return;
    }
    setSaving(true);
    try {
      const answer = await put(preset, typed, saved);
      setSaved(answer);
      setTyped((before) => ({ ...before, secret: answer.has_secret ? null : before.secret }));
      onSaved(answer);
      await test.run(answer.id, model.trim());
    } catch (error) {
      setProblem(t("Not saved. {why}", { why: sentence(error) }));
      setWrong(mistakes(error));
    } finally {
      setSaving(false);
    }
  };

  const field = (each: PresetField) => (
    <div key={each.name} data-field={each.name}>
      {each.secret ? (
        <SecretField field={each} kept={saved?.has_secret ?? false} value={typed.secret} error={wrongAt(wrong, each)} onChange={(secret) => change({ secret })} />
      ) : (
        <PlainField field={each} error={wrongAt(wrong, each)} value={valueOf(typed, each.name)} onChange={(value) => change(withValue(typed, each.name, value))} />
      )}
    </div>
  );
  const usual = preset.fields.map(({ name }) => name);
  const answered = test.result?.ok ? (test.result.model ?? model) : null;
  return (
    <Part title={saved ? saved.name : t("Connect {name}", { name: preset.name })} action={<Back />}>
      <form ref={form} className="card padded form models-form" noValidate onSubmit={(event) => void submit(event)}>
        <div>
          <p>{preset.about}</p>
          <Where local={typed.local} region={typed.region} />
        </div>
        {preset.fields.map(field)}
        {!usual.includes("region") && preset.regions.length > 1 && <Region preset={preset} typed={typed} error={wrong.region} onChange={change} />}
        <ModelField label={t("Model to test with")} provider={saved?.id ?? ""} preset={preset} value={model} help={t("It is asked one short question.")} onChange={setModel} />
        <details className="models-more">
          <summary>{t("More")}</summary>
          <div className="form">
            {!usual.includes("name") && <TextField label={t("Name")} help={t("What it is called in your lists.")} error={wrong.name} value={typed.name} onChange={(name) => change({ name })} />}
            {!usual.includes("region") && preset.regions.length === 0 && <Region preset={preset} typed={typed} error={wrong.region} onChange={change} />}
            {(preset.local || usual.includes("base_url")) && (
              <Check
                label={t("It runs on our own machines")}
                help={t("Confidential data may only reach models that do.")}
                checked={typed.local}
                onChange={(local) => change({ local })}
              />
            )}
          </div>
        </details>
        {problem && (
          <p className="form-error" role="alert">
            {problem}
          </p>
        )}
        <TestResult test={test} />
        {saved && answered !== null && <Suggestion preset={preset} provider={saved} tested={answered} setup={setup} />}
        <div className="form-actions models-end">
          {saved && !saving && !test.running && <Standing ok={answered !== null} />}
          <button type="button" className="button" onClick={onDone}>
            {saved ? t("Done") : t("Cancel")}
          </button>
          <button type="submit" className="button primary" disabled={saving || test.running}>
            {saving || test.running ? t("One moment…") : t("Save and test")}
          </button>
        </div>
      </form>
    </Part>
  );
}

function PlainField({ field, error, value, onChange }: { field: PresetField; error?: string; value: string; onChange: (value: string) => void }) {
  const shared = { label: field.label, help: field.help, optional: !field.required, error, value, onChange };
  if (field.choices?.length) return <SelectField {...shared} options={field.choices.map((each): [string, string] => [each, each])} />;
  return field.lines ? <AreaField {...shared} rows={3} /> : <TextField {...shared} />;
}

function Standing({ ok }: { ok: boolean }) {
  return (
    <p className={ok ? "models-standing" : "quiet-text"} role="status">
      {ok && <CircleCheck size={16} aria-hidden="true" />}
      {ok ? t("Saved, and it answers.") : t("Saved, but it does not answer yet.")}
    </p>
  );
}

function Region({ preset, typed, error, onChange }: { preset: Preset; typed: Typed; error?: string; onChange: (part: Partial<Typed>) => void }) {
  const help = t("Where what is sent is worked on. Your rules can allow some regions only.");
  const known = [...new Set([...preset.regions, typed.region])].filter(Boolean);
  if (preset.regions.length === 0) return <TextField label={t("Region")} help={help} optional error={error} value={typed.region} onChange={(region) => onChange({ region })} />;
  return <SelectField label={t("Region")} help={help} error={error} value={typed.region} options={[["", t("Not said")], ...known.map((each): [string, string] => [each, regionName(each)])]} onChange={(region) => onChange({ region })} />;
}

function begin(preset: Preset, provider: Provider | undefined): Typed {
  const own = preset.fields.filter(({ name, secret }) => !secret && !isPlain(name));
  const settings = own.map(({ name, value }) => [name, String(provider?.settings[name] ?? value ?? "")]);
  return {
    name: provider?.name ?? preset.name,
    base_url: provider?.base_url ?? preset.fields.find(({ name }) => name === "base_url")?.value ?? preset.base_url,
    region: provider?.region ?? preset.region,
    local: provider?.local ?? preset.local,
    settings: Object.fromEntries(settings) as Record<string, string>,
    secret: provider?.has_secret ? null : "",
  };
}

function isPlain(name: string): name is Plain {
  return (PLAIN as readonly string[]).includes(name);
}

function valueOf(typed: Typed, name: string): string {
  return isPlain(name) ? typed[name] : (typed.settings[name] ?? "");
}

function withValue(typed: Typed, name: string, value: string): Partial<Typed> {
  return isPlain(name) ? { [name]: value } : { settings: { ...typed.settings, [name]: value } };
}

/** What must still be filled in, by the name of its field. */
function lacking(preset: Preset, typed: Typed, saved: Provider | undefined): Record<string, string> {
  const empty = preset.fields.filter((each) => {
    if (!each.required) return false;
    if (each.secret) return typed.secret === null ? !saved?.has_secret : !typed.secret.trim();
    return !valueOf(typed, each.name).trim();
  });
  return Object.fromEntries(empty.map(({ name }) => [name, t("Fill this in.")]));
}

function wrongAt(wrong: Record<string, string>, { name, secret }: PresetField): string | undefined {
  return wrong[name] ?? wrong[`settings.${name}`] ?? (secret ? wrong.secret : undefined);
}

function put(preset: Preset, typed: Typed, saved: Provider | undefined): Promise<Provider> {
  const filled = Object.entries(typed.settings).map(([name, value]) => [name, value.trim()]);
  const body: ProviderChange = {
    name: typed.name.trim() || preset.name,
    region: typed.region.trim(),
    local: typed.local,
    settings: Object.fromEntries(filled.filter(([, value]) => value)) as Record<string, string>,
  };
  if (preset.fields.some(({ name }) => name === "base_url")) body.base_url = typed.base_url.trim();
  if (typed.secret !== null) body.secret = typed.secret.trim();
  if (saved) return send("PATCH", `models/providers/${saved.id}`, body);
  return send("POST", "models/providers", { ...body, kind: preset.kind });
}
