/** Which model does what: two lists, tried from the top, and the model that search is made with. */

import { TriangleAlert } from "lucide-react";
import { Link } from "react-router";

import { Chain } from "./chain";
import type { Draft } from "./draft";
import { NumberField, Part, SelectField } from "./fields";
import { ModelField } from "./model_field";
import { SaveBar } from "./save_bar";
import { providerOf } from "./standing";
import type { Choice, Preset, Provider, Setup, SetupRead } from "./wire";
import { t } from "./words";

interface Props {
  manages: boolean;
  presets: Preset[];
  providers: Provider[];
  setup: Draft<SetupRead>;
}

export function Uses({ manages, presets, providers, setup }: Props) {
  const { value, change, errors } = setup;
  if (providers.length === 0) return <NoProvider />;
  const shared = { manages, presets, providers, errors };
  return (
    <div className="sections">
      <Notes notes={value.notes} given={value.from_installation} />
      <Part title={t("For answers")} lead={t("A strong model: it answers visitors, out of your knowledge and by your rules.")}>
        <Chain {...shared} name="strong" strength="strong" chain={value.strong} onChange={(strong) => change({ strong })} />
        <p className="help">{t("The first one is asked. If it fails, takes too long or may not be asked, the next one is. If none answers, the bot quotes the fitting passage, or says so and offers a person.")}</p>
      </Part>
      <Part title={t("For small tasks")} lead={t("A fast, cheap model: it reads values out of messages, sorts them, translates and sums up.")}>
        <Chain {...shared} name="cheap" strength="cheap" chain={value.cheap} onChange={(cheap) => change({ cheap })} />
        <p className="help">{t("It works from the top, too. With none chosen, the models for answers do it; if none answers, rules do what they can.")}</p>
      </Part>
      <Embedding {...shared} chosen={value.embedding} onChange={(embedding) => change({ embedding })} />
      {manages && <SaveBar draft={setup} missing={lacking(value)} />}
    </div>
  );
}

/** What the rules say of the choice, and whose choice it is. */
function Notes({ notes, given }: { notes: string[]; given: boolean }) {
  return (
    <>
      {given && <p className="notice">{t("Nothing is chosen here yet, so the models of this installation answer.")}</p>}
      {notes.length > 0 && (
        <div className="notice amber">
          <TriangleAlert size={16} aria-hidden="true" />
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** What keeps the lists from being saved. */
function lacking({ strong, cheap, embedding }: Setup): string | undefined {
  const empty = [...strong, ...cheap, ...(embedding ? [embedding] : [])].some(({ model, provider }) => !model.trim() || !provider);
  return empty ? t("Not saved yet: a model has no name.") : undefined;
}

function NoProvider() {
  return (
    <div className="card state">
      <h2>{t("Connect a provider first")}</h2>
      <p>{t("Then you choose here which of its models answers, and which does the small tasks.")}</p>
      <div className="state-actions">
        <Link className="button primary" to="?part=providers">
          {t("Providers")}
        </Link>
      </div>
    </div>
  );
}

interface EmbeddingProps {
  manages: boolean;
  presets: Preset[];
  providers: Provider[];
  errors: Record<string, string>;
  chosen: Setup["embedding"];
  onChange: (chosen: Setup["embedding"]) => void;
}

const SIZE = 1536; // numbers in a vector of the most usual models

function Embedding({ manages, presets, providers, errors, chosen, onChange }: EmbeddingProps) {
  const lead = t("It turns your knowledge into numbers, so that passages are found by meaning. Without one, search goes by words, and by meaning in English.");
  if (!manages) {
    return (
      <Part title={t("For search")} lead={lead}>
        <p className="card padded">{chosen ? named(chosen, providers) : t("The search that comes with Flyt")}</p>
      </Part>
    );
  }
  const presetOf = (id: string) => presets.find(({ kind }) => kind === providerOf(providers, id)?.kind);
  const preset = presetOf(chosen?.provider ?? "");
  const choose = (provider: string) => {
    const usual = presetOf(provider)?.models.find(({ strength }) => strength === "embedding");
    onChange(provider ? { provider, model: usual?.model ?? "", size: usual?.size ?? SIZE } : null);
  };
  return (
    <Part title={t("For search")} lead={lead}>
      <div className="card padded models-embedding">
        <SelectField label={t("Provider")} value={chosen?.provider ?? ""} options={[["", t("The search that comes with Flyt")], ...providers.map(({ id, name }): [string, string] => [id, name])]} onChange={choose} />
        {chosen && (
          <>
            <ModelField label={t("Model")} provider={chosen.provider} vectors preset={preset} value={chosen.model} error={errors["embedding.model"]} onChange={(model) => onChange({ ...chosen, model, size: sizeOf(preset, model) ?? chosen.size })} />
            <NumberField label={t("Size")} help={t("How many numbers it makes of a passage, as its maker says.")} error={errors["embedding.size"]} value={chosen.size} onChange={(size) => onChange({ ...chosen, size })} />
          </>
        )}
        <p className="help models-whole">{t("A collection of knowledge keeps the model it was read with until it is read anew.")}</p>
      </div>
    </Part>
  );
}

function sizeOf(preset: Preset | undefined, model: string): number | undefined {
  return preset?.models.find((each) => each.model === model)?.size ?? undefined;
}

function named({ provider, model }: Choice, providers: readonly Provider[]): string {
  return t("{model} by {provider}", { model, provider: providerOf(providers, provider)?.name ?? t("a provider that is gone") });
}

