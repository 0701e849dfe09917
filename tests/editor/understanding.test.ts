/** Example sentences, where they stand, and what is kept up about them while somebody looks. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Store, type FlowItem } from "../../builder/editor/document.ts";
import { addExamples, countInWords, examplesOf, intake, placeOf, sentencesIn, translationsMoved, triggersOf } from "../../builder/editor/understanding/examples.ts";
import { languagesInWords, mixes, verdictOf, type Intent, type Understanding, type Understood } from "../../builder/editor/understanding/findings.ts";
import { goToExamples } from "../../builder/editor/understanding/places.ts";
import { Study } from "../../builder/editor/understanding/study.ts";
import { Refused } from "../../builder/editor/wire.ts";
import { goTo } from "../../builder/editor/test/places.ts";

const settled = (milliseconds = 5) => new Promise((done) => setTimeout(done, milliseconds));

function bot(): Store {
  const store = new Store("bot");
  const refund = { id: "refund", name: "Refund", start: "a", triggers: [{ kind: "keyword", words: ["refund"] }, { kind: "intent", examples: ["I want my money back", "Refund, please!"] }] };
  const order = { id: "order", name: "Order", start: "a", triggers: [{ kind: "intent", examples: ["Where is my order?"] }] };
  const main = { id: "main", name: "Main", start: "a", triggers: [{ kind: "start" }] };
  store.load(new Map<string, unknown>([["f:main", main], ["f:refund", refund], ["f:order", order], ["s:main", "main"]]), () => false);
  return store;
}

const triggers = (store: Store, flow: string) => triggersOf(store.get<FlowItem>(`f:${flow}`));

test("sentences are read as people paste them", () => {
  assert.deepEqual(sentencesIn("Where is  my order?"), ["Where is my order?"]);
  assert.deepEqual(sentencesIn("Is it late?\r\n\n  When does it come? \tTrack it"), ["Is it late?", "When does it come?", "Track it"]);
  assert.deepEqual(sentencesIn("For example:\n- One\n• Two"), ["For example:", "One", "Two"]);
  assert.deepEqual(sentencesIn("1. One\n2) Two"), ["One", "Two"]);
  assert.deepEqual(sentencesIn("3. floor please"), ["3. floor please"], "alone it is no list");
  assert.deepEqual(sentencesIn("3. floor please\nTwo"), ["3. floor please", "Two"], "nor is it where only some have a number");
  assert.deepEqual(sentencesIn("“Where is it?”\n«Hvor er den?»"), ["Where is it?", "Hvor er den?"]);
  assert.deepEqual(sentencesIn(" \n\t"), []);
});

test("a sentence stands in one place of the whole bot, whatever its capitals and marks", () => {
  const store = bot();
  const { fresh, refused } = intake(store, ["where is my order", "I WANT my money back…", "Something new", "something NEW!", "x".repeat(501)]);
  assert.deepEqual(fresh, ["Something new"]);
  assert.deepEqual(refused.map(({ place }) => place), [
    { flow: "order", trigger: 0, at: 0 },
    { flow: "refund", trigger: 1, at: 0 },
    null,
  ]);
  const place = { flow: "order", trigger: 0, at: 0 };
  assert.deepEqual(intake(store, ["Where is my order"], place).fresh, ["Where is my order"], "its own marks may change");
  assert.deepEqual(intake(store, ["Refund please"], place).refused[0]?.place, { flow: "refund", trigger: 1, at: 1 });
  assert.deepEqual(intake(store, ["?!", "…"]).fresh, ["?!", "…"], "marks alone differ");
});

test("one click adds an example, and one step takes it back", () => {
  const store = bot();
  addExamples(store, "refund", ["Give it back"]);
  assert.deepEqual(examplesOf(triggers(store, "refund")[1]), ["I want my money back", "Refund, please!", "Give it back"]);
  assert.deepEqual(placeOf(store, "give it BACK"), { flow: "refund", trigger: 1, at: 2 });
  store.undo();
  assert.equal(placeOf(store, "Give it back"), null);
  addExamples(store, "main", ["Hello there"]);
  assert.deepEqual(triggers(store, "main"), [{ kind: "start" }, { kind: "intent", examples: ["Hello there"] }]);
});

test("translations go along with the lines they are of", () => {
  const store = bot();
  const prefix = "flows.refund.triggers.1.examples.";
  const other = { "flows.order.triggers.0.examples.1": "x", [`${prefix}x`]: "y" };
  store.take([{ key: "s:languages", value: { nb: { [`${prefix}0`]: "null", [`${prefix}1`]: "en", [`${prefix}2`]: "to", ...other } } }]);
  const [edit] = translationsMoved(store, prefix, (at) => (at === 0 ? null : at - 1));
  assert.deepEqual(edit?.value, { nb: { [`${prefix}0`]: "en", [`${prefix}1`]: "to", ...other } });
  assert.deepEqual(translationsMoved(store, prefix, (at) => at), []);
  const [whole] = translationsMoved(store, "flows.refund.triggers.", (at) => at - 1);
  assert.deepEqual(Object.keys((whole?.value as { nb: object }).nb)[0], "flows.refund.triggers.0.examples.0");
});

test("counts say how many are wanted", () => {
  assert.match(countInWords(0), /ten are plenty/);
  assert.match(countInWords(4), /^4 examples. Add more/);
  assert.equal(countInWords(7), "7 examples; ten are plenty.");
  assert.equal(countInWords(10), "10 examples: plenty.");
});

test("a finding leads to the sentences it is about", () => {
  const store = bot();
  goToExamples(store, "refund");
  assert.equal(store.flow, "refund");
  assert.deepEqual(store.focus, { key: "f:refund", path: "triggers[1].examples" });
  goTo(store, { severity: "warning", code: "x", path: "flows[2].triggers[0].examples[0]", message: "", flow: "order" });
  assert.deepEqual(store.focus, { key: "f:order", path: "triggers[0].examples[0]" });
  goTo(store, { severity: "warning", code: "x", path: "flows[0]", message: "", flow: "main" });
  assert.deepEqual([store.flow, store.selection], ["main", []]);
});

function intent(flow: string, more: Partial<Intent> = {}): Intent {
  return { flow, name: flow, examples: 5, languages: { en: 5 }, recognised: 1, few: false, confused_with: [], ...more };
}

test("two flows that are mixed up stand together once, sentence beside sentence", () => {
  const confusion = (flow: string, share: number, ...pairs: [string, string][]) => ({ flow, name: flow, share, pairs: pairs.map(([text, nearest]) => ({ text, nearest })) });
  const found = mixes([
    intent("a", { confused_with: [confusion("b", 0.1, ["a1", "b1"])] }),
    intent("b", { confused_with: [confusion("a", 0.3, ["b1", "a1"], ["b2", "a2"]), confusion("c", 0.5, ["b3", "c1"])] }),
    intent("c"),
  ]);
  assert.deepEqual(found, [
    { flows: ["b", "c"], share: 0.5, pairs: [["b3", "c1"]] },
    { flows: ["a", "b"], share: 0.3, pairs: [["a1", "b1"], ["a2", "b2"]] },
  ]);
  assert.equal(languagesInWords({ en: 5 }), "");
  assert.equal(languagesInWords({ de: 2, en: 8 }), "English 8, German 2");
});

function understood(more: Partial<Understood> = {}): Understood {
  return { intent: null, name: null, score: 0, threshold: 0.5, out_of_scope: true, ranking: [], keyword: null, entities: {}, language: "en", by: "minilm", milliseconds: 3, note: null, ...more };
}

test("a keyword goes before any meaning", () => {
  assert.equal(verdictOf(understood({ keyword: "system.cancel", intent: "refund" })), "keyword");
  assert.equal(verdictOf(understood({ intent: "refund" })), "intent");
  assert.equal(verdictOf(understood({ ranking: [{ intent: "refund", name: "", score: 0.1, nearest: null }] })), "none");
  assert.equal(verdictOf(understood()), "nothing");
});

/** A server that is as slow as the test wants. */
class Server {
  asked: string[] = [];
  by = "minilm";
  private answers: ((error?: Error) => void)[] = [];

  understand = (text: string): Promise<Understood> => this.later(text, understood({ by: this.by, intent: text }));
  understanding = (): Promise<Understanding> =>
    this.later("report", { state: "ready", intents: [], threshold: 0.5, tuned: true, in_scope: null, out_of_scope: null, embedder: "minilm", languages: [], milliseconds: 1 });

  async answer(place = 0, error?: Error): Promise<void> {
    await settled();
    this.answers.splice(place, 1)[0]?.(error);
    await settled();
  }

  private later<T>(what: string, value: T): Promise<T> {
    this.asked.push(what);
    return new Promise((resolve, reject) => this.answers.push((error) => (error ? reject(error) : resolve(value))));
  }
}

function studying(): { store: Store; server: Server; study: Study } {
  const store = bot();
  const server = new Server();
  return { store, server, study: new Study(store, server, 10) };
}

test("while somebody looks, changes of flows and settings are learnt after a pause; others are not", async () => {
  const { store, server, study } = studying();
  addExamples(store, "order", ["Not looked at"]);
  await settled(25);
  assert.deepEqual(server.asked, []);
  const stop = study.watch();
  await server.answer();
  assert.equal(study.report?.threshold, 0.5);
  addExamples(store, "order", ["Is it on its way?"]);
  addExamples(store, "order", ["Did you send it?"]);
  store.change("", [{ key: "n:order/a", value: { id: "a", type: "message" } }]);
  await settled(25);
  assert.deepEqual(server.asked, ["report", "report"], "two changes at once are learnt once");
  await server.answer();
  store.change("", [{ key: "n:order/a", value: { id: "a", type: "message", position: { x: 8, y: 8 } } }]);
  await settled(25);
  assert.equal(server.asked.length, 2);
  store.change("", [{ key: "s:settings", value: { intent_confidence: 0.4 } }]);
  await settled(25);
  assert.equal(server.asked.length, 3);
  stop();
  addExamples(store, "order", ["Unseen"]);
  await settled(25);
  assert.equal(server.asked.length, 3);
});

test("the newest sentence counts, and is asked again after a change, but not of a model that is paid", async () => {
  const { store, server, study } = studying();
  void study.try("one");
  void study.try("two");
  await server.answer(1);
  await server.answer(0);
  assert.equal(study.result?.intent, "two");
  const stop = study.watch();
  await server.answer();
  assert.deepEqual(server.asked, ["one", "two", "report", "two"]);
  server.by = "model:large";
  await server.answer();
  void study.try("three");
  await server.answer();
  addExamples(store, "order", ["Once more"]);
  await settled(25);
  await server.answer();
  assert.deepEqual(server.asked.slice(4), ["three", "report"]);
  assert.equal(study.outdated, true);
  stop();
});

test("while the examples are being learnt it asks again, but not for ever, nor for what nobody waits for", async () => {
  const { server, study } = studying();
  const learning = new Refused(503, "The examples are still being learnt.");
  void study.try("one");
  await server.answer(0, learning);
  await settled(25);
  await server.answer();
  assert.equal(study.result?.intent, "one");
  void study.try("two");
  void study.try("three");
  await server.answer(0, learning);
  await settled(25);
  assert.deepEqual(server.asked, ["one", "one", "two", "three"]);
  for (let asked = 0; asked < 40; asked += 1) await server.answer(0, learning).then(() => settled(12));
  assert.equal(server.asked.length, 3 + 31);
  assert.deepEqual(study.hindrance, { kind: "draft", message: "The examples are still being learnt." });
});

test("what hinders is told, and what was found before is kept", async () => {
  const { server, study } = studying();
  void study.read();
  await server.answer();
  void study.read();
  await server.answer(0, new Refused(422, "The draft is not sound."));
  assert.deepEqual(study.hindrance, { kind: "draft", message: "The draft is not sound." });
  assert.ok(study.report);
  void study.try("one");
  await server.answer(0, new TypeError("Failed to fetch"));
  assert.equal(study.hindrance?.kind, "line");
  void study.renewAll();
  await server.answer();
  assert.equal(study.hindrance, null);
  await server.answer();
  assert.equal(study.result?.intent, "one");
});
