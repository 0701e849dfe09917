/** The pure parts of the property panel. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonSchema, OneOf } from "../../builder/editor/catalogue.ts";
import { checked, variableIssue, worded } from "../../builder/editor/panel/check.ts";
import { readDuration, writeDuration } from "../../builder/editor/durations.ts";
import { getIn, insideItem, parsed, setIn, written } from "../../builder/editor/panel/path.ts";
import { blank, chosenOf, duplicated, isShown, shapeOf } from "../../builder/editor/panel/schema.ts";

const OPTION: JsonSchema = {
  type: "object",
  required: ["id", "label"],
  properties: {
    id: { type: "string", "x-selector": { kind: "id" } },
    label: { type: "string", "x-selector": { kind: "template" } },
    where: { anyOf: [{ "x-selector": { kind: "condition" } }, { type: "null" }], default: null },
  },
};
const ROOT: JsonSchema = {
  type: "object",
  $defs: { Option: OPTION },
  properties: {
    options: { type: "array", minItems: 1, items: { $ref: "#/$defs/Option" }, "x-selector": { kind: "list" } },
    wait: { anyOf: [{ type: "string", "x-selector": { kind: "duration" } }, { type: "null" }], default: null, title: "Wait" },
  },
};

test("places are read as they are written", () => {
  for (const text of ["", "a", "a.b[0].c", 'inputs["order id"].x', "a[2][3]"]) assert.equal(written(parsed(text)), text);
  assert.deepEqual(insideItem("flows[0].nodes[2].config.options[0].label"), ["config", "options", 0, "label"]);
  assert.deepEqual(insideItem("flows[1].triggers[0].words"), ["triggers", 0, "words"]);
  assert.deepEqual(insideItem("flows[1]"), []);
});

test("a value is put in its place, and all that did not change stays the same", () => {
  const before = { a: [{ x: 1 }, { x: 2 }], b: { c: 3 } };
  const after = setIn(before, ["a", 1, "x"], 5) as typeof before;
  assert.deepEqual(after, { a: [{ x: 1 }, { x: 5 }], b: { c: 3 } });
  assert.equal(after.a[0], before.a[0]);
  assert.equal(after.b, before.b);
  assert.deepEqual(setIn(before, ["b", "c"], undefined), { a: before.a, b: {} });
  assert.deepEqual(setIn(undefined, ["a", 0, "x"], 1), { a: [{ x: 1 }] });
  assert.equal(getIn(before, ["a", 7, "x"]), undefined);
});

test("references are followed and what may be null is unwrapped", () => {
  const options = shapeOf(ROOT.properties!.options!, ROOT);
  assert.equal(shapeOf(options.items!, ROOT).kind, "object");
  const wait = shapeOf(ROOT.properties!.wait!, ROOT);
  assert.deepEqual([wait.kind, wait.nullable, wait.title], ["duration", true, "Wait"]);
  assert.throws(() => shapeOf({ $ref: "#/$defs/None" }, ROOT), /leads nowhere/);
});

test("a new item is empty but for its id, and a copy has an id of its own", () => {
  const made = blank({ $ref: "#/$defs/Option" }, ROOT) as { id: string; label: string };
  assert.deepEqual(Object.keys(made), ["id", "label"]);
  assert.match(made.id, /^[A-Za-z0-9_-]{1,64}$/);
  const where = { any: [{ variable: "a", op: "is_set" }] };
  const copy = duplicated({ ...made, label: "A", where }, OPTION, ROOT) as typeof made & { where: unknown };
  assert.notEqual(copy.id, made.id);
  assert.deepEqual([copy.label, copy.where], ["A", where]);
});

test("of several, one is chosen and may have company", () => {
  const wait: OneOf = {
    title: "Wait",
    fields: { duration: "A while", until: "Until", event: "An event" },
    also: { event: { duration: "At most" } },
  };
  assert.equal(chosenOf(wait, { duration: "PT1M" }), "duration");
  assert.equal(chosenOf(wait, { duration: "PT1M", event: "paid" }), "event");
  assert.equal(chosenOf(wait, {}), undefined);
  const schema: JsonSchema = { type: "object", properties: {} };
  assert.deepEqual(checked({ event: "paid", duration: "PT1M" }, schema, [wait]), []);
  assert.equal(checked({ until: "a", duration: "PT1M" }, schema, [wait])[0]?.type, "one_of");
  assert.equal(checked({}, schema, [wait])[0]?.unfinished, true);
});

test("a field is shown for the values it belongs to", () => {
  const shape = shapeOf({ type: "string", "x-ui": { when: { field: "action", in: ["correct"] } } }, ROOT);
  assert.equal(isShown(shape, { action: "correct" }), true);
  assert.equal(isShown(shape, { action: "cancel" }), false);
});

test("durations keep their length in every unit", () => {
  const cases: [string, number, string][] = [
    ["PT90M", 90, "M"],
    ["PT1H30M", 90, "M"],
    ["P1DT2H", 26, "H"],
    ["P2W", 2, "W"],
    ["PT0.5S", 0.5, "S"],
    ["PT1M30,5S", 90.5, "S"],
  ];
  for (const [text, amount, unit] of cases) assert.deepEqual(readDuration(text), { amount, unit });
  for (const text of ["", "P", "PT", "P1M", "soon", "-PT1M"]) assert.equal(readDuration(text), null);
  assert.equal(writeDuration({ amount: 1.5, unit: "H" }), "PT90M");
  assert.equal(writeDuration({ amount: 0.5, unit: "W" }), "PT84H");
  assert.equal(writeDuration({ amount: 0.25, unit: "S" }), "PT0.25S");
  assert.equal(writeDuration({ amount: 3, unit: "D" }), "P3D");
});

test("nested conditions are checked at their own places", () => {
  const where = { all: [{ variable: "a", op: "is_set" }, { any: [{ variable: "", op: "eq" }, { variable: "b", op: "between", value: [1] }] }] };
  const found = checked({ options: [{ id: "a", label: "A", where }] }, ROOT);
  assert.deepEqual(
    found.map(({ path, type }) => `${written(path)} ${type}`),
    ["options[0].where.all[1].any[0].variable missing", "options[0].where.all[1].any[0].value missing_value", "options[0].where.all[1].any[1].value between"],
  );
});

test("what only lacks is unfinished, what is wrong is wrong", () => {
  const found = checked({ options: [{ id: "a", label: "{{ open" }], wait: "soon" }, ROOT);
  assert.deepEqual(
    found.map(({ type, unfinished }) => [type, unfinished]),
    [
      ["expression", true],
      ["duration", false],
    ],
  );
  assert.equal(checked({ options: [] }, ROOT)[0]?.values.min_length, 1);
  assert.equal(worded({ path: [], type: "too_short", values: { min_length: 2 }, unfinished: true }, { "error.too_short": "Add at least {min_length}." }), "Add at least 2.");
});

test("names of variables follow the rule of the format", () => {
  for (const name of ["a", "ordre_nummer", "størrelse", "ім_я"]) assert.equal(variableIssue(name, true), null, name);
  for (const name of ["1a", "a b", "a.b", "_a", "a".repeat(65)]) assert.equal(variableIssue(name, true)?.[0], "variable", name);
  for (const name of ["contact", "and", "True"]) assert.equal(variableIssue(name, true)?.[0], "variable_taken", name);
  assert.equal(variableIssue("order.lines.0", false), null);
});
