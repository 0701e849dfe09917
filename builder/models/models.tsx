/** The page of AI models. The address says which of its parts is read. */

import { useEffect, useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";

import { Tabs } from "$/public/external/builder/design/sources/tabs.tsx";

import { Calls } from "./calls";
import { Failed, Waiting } from "./fields";
import { Prompts } from "./prompts";
import { Providers } from "./providers";
import { Rules } from "./rules";
import { Spending } from "./spending";
import { items, useSetup, useStanding, type Standing } from "./standing";
import { Uses } from "./uses";
import { ask, type Provider } from "./wire";
import { speak, t } from "./words";

interface Props {
  workspace: string;
  manages: boolean;
  /** May see what was asked of models, and what that has cost. */
  audits: boolean;
  words: Record<string, string>;
}

const PARTS = ["providers", "uses", "costs", "calls", "rules", "prompts"] as const;
type Name = (typeof PARTS)[number];

export function AiModels({ workspace, manages, audits, words }: Props) {
  speak(words);
  const standing = useStanding();
  if (standing.problem) return <Failed why={standing.problem} onRetry={standing.again} />;
  if (!standing.value) return <Waiting />;
  return <Parts key={workspace} workspace={workspace} manages={manages} audits={audits} read={standing.value} />;
}

function Parts({ workspace, manages, audits, read }: Omit<Props, "words"> & { read: Standing }) {
  const [address] = useSearchParams();
  const [providers, setProviders] = useState(read.providers);
  const setup = useSetup(workspace, read.setup);
  useEffect(() => {
    if (!setup.at) return; // what each provider is used for is another by now
    ask<Provider[]>("models/providers").then((now) => setProviders(items(now)), () => undefined);
  }, [setup.at]);
  const asked = address.get("part");
  const parts = PARTS.filter((each) => audits || each !== "calls");
  const part = parts.find((each) => each === asked) ?? "providers";
  const shared = { manages, presets: read.presets, providers, setup };

  const show: Record<Name, () => ReactNode> = {
    providers: () => <Providers {...shared} onProviders={(change: (all: Provider[]) => Provider[]) => setProviders(change)} />,
    uses: () => <Uses {...shared} />,
    costs: () => <Spending workspace={workspace} audits={audits} {...shared} />,
    calls: () => <Calls currency={setup.value.currency} />,
    rules: () => <Rules {...shared} />,
    prompts: () => <Prompts workspace={workspace} manages={manages} />,
  };
  return (
    <div className="models">
      <Tabs label={t("AI models")} current={part} tabs={parts.map((name) => ({ name, label: partName(name), to: `?part=${name}` }))} />
      {!manages && (
        <p className="notice models-notice">{t("You see what is in use. An owner of the workspace can change it.")}</p>
      )}
      {show[part]()}
    </div>
  );
}

function partName(part: Name): string {
  return {
    providers: t("Providers"),
    uses: t("Models in use"),
    costs: t("Limits and costs"),
    calls: t("Calls"),
    rules: t("Rules"),
    prompts: t("Prompts"),
  }[part];
}
