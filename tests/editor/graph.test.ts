import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonSchema, NodeType } from "../../builder/editor/catalogue.ts";
import { Store } from "../../builder/editor/document.ts";
import { placesOf } from "../../builder/editor/mirror.ts";
import { openWay, plain, rowsOf, storesIn, summaryOf, waysOut, type WayOut } from "../../builder/editor/graph.ts";
import { arranged, free, GRID, placeBeside } from "../../builder/editor/layout.ts";

const type = (given: Partial<NodeType>): NodeType => ({ type: "x", label: "X", help: "", icon: "", group: "logic", summary: null, ways: [], oneOf: [], schema: {}, fresh: {}, example: {}, ...given });
const told = (given: Partial<NodeType>, config: Record<string, unknown>) =>
  summaryOf(type(given), config)
    .map((piece) => (piece.chip ? `[${piece.text}]` : piece.text))
    .join("");
const field = (name: string, selector: JsonSchema["x-selector"]): JsonSchema => ({ properties: { [name]: { "x-selector": selector } } });

test("a card says what its step does", () => {
  assert.equal(told({ summary: "text" }, { text: "**Hello** {{ contact.name or 'there' }}, [see](https://x.example)!" }), "Hello [contact.name], see!");
  assert.equal(told({ summary: "branches" }, { branches: [{ where: { all: [{ variable: "order.total", op: "gt", value: 100 }, { variable: "vip", op: "is_set" }] } }, {}] }), "if [order.total] is above 100 and [vip] is known and 1 more");
  assert.equal(told({ summary: "assign" }, { assign: [{ variable: "score", value: 3 }] }), "[score] = 3");
  assert.equal(told({ summary: "fields" }, { fields: [{ variable: "order", type: "text" }, { variable: "day" }] }), "[order] and 1 more");
  assert.equal(told({ summary: "duration", schema: field("duration", { kind: "duration" }) }, { duration: "P1DT2H" }), "1 day 2 hours");
  assert.equal(told({ summary: "duration", schema: field("duration", { kind: "duration" }) }, { duration: "PT10M" }), "10 minutes");
  const optional = { properties: { duration: { anyOf: [{ type: "string", "x-selector": { kind: "duration" } }, { type: "null" }] } } } as const;
  assert.equal(told({ summary: "duration", schema: optional }, { duration: "PT2H" }), "2 hours");
  assert.equal(told({ summary: "duration", schema: optional }, { duration: "P1W" }), "7 days");
  assert.equal(told({ summary: "action", schema: field("action", { kind: "select", labels: { back: "Go back" } }) }, { action: "back" }), "Go back");
  assert.equal(told({ summary: "text" }, {}), "");
});

test("a step shows where its answer goes", () => {
  const ask = type({ schema: field("variable", { kind: "variable", writable: true }) });
  assert.equal(storesIn(ask, { variable: "name" }), "name");
  assert.equal(storesIn(type({}), { variable: "name" }), "");
});

test("labels are shown without marks", () => {
  assert.equal(plain("  *  {{ a.b | upper }} _x_ "), "a.b _x_");
});

const ways: WayOut[] = [
  { id: "yes", label: "Yes", kind: "branch" },
  { id: "next", label: "Next", kind: "usual" },
  { id: "no_reply", label: "If no answer", kind: "no_reply" },
];

test("rare ways are folded until an edge uses them, and edges of lost ways stay in sight", () => {
  const rows = rowsOf(ways, new Set(["gone"]));
  assert.deepEqual(rows.shown.map((way) => [way.id, way.kind]), [["yes", "branch"], ["next", "usual"], ["gone", "gone"]]);
  assert.deepEqual(rows.folded.map((way) => way.id), ["no_reply"]);
  assert.deepEqual(rowsOf(ways, new Set(["no_reply"])).folded, []);
});

test("a new step follows the first open usual way", () => {
  assert.equal(openWay(ways, new Set())?.id, "next");
  assert.equal(openWay(ways, new Set(["next"]))?.id, "yes");
  assert.equal(openWay(ways, new Set(["next", "yes"])), undefined);
});

test("an unknown type has no ways, and that is no failure", () => {
  assert.deepEqual(waysOut(undefined, { options: "nonsense" }), []);
});

test("arranged steps keep to the grid, go to the right and do not overlap", () => {
  const steps = ["a", "b", "c", "d"].map((id) => ({ id, type: "message" }));
  const edges = [
    { source: "a", target: "b" },
    { source: "a", target: "c" },
    { source: "b", target: "d" },
    { source: "d", target: "a" },
    { source: "c", target: "missing" },
  ];
  const places = arranged(steps, edges, () => 160);
  for (const { x, y } of places.values()) assert.deepEqual([x % GRID, y % GRID], [0, 0].map((zero) => zero * Math.sign(x || 1)));
  assert.ok(places.get("b")!.x > places.get("a")!.x + 240);
  assert.ok(Math.abs(places.get("b")!.y - places.get("c")!.y) >= 160);
});

test("a step beside another lies where nothing else does", () => {
  const first = { x: 0, y: 0, width: 240, height: 120 };
  const at = placeBeside(first, []);
  assert.deepEqual(at, { x: 336, y: 0 });
  const taken = [first, { ...at, width: 240, height: 120 }];
  const next = free(at, taken);
  assert.equal(next.x, 336);
  assert.ok(next.y >= 120);
});

test("steps without a place stay where they were first drawn, whatever is connected", () => {
  const store = new Store("bot");
  const edits = ["a", "b", "c"].map((id) => ({ key: `n:main/${id}`, value: { id, type: "message" } }));
  store.take([{ key: "f:main", value: { id: "main", name: "Main", start: "a" } }, ...edits]);
  const before = placesOf(store);
  store.change("Connect", [{ key: "e:main/a/next", value: { source: "a", port: "next", target: "b" } }]);
  assert.deepEqual(placesOf(store), before);
  store.change("Add", [{ key: "n:main/d", value: { id: "d", type: "message", position: { x: 800, y: 0 } } }]);
  assert.deepEqual(placesOf(store), new Map([...before, ["d", { x: 800, y: 0 }]]));
});
