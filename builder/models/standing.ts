/** What every part of the page needs: presets, providers and the workspace's setup. */

import { useCallback } from "react";

import { useDraft, type Draft } from "./draft";
import { useRead, type Read } from "./reading";
import { ask, send, type Preset, type Provider, type SetupRead, type Strength } from "./wire";

export interface Standing {
  presets: Preset[];
  providers: Provider[];
  setup: SetupRead;
}

export function useStanding(): Read<Standing> {
  const read = useCallback(async (signal: AbortSignal) => {
    const [presets, providers, setup] = await Promise.all([
      ask<Preset[]>("models/presets", {}, signal),
      ask<Provider[]>("models/providers", {}, signal),
      ask<SetupRead>("models/setup", {}, signal),
    ]);
    return { presets: items(presets), providers: items(providers), setup };
  }, []);
  return useRead(read);
}

const NOTHING = { strong: [], cheap: [], embedding: null };
const CHOICES = ["strong", "cheap", "embedding"] as const;

/** Only what was changed here is sent anew: what somebody else has changed meanwhile stays.
 *  What the installation gives is no choice of the workspace until somebody makes one. */
export function useSetup(workspace: string, read: SetupRead): Draft<SetupRead> {
  return useDraft(`flyt.models.${workspace}`, read, changeSetup);
}

export async function changeSetup(changes: Partial<SetupRead>): Promise<SetupRead> {
  const { notes: _, from_installation: given, ...now } = await ask<SetupRead>("models/setup");
  const choice = CHOICES.some((name) => name in changes);
  return send<SetupRead>("PUT", "models/setup", { ...now, ...(given && !choice ? NOTHING : {}), ...changes });
}

/** A list, whether it came alone or as a page. */
export function items<Item>(answer: Item[] | { items: Item[] }): Item[] {
  return Array.isArray(answer) ? answer : answer.items;
}

export function providerOf(providers: readonly Provider[], id: string): Provider | undefined {
  return providers.find((each) => each.id === id);
}

/** The model to begin with: one of this strength, else the first that answers at all. */
export function first(preset: Preset, strength: Strength): string {
  const answering = preset.models.filter((each) => each.strength !== "embedding");
  return (answering.find((each) => each.strength === strength) ?? answering[0])?.model ?? "";
}
