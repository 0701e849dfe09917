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

/** How a change names its thing: a step's own name is better known than its id. */
export type Naming = (change: ItemChange) => string;

/** One sentence a thing. Connections are counted; a bot's built-in flows are nobody's edit. */
export function sentences(changes: readonly ItemChange[], nameOf: Naming): Sentence[] {
  const own = changes.filter(({ path }) => !path.startsWith("flows.system."));
  const things = own.filter(({ item }) => item !== "edge").map((change) => sentence(change, nameOf));
  const edges = own.length - things.length;
  if (edges) things.push({ change: "changed", text: edges === 1 ? t("1 connection changed") : t("{count} connections changed", { count: edges }), fields: "", values: null });
  return things;
}

function sentence(change: ItemChange, nameOf: Naming): Sentence {
  const values = { kind: kindName(change), name: nameOf(change) };
  const verbs = { added: t("{kind} “{name}” added", values), removed: t("{kind} “{name}” removed", values), changed: t("{kind} “{name}” changed", values) };
  const [field, ...others] = change.fields;
  const told = field !== undefined && !others.length && isShort(field.before) && isShort(field.after);
  const names = new Set(change.fields.map(({ path }) => fieldName(path)).filter(Boolean));
  return {
    change: change.change,
    text: verbs[change.change],
    fields: told ? "" : [...names].join(", "),
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
