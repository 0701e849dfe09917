/** What publishing would change, in words. Pure. */

import { t } from "./words.ts";

export interface ItemChange {
  change: "added" | "removed" | "changed";
  item: "setting" | "variable" | "flow" | "node" | "edge" | "note" | "test" | "translation";
  path: string;
  title: string;
  fields: readonly { path: string; before: unknown; after: unknown }[];
}

export interface Sentence {
  change: ItemChange["change"];
  text: string;
  fields: string; // "" where the values themselves tell it
  values: { before: string; after: string } | null;
}

/** How the draft names what has changed. */
export interface Names {
  of: (change: ItemChange) => string; // a step's own name is better known than its id
  standard: (flow: string) => string | null; // of a flow every bot has; null: the draft has its own
}

/** One sentence a thing. Connections are counted; what the standard flows say is nobody's edit. */
export function sentences(changes: readonly ItemChange[], names: Names): Sentence[] {
  const standard = (path: string) => names.standard(flowIn(path));
  const own = changes.filter(({ path }) => standard(path) === null).flatMap((change) => ownPart(change, standard));
  const things = own.filter(({ item }) => item !== "edge").map((change) => sentence(change, names));
  const edges = own.length - things.length;
  if (edges) things.push({ change: "changed", text: edges === 1 ? t("1 connection changed") : t("{count} connections changed", { count: edges }), fields: "", values: null });
  const paths = changes.flatMap(({ item, path, fields }) => (item === "translation" ? fields.map((field) => field.path) : [path]));
  const returned = [...new Set(paths.map(standard))].filter((name) => name !== null);
  return returned.length ? [...things, becomesStandard(returned)] : things;
}

/** The flow that a path in a document leads into, "" for anything else. */
function flowIn(path: string): string {
  return /^flows\.((?:system\.)?[^.]+)/.exec(path)?.[1] ?? "";
}

/** A translation holds the texts of all flows. */
function ownPart(change: ItemChange, standard: (path: string) => string | null): ItemChange[] {
  if (change.item !== "translation" || !change.fields.length) return [change];
  const fields = change.fields.filter(({ path }) => standard(path) === null);
  return fields.length ? [{ ...change, fields }] : [];
}

function becomesStandard(flows: readonly string[]): Sentence {
  const listed = flows.map((name) => t("“{text}”", { text: name })).join(", ");
  const text = flows.length === 1 ? t("Flow {name} is the standard one now", { name: listed }) : t("Flows {names} are the standard ones now", { names: listed });
  return { change: "changed", text, fields: "", values: null };
}

function sentence(change: ItemChange, names: Names): Sentence {
  const values = { kind: kindName(change), name: names.of(change) };
  const verbs = { added: t("{kind} “{name}” added", values), removed: t("{kind} “{name}” removed", values), changed: t("{kind} “{name}” changed", values) };
  const [field, ...others] = change.fields;
  if (field?.path === "enabled" && !others.length) {
    const text = field.after === false ? t("{kind} “{name}” switched off", values) : t("{kind} “{name}” switched on", values);
    return { change: "changed", text, fields: "", values: null };
  }
  const told = field !== undefined && !others.length && isShort(field.before) && isShort(field.after);
  const parts = new Set(change.fields.map(({ path }) => fieldName(path)).filter(Boolean));
  return {
    change: change.change,
    text: verbs[change.change],
    fields: told ? "" : [...parts].join(", "),
    values: told ? { before: String(field.before), after: String(field.after) } : null,
  };
}

function kindName({ item }: ItemChange): string {
  const names = {
    setting: t("Setting"),
    variable: t("Variable"),
    flow: t("Flow"),
    node: t("Step"),
    edge: t("Connection"),
    note: t("Note"),
    test: t("Test"),
    translation: t("Translation"),
  };
  return names[item];
}

function isShort(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value) && String(value).length <= 80;
}

/** `config.retry_texts` is known as "retry texts". */
function fieldName(path: string): string {
  return (path.replace(/^config\./, "").split(".")[0] ?? "").replaceAll("_", " ");
}
