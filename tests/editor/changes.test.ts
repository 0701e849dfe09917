import assert from "node:assert/strict";
import { test } from "node:test";
import { sentences, type ItemChange } from "../../builder/editor/changes.ts";
import { hasPlace, insideStep } from "../../builder/editor/test/places.ts";

function change(more: Partial<ItemChange>): ItemChange {
  return { change: "changed", item: "node", path: "flows.main.nodes.hello", title: "hello", fields: [], ...more };
}

const byTitle = ({ title }: ItemChange) => title;

test("short values are told, long ones by the name of their field", () => {
  const short = { path: "config.text", before: "Hello!", after: "Good day!" };
  const long = { path: "config.retry_texts.0", before: null, after: "x" };
  const [one, other] = sentences([change({ fields: [short] }), change({ fields: [short, long] })], byTitle);
  assert.deepEqual(one, { change: "changed", text: "Step “hello” changed", fields: "", values: { before: "Hello!", after: "Good day!" } });
  assert.equal(other?.fields, "text, retry texts");
  assert.equal(other?.values, null);
});

test("connections are counted and built-in flows left out", () => {
  const edge = change({ item: "edge", path: "flows.main.edges.a.next", title: "a.next" });
  const builtIn = change({ item: "flow", path: "flows.system.back", title: "Back" });
  const told = sentences([edge, edge, builtIn, change({ change: "added", item: "variable", title: "age" })], byTitle);
  assert.deepEqual(told.map(({ text }) => text), ["Variable “age” added", "2 connections changed"]);
});

test("a problem leads into its step, unless it lies in none", () => {
  assert.equal(insideStep("flows[0].nodes[3].config.options[1].label"), "config.options[1].label");
  assert.equal(insideStep("flows[0].nodes[3]"), undefined);
  const problem = { severity: "error", code: "x", path: "variables[0]", message: "" } as const;
  assert.equal(hasPlace(problem), false);
  assert.equal(hasPlace({ ...problem, flow: "main" }), true);
});
