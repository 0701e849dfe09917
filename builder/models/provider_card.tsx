/** A provider that is connected: what it is used for, whether it answers, and what can be done with it. */

import { Ellipsis, KeyRound, Pause, Play, Settings2, Trash2 } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";

import { Menu } from "$/public/external/builder/design/sources/menu.tsx";

import { Where } from "./presets";
import { sentence } from "./reading";
import { RemoveProvider } from "./remove_provider";
import { TestButton, TestResult, useTest } from "./testing";
import { send, type Provider } from "./wire";
import { listed, t, useName } from "./words";

interface Props {
  manages: boolean;
  provider: Provider;
  kind: string;
  onChanged: (provider: Provider) => void;
  onGone: () => void;
}

export function ProviderCard({ manages, provider, kind, onChanged, onGone }: Props) {
  const { name, from_installation: given, enabled } = provider;
  const test = useTest();
  const [problem, setProblem] = useState("");
  const [leaving, setLeaving] = useState(false);

  const pause = async () => {
    setProblem("");
    try {
      onChanged(await send<Provider>("PATCH", `models/providers/${provider.id}`, { enabled: !enabled }));
    } catch (error) {
      setProblem(sentence(error));
    }
  };
  return (
    <article className={enabled ? "card models-provider" : "card models-provider paused"} aria-label={name}>
      <div className="models-provider-head">
        <div className="models-grow">
          <h3 className="models-name">
            <span dir="auto">{name}</span>
            {!enabled && <span className="badge amber">{t("Paused")}</span>}
          </h3>
          <p className="help">{[kind === name ? "" : kind, host(provider.base_url)].filter(Boolean).join(" · ")}</p>
        </div>
        {manages && <TestButton test={test} provider={provider.id} name={name} />}
        {manages && !given && <Actions provider={provider} onPause={() => void pause()} onRemove={() => setLeaving(true)} />}
      </div>
      <ul className="models-facts">
        <li>
          <Where local={provider.local} region={provider.region} />
        </li>
        <li>{used(provider)}</li>
        <li>
          <KeyRound size={14} aria-hidden="true" />
          {provider.has_secret ? t("A key is kept") : t("No key")}
        </li>
      </ul>
      {given && <p className="help">{t("It comes from the settings of this installation (.env) and is changed there.")}</p>}
      {problem && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      <TestResult test={test} />
      {leaving && <RemoveProvider provider={provider} onStay={() => setLeaving(false)} onGone={onGone} />}
    </article>
  );
}

function used({ used_for }: Provider): string {
  return used_for.length ? t("Used for {uses}", { uses: listed(used_for.map(useName)) }) : t("Not used yet");
}

function host(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

function Actions({ provider, onPause, onRemove }: { provider: Provider; onPause: () => void; onRemove: () => void }) {
  const go = useNavigate();
  return (
    <Menu label={t("Actions for {name}", { name: provider.name })} face={<Ellipsis size={16} aria-hidden="true" />} buttonClass="button quiet icon">
      <Item icon={<Settings2 size={16} aria-hidden="true" />} onClick={() => void go(`?part=providers&change=${provider.id}`)}>
        {t("Change")}
      </Item>
      <Item icon={provider.enabled ? <Pause size={16} aria-hidden="true" /> : <Play size={16} aria-hidden="true" />} onClick={onPause}>
        {provider.enabled ? t("Pause") : t("Use again")}
      </Item>
      <Item icon={<Trash2 size={16} aria-hidden="true" />} danger onClick={onRemove}>
        {t("Remove")}
      </Item>
    </Menu>
  );
}

function Item({ icon, danger, onClick, children }: { icon: React.ReactNode; danger?: boolean; onClick: () => void; children: string }) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} className={danger ? "menu-item danger" : "menu-item"} onClick={onClick}>
      {icon}
      <span className="menu-text">{children}</span>
    </button>
  );
}
