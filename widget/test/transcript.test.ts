import assert from "node:assert/strict";
import { test } from "node:test";
import { Transcript } from "../src/transcript.ts";
import type { Message, Visible } from "../src/types.ts";

const AT = "2026-11-21T10:00:00Z";
const bot = (seq: number, text = `bot ${seq}`): Message => ({ seq, at: AT, from: "bot", type: "text", text });
const event = (message: Message): Visible => ({ event: "message", ...message });
const mine = (seq: number, text: string): Visible => event({ ...bot(seq, text), from: "visitor" });
const spoken = (id: string, text: string, after: number) => ({ id, text, after, at: Date.parse(AT), type: "text" });
const texts = (transcript: Transcript) => transcript.lines.map((line) => line.text);

test("the answer and the stream bring the same: it is shown once", () => {
  const log = new Transcript();
  log.add(bot(1));
  log.take(event(bot(1)));
  log.take(event(bot(2)));
  log.add(bot(2));
  assert.deepEqual(texts(log), ["bot 1", "bot 2"]);
  assert.equal(log.cursor, 2);
});

test("a gap is told, not bridged", () => {
  const log = new Transcript();
  assert.ok(log.take(event(bot(1))));
  assert.ok(!log.take(event(bot(3))));
  assert.equal(log.cursor, 1);
});

test("our own words stand where we said them, and find their number", () => {
  const log = new Transcript();
  log.take(event(bot(1)));
  log.expect(spoken("a", "Ada", 1));
  assert.equal(log.lines.at(-1)?.state, "waiting");
  log.acknowledge("a", 3, [bot(3)]);
  log.add(bot(3));
  assert.deepEqual(texts(log), ["bot 1", "Ada", "bot 3"]);
  const key = log.lines[1]?.key;
  log.take(mine(2, "Ada"));
  log.take(event(bot(3)));
  assert.deepEqual(texts(log), ["bot 1", "Ada", "bot 3"]);
  assert.equal(log.lines[1]?.seq, 2);
  assert.equal(log.lines[1]?.key, key); // the same line, so nothing flickers
});

test("the stream may be quicker than the answer", () => {
  const log = new Transcript();
  log.expect(spoken("a", "Ada", 0));
  log.take(mine(1, "Ada"));
  log.take(event(bot(2)));
  log.acknowledge("a", 2, [bot(2)]);
  assert.deepEqual(texts(log), ["Ada", "bot 2"]);
});

test("the same words twice are two messages", () => {
  const log = new Transcript();
  log.expect(spoken("a", "yes", 0));
  log.expect(spoken("b", "yes", 0));
  log.take(mine(1, "yes"));
  assert.deepEqual(texts(log), ["yes", "yes"]);
  log.take(mine(2, "yes"));
  assert.deepEqual(texts(log), ["yes", "yes"]);
  log.take(mine(3, "yes")); // said in another tab
  assert.deepEqual(texts(log), ["yes", "yes", "yes"]);
});

test("words from an earlier page that the server already has are not doubled", () => {
  const log = new Transcript();
  log.take(mine(1, "Ada"));
  log.take(event(bot(2)));
  log.expect(spoken("a", "Ada", 0));
  assert.deepEqual(texts(log), ["Ada", "bot 2"]);
});

test("words that go again after they have found their number are not doubled", () => {
  const log = new Transcript();
  log.expect(spoken("a", "Ada", 0));
  log.take(mine(1, "Ada"));
  log.expect(spoken("a", "Ada", 0));
  log.acknowledge("a", 2, [bot(2)]);
  assert.deepEqual(texts(log), ["Ada"]);
});

test("words said after the same words are new", () => {
  const log = new Transcript();
  log.take(mine(1, "yes"));
  log.expect(spoken("a", "yes", 1));
  assert.deepEqual(texts(log), ["yes", "yes"]);
});

test("a value finds its number though the transcript writes it otherwise", () => {
  const log = new Transcript();
  log.expect({ ...spoken("a", "Lemon", 0), type: "choice" });
  log.acknowledge("a", 2, [bot(2)]);
  log.take(mine(1, "lemon cake"));
  assert.deepEqual(texts(log), ["lemon cake"]);
});

test("refused words stay, and can go again or for good", () => {
  const log = new Transcript();
  log.expect(spoken("a", "Ada", 0));
  log.refuse("a", "Too long.");
  assert.deepEqual([log.lines[0]?.state, log.lines[0]?.failure], ["failed", "Too long."]);
  log.retry("a");
  assert.equal(log.lines[0]?.state, "waiting");
  log.drop("a");
  assert.deepEqual(texts(log), []);
});

test("a deleted message goes, an edited one changes", () => {
  const log = new Transcript();
  log.take(event(bot(1)));
  log.take({ ...event(bot(1, "better")), seq: 1 });
  assert.deepEqual(texts(log), ["better"]);
  log.take({ ...event(bot(1)), deleted: true });
  assert.deepEqual(texts(log), []);
});
