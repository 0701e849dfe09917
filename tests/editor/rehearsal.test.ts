import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../builder/editor/document.ts";
import { Rehearsal } from "../../builder/editor/test/rehearsal.ts";
import { freeName, testOf } from "../../builder/editor/test/saved_test.ts";
import type { Action, Simulation, SimulationBody, Visit } from "../../builder/editor/test/simulation.ts";
import { inWords, isoDuration, millisecondsOf } from "../../builder/editor/durations.ts";
import { between, moments, pathOf, tookInWords } from "../../builder/editor/test/timeline.ts";

const NOON = "2026-01-05T12:00:00Z";
const ONE = "2026-01-05T13:00:00Z";

function visit(node: string, line: number | null, more: Partial<Visit> = {}): Visit {
  return { flow: "main", node, type: "message", event: null, heard: null, outcome: "Next", port: "next", changed: {}, said: [], performed: [], note: null, failed: false, at: NOON, line, microseconds: 5, ...more };
}

function simulation(more: Partial<Simulation> = {}): Simulation {
  return { messages: [], trace: [], variables: {}, types: {}, input: null, waiting: [], now: NOON, status: "bot", checks: [], ...more };
}

function said(from: "bot" | "visitor", text: string, line: number | null) {
  return { from, text, line, at: NOON, type: "text" };
}

/** A server that takes as long as the test wants; it answers one visit a line. */
class Server {
  bodies: SimulationBody[] = [];
  private answers: ((error?: Error) => void)[] = [];
  refuse = "";

  simulate = (body: SimulationBody): Promise<Simulation> => {
    this.bodies.push(body);
    return new Promise((resolve, reject) => {
      this.answers.push((error) => {
        const last = body.talk.length - 1;
        const checks = this.refuse ? [{ line: last, ok: false, expected: "choose", got: this.refuse }] : [];
        if (error) reject(error);
        else resolve(simulation({ trace: body.talk.map((_, line) => visit(`n${line}`, line)), checks }));
      });
    });
  };

  async answer(place = 0, error?: Error): Promise<void> {
    await settled();
    this.answers.splice(place, 1)[0]?.(error);
    await settled();
  }
}

const settled = () => new Promise((done) => setTimeout(done, 5));

function rehearsing(): { store: Store; server: Server; rehearsal: Rehearsal } {
  const store = new Store("bot");
  store.load(new Map<string, unknown>([["f:main", { id: "main", name: "Main", start: "a" }], ["n:main/a", { id: "a", type: "message", config: { text: "Hi" } }]]), () => false);
  const server = new Server();
  return { store, server, rehearsal: new Rehearsal(store, server.simulate, 10) };
}

test("every action posts the whole talk and lights the path", async () => {
  const { store, server, rehearsal } = rehearsing();
  void rehearsal.act({ user: "Ada" });
  await server.answer();
  void rehearsal.act({ choose: "blue" });
  assert.equal(rehearsal.settled, 1);
  await server.answer();
  assert.deepEqual(server.bodies.map((body) => body.talk), [[{ user: "Ada" }], [{ user: "Ada" }, { choose: "blue" }]]);
  assert.equal(server.bodies[0]?.opening, true);
  assert.equal(rehearsal.settled, 2);
  assert.deepEqual(store.trace, [{ flow: "main", node: "n0", port: "next" }, { flow: "main", node: "n1", port: "next" }]);
});

test("an answer that comes after a newer question is not shown", async () => {
  const { server, rehearsal } = rehearsing();
  void rehearsal.act({ user: "one" });
  await settled();
  void rehearsal.act({ user: "two" });
  await settled();
  await server.answer(1);
  assert.equal(rehearsal.result?.trace.length, 2);
  await server.answer(0);
  assert.equal(rehearsal.result?.trace.length, 2);
  assert.equal(rehearsal.running, false);
});

test("a changed document plays the talk anew, saving a test does not", async () => {
  const { store, server, rehearsal } = rehearsing();
  const stop = rehearsal.watch();
  await server.answer();
  store.change("Edit", [{ key: "n:main/a", value: { id: "a", type: "message", config: { text: "Hello" } } }]);
  await new Promise((done) => setTimeout(done, 30));
  assert.equal(server.bodies.length, 2);
  await server.answer();
  store.change("Save", [{ key: "s:tests", value: [] }]);
  await new Promise((done) => setTimeout(done, 30));
  assert.equal(server.bodies.length, 2);
  stop();
  store.change("Edit", [{ key: "n:main/a", value: null }]);
  await new Promise((done) => setTimeout(done, 30));
  assert.equal(server.bodies.length, 2);
});

test("a line that no longer fits is named, and the next answer takes its place", async () => {
  const { server, rehearsal } = rehearsing();
  void rehearsal.act({ user: "Ada" });
  await server.answer();
  server.refuse = "there is no button";
  void rehearsal.act({ choose: "gone" });
  await server.answer();
  assert.equal(rehearsal.misfit, "there is no button");
  assert.equal(rehearsal.settled, 1);
  server.refuse = "";
  void rehearsal.act({ choose: "red" });
  assert.equal(rehearsal.misfit, "");
  await server.answer();
  assert.deepEqual(rehearsal.talk, [{ user: "Ada" }, { choose: "red" }]);
});

test("a refused draft and a cut line are told apart, and the talk stays", async () => {
  const { server, rehearsal } = rehearsing();
  void rehearsal.act({ user: "Ada" });
  await server.answer(0, Object.assign(new Error("not a bot"), { status: 422 }));
  assert.deepEqual(rehearsal.hindrance, { kind: "draft", message: "not a bot" });
  void rehearsal.play();
  await server.answer(0, new TypeError("Failed to fetch"));
  assert.equal(rehearsal.hindrance?.kind, "line");
  void rehearsal.play();
  await server.answer();
  assert.equal(rehearsal.hindrance, null);
  assert.equal(rehearsal.talk.length, 1);
});

test("a test from a step begins there with what is known by now", async () => {
  const { server, rehearsal } = rehearsing();
  void rehearsal.act({ user: "Ada" });
  await server.answer();
  rehearsal.result = { ...simulation(), variables: { name: "Ada" } };
  void rehearsal.beginAt({ flow: "main", node: "a" });
  await server.answer();
  const asked = server.bodies[1];
  assert.ok(asked);
  const { flow, node, variables, talk } = asked;
  assert.deepEqual({ flow, node, variables, talk }, { flow: "main", node: "a", variables: { name: "Ada" }, talk: [] });
  void rehearsal.beginAt(null);
  await server.answer();
  assert.deepEqual([server.bodies[2]?.flow, server.bodies[2]?.variables], [undefined, {}]);
});

test("a moment is a line with the steps it caused, also where it caused none", () => {
  const talk: Action[] = [{ user: "Ada" }, { wait: "PT1H" }, { choose: "x" }, { user: "never" }];
  const result = simulation({
    messages: [said("bot", "Hi", null), said("visitor", "Ada", 0)],
    trace: [visit("a", null), visit("b", null), visit("b", 0)],
    checks: [{ line: 2, ok: false, expected: "choose x", got: "no button" }],
  });
  const shown = moments(result, talk).map(({ line, visits }) => [line, visits.map((one) => one.node)]);
  assert.deepEqual(shown, [[null, ["a", "b"]], [0, ["b"]], [1, []]]);
});

test("the path keeps the way out where one was taken", () => {
  const result = simulation({ trace: [visit("a", null), visit("b", null, { outcome: "Wait", port: null })] });
  assert.deepEqual(pathOf(result), [{ flow: "main", node: "a", port: "next" }, { flow: "main", node: "b" }]);
});

test("spans of time are written for the server and for people", () => {
  for (const [milliseconds, iso] of [[7_200_000, "PT2H"], [86_400_000, "P1D"], [90_061_500, "P1DT1H1M1.5S"], [100, "PT0.1S"]] as const) {
    assert.equal(isoDuration(milliseconds), iso);
    assert.equal(millisecondsOf(iso), milliseconds);
  }
  assert.equal(millisecondsOf("P2W"), 14 * 86_400_000);
  assert.equal(inWords(7_200_000), "2 hours");
  assert.equal(inWords(90_061_500), "1 day 1 hour");
  assert.equal(inWords(90_061_500, 4, "de"), "1 Tag 1 Stunde 1 Minute 1 Sekunde");
  assert.equal(between(NOON, ONE), 3_600_000);
  assert.equal(between(ONE, NOON), 100);
  assert.equal(tookInWords(12, "en"), "12 μs");
  assert.equal(tookInWords(3_400, "en"), "3.4 ms");
});

test("a talk becomes a test that expects what was answered", () => {
  const result = simulation({
    messages: [said("bot", "Name?", null), said("visitor", "Ada", 0), said("bot", "~ Hi Ada", 0), said("bot", " ", 0)],
    trace: [visit("a", 0, { changed: { name: "Ada", gone: null } })],
    variables: { name: "Ada", score: 0, gone: null },
    status: "ended",
  });
  const circumstances = { channel: "sms", language: "nb", variables: {} };
  assert.deepEqual(testOf("Ada", result, [{ user: "Ada" }], circumstances), {
    name: "Ada",
    channel: "sms",
    language: "nb",
    talk: [{ bot: "Name?" }, { user: "Ada" }, { bot: "~~ Hi Ada" }, { vars: { name: "Ada" } }, { status: "ended" }],
  });
});

test("a bot that is silent at the opening is opened all the same", () => {
  const test = testOf("Silent", simulation(), [{ user: "Hi" }], { channel: "web", language: null, variables: {} });
  assert.deepEqual(test.talk, [{ status: "bot" }, { user: "Hi" }, { status: "bot" }]);
});

test("names of tests are free", () => {
  assert.equal(freeName("Ada", []), "Ada");
  assert.equal(freeName("Ada", ["Ada", "Ada 2"]), "Ada 3");
});
