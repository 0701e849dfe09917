/** What steps, ways out and values are called in the test panel. */

import type { Store } from "../document.ts";
import { inWords, millisecondsOf } from "../durations.ts";
import { waysOut } from "../graph.ts";
import { typeOf } from "../catalogue.ts";
import { t } from "../words.ts";
import type { Action, Visit } from "./simulation.ts";

interface Placed {
  type: string;
  title?: string;
  config?: Record<string, unknown>;
}

/** The item of a step; undefined where it is gone, or the standard flows are not read yet. */
export function placedAt(store: Pick<Store, "get">, flow: string, node: string): Placed | undefined {
  return store.get<Placed>(`n:${flow}/${node}`);
}

export function stepName(store: Pick<Store, "get" | "catalogue">, flow: string, node: string, type = ""): string {
  const placed = placedAt(store, flow, node);
  return placed?.title || typeOf(store.catalogue, placed?.type ?? type)?.label || node;
}

export function flowName(store: Pick<Store, "get">, flow: string): string {
  return store.get<{ name?: string }>(`f:${flow}`)?.name || flow;
}

/** Why the step ran, beyond that the conversation came to it; "" where it just came. */
export function eventName(visit: Visit): string {
  if (visit.heard !== null) return t("Heard “{text}”", { text: visit.heard });
  const names: Record<string, string> = {
    TimedOut: t("Time was up"),
    Signal: t("Event came"),
    Returned: t("Flow came back"),
    EffectDone: t("Action was done"),
    EffectFailed: t("Action failed"),
    HandedBack: t("Person handed back"),
  };
  return visit.event === null ? "" : (names[visit.event] ?? visit.event);
}

/** What came of it; "" where it simply went on. */
export function outcomeName(store: Pick<Store, "get" | "catalogue">, visit: Visit): string {
  if (visit.failed && visit.note) return visit.note;
  const note = visit.note ?? "";
  if (visit.outcome === "Next") return [wayName(store, visit), note].filter(Boolean).join(": ");
  const names: Record<string, string> = {
    Wait: visit.type.startsWith("ask.") ? t("Waits for an answer") : t("Waits"),
    Call: t("Goes into a flow"),
    Each: t("Goes through a list"),
    End: t("Ends the flow"),
    Goto: t("Jumps"),
    Perform: t("Action: {name}", { name: visit.performed.join(", ") }),
    HandOver: [t("Hands over to a person"), note].filter(Boolean).join(": "),
    Repair: t("Goes back to the question"),
    Fail: t("Failed"),
  };
  return names[visit.outcome] ?? visit.outcome;
}

function wayName(store: Pick<Store, "get" | "catalogue">, visit: Visit): string {
  if (visit.port === null || visit.port === "next") return "";
  const config = placedAt(store, visit.flow, visit.node)?.config ?? {};
  return waysOut(typeOf(store.catalogue, visit.type), config).find((way) => way.id === visit.port)?.label ?? visit.port;
}

const DONE = {
  take_over: () => t("A colleague takes over"),
  hand_back: () => t("A colleague hands back to the bot"),
  end: () => t("A colleague ends the conversation"),
};

/** A line of the talk as its author would say it. */
export function actionName(action: Action, labels: ReadonlyMap<string, string> = new Map()): string {
  if ("user" in action) return action.user;
  if ("upload" in action) return action.upload.name;
  if ("wait" in action) return t("{time} later", { time: inWords(millisecondsOf(action.wait)) });
  if ("colleague" in action) return DONE[action.colleague]();
  if ("signal" in action) return t("Event {name}", { name: signalName(action.signal) });
  const ids = typeof action.choose === "string" ? [action.choose] : action.choose;
  return ids.map((id) => labels.get(id) ?? id).join(", ");
}

function signalName(signal: unknown): string {
  const named = typeof signal === "object" && signal !== null && "name" in signal ? signal.name : signal;
  return typeof named === "string" ? `“${named}”` : "";
}

/** A value on one line, as JSON writes it, but text as it is. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? `“${value}”` : JSON.stringify(value) ?? "–";
}
