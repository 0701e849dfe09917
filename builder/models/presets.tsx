/** The ways to connect a provider, each as a card; and the first visit. */

import { ChevronLeft, ChevronRight, House, Sparkles } from "lucide-react";
import { Link } from "react-router";

import { Part } from "./fields";
import type { Preset } from "./wire";
import { regionName, t } from "./words";

/** Nothing is connected yet: what a model adds, and what works without one. */
export function First({ presets }: { presets: Preset[] }) {
  return (
    <div className="sections">
      <div className="card state models-first">
        <div className="state-icon">
          <Sparkles size={24} aria-hidden="true" />
        </div>
        <h2>{t("No language model is connected")}</h2>
        <p>{t("With a model, your bots answer in their own words out of your knowledge, read details from what people write, translate and sum up.")}</p>
        <p>{t("Without one they still follow their flows, recognise what is asked, and quote the fitting passage word for word.")}</p>
        {presets.length === 0 && <p>{t("An owner of the workspace can connect one.")}</p>}
      </div>
      {presets.length > 0 && <Presets presets={presets} title={t("Choose a provider")} />}
    </div>
  );
}

export function Presets({ presets, title, back }: { presets: Preset[]; title: string; back?: boolean }) {
  const away = presets.filter(({ local }) => !local);
  const home = presets.filter(({ local }) => local);
  return (
    <div className="sections">
      <Part title={title} lead={t("You need an account there. What the bot asks is sent to that provider, and paid to it.")} action={back && <Back />}>
        <Cards presets={away} />
      </Part>
      {home.length > 0 && (
        <Part title={t("On your own machines")} lead={t("The model runs where you run it: nothing that visitors write leaves your network.")}>
          <Cards presets={home} />
        </Part>
      )}
    </div>
  );
}

function Cards({ presets }: { presets: Preset[] }) {
  return (
    <ul className="models-presets">
      {presets.map((preset) => (
        <li key={preset.kind}>
          <Link className="card models-preset" to={`?part=providers&add=${preset.kind}`}>
            <span className="models-preset-name">
              {preset.name}
              <ChevronRight size={16} aria-hidden="true" />
            </span>
            <span className="help">{preset.about}</span>
            <Where local={preset.local} region={preset.region} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Where what is sent is worked on. */
export function Where({ local, region }: { local: boolean; region: string }) {
  if (local) {
    return (
      <span className="models-where home">
        <House size={14} aria-hidden="true" />
        {t("Stays on your machines")}
      </span>
    );
  }
  return <span className="models-where">{region ? t("Region: {region}", { region: regionName(region) }) : t("Region: as you say")}</span>;
}

export function Back() {
  return (
    <Link className="button" to="?part=providers">
      <ChevronLeft size={16} aria-hidden="true" />
      {t("All providers")}
    </Link>
  );
}
