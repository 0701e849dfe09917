/** Who provides models: those that are connected, those that can be, and the form of one. */

import { Plus } from "lucide-react";
import { Link, useSearchParams } from "react-router";

import type { Draft } from "./draft";
import { Part } from "./fields";
import { First, Presets } from "./presets";
import { ProviderCard } from "./provider_card";
import { ProviderForm } from "./provider_form";
import type { Preset, Provider, SetupRead } from "./wire";
import { t } from "./words";

interface Props {
  manages: boolean;
  presets: Preset[];
  providers: Provider[];
  setup: Draft<SetupRead>;
  onProviders: (change: (all: Provider[]) => Provider[]) => void;
}

export function Providers({ manages, presets, providers, setup, onProviders }: Props) {
  const [address, setAddress] = useSearchParams();
  const adding = address.get("add");
  const changing = providers.find(({ id, from_installation }) => id === address.get("change") && !from_installation);
  const preset = presets.find(({ kind }) => kind === (changing?.kind ?? adding));
  const put = (provider: Provider) =>
    onProviders((all) => (all.some(({ id }) => id === provider.id) ? all.map((each) => (each.id === provider.id ? provider : each)) : [...all, provider]));

  if (manages && preset) {
    const done = () => setAddress({ part: "providers" });
    return <ProviderForm key={changing?.id ?? preset.kind} preset={preset} provider={changing} setup={setup} onSaved={put} onDone={done} />;
  }
  if (providers.length === 0) return <First presets={manages ? presets : []} />;
  if (manages && adding !== null) return <Presets presets={presets} title={t("Connect another provider")} back />;
  return (
    <Part
      title={t("Connected")}
      action={
        manages && (
          <Link className="button primary" to="?part=providers&add=">
            <Plus size={16} aria-hidden="true" />
            {t("Add a provider")}
          </Link>
        )
      }
    >
      <ul className="models-cards">
        {providers.map((each) => (
          <li key={each.id}>
            <ProviderCard
              manages={manages}
              provider={each}
              kind={presets.find(({ kind }) => kind === each.kind)?.name ?? each.kind}
              onChanged={put}
              onGone={() => onProviders((all) => all.filter(({ id }) => id !== each.id))}
            />
          </li>
        ))}
      </ul>
    </Part>
  );
}
