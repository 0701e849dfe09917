import assert from "node:assert/strict";
import { test } from "node:test";
import { addMonths, firstWeekday, iso, isPossible, nearest, weeksOf } from "../src/calendar.ts";
import { Cutter } from "../src/events.ts";
import { colour, contrast, readLook, ring } from "../src/look.ts";
import { readNumber, scaleOf, stepped } from "../src/numbers.ts";
import { en } from "../src/texts/en.ts";
import { nb } from "../src/texts/nb.ts";
import { ru } from "../src/texts/ru.ts";
import { sv } from "../src/texts/sv.ts";
import { uk } from "../src/texts/uk.ts";
import { fill } from "../src/fill.ts";
import { wordsOf } from "../src/words.ts";

test("events are the same however the bytes are cut", () => {
  const stream = 'id: 4\nevent: message\ndata: {"seq":4}\n\n:\n\nevent: input\ndata: null\n\nevent: token\r\ndata: a\r\ndata: b\r\n\r\n';
  const whole = [{ name: "message", data: '{"seq":4}' }, { name: "input", data: "null" }, { name: "token", data: "a\nb" }];
  for (const size of [1, 2, 7, 1000]) {
    const cutter = new Cutter();
    const found = [];
    for (let at = 0; at < stream.length; at += size) found.push(...cutter.push(stream.slice(at, at + size)));
    assert.deepEqual(found, whole, `pieces of ${size}`);
  }
});

test("a look survives anything", () => {
  const nonsense = [null, 7, "x", [], { accent: 5, title: {}, launcher: "x", radius: "big", mode: "neon", position: "up" }];
  for (const given of nonsense) {
    const look = readLook(given, "Shop");
    assert.match(look.accent, /^#[0-9a-f]{6}$/);
    assert.equal(look.title, "Shop");
    assert.deepEqual([look.mode, look.position, look.radius], ["auto", "", "16px"]);
  }
  const look = readLook(
    { accent: "#FFD400", title: " Cakes ", avatar: "javascript:alert(1)", radius: 8, mode: "dark", position: "left", launcher: { text: "Help" } },
    "Shop",
  );
  assert.deepEqual(
    [look.accent, look.onAccent, look.title, look.avatar, look.radius, look.mode, look.position, look.label],
    ["#ffd400", "#1c2024", "Cakes", "", "8px", "dark", "left", "Help"],
  );
});

test("words on the accent can always be read", () => {
  for (let at = 0; at < 4096; at += 1) {
    const accent = colour(`#${at.toString(16).padStart(3, "0").replace(/./g, "$&$&")}`);
    const { onAccent } = readLook({ accent }, "");
    assert.ok(contrast(accent, onAccent) >= 4.5, `${onAccent} on ${accent}`);
  }
});

test("a ring that would not be seen is darker or lighter", () => {
  assert.equal(ring("#3e63dd", false), "var(--accent)");
  assert.match(ring("#ffd400", false), /#000/);
  assert.match(ring("#101020", true), /#fff/);
});

test("numbers as people write them", () => {
  const written = { "12": 12, "1 234,5": 1234.5, "1,234.5": 1234.5, "1.234,5": 1234.5, "-3": -3, "0,5": 0.5, "": null, "a": null, "1-2": null };
  for (const [text, number] of Object.entries(written)) assert.equal(readNumber(text), number, text);
});

test("few numbers are a row, many a field", () => {
  assert.deepEqual(scaleOf({ minimum: 1, maximum: 2, step: 0.5 }), [1, 1.5, 2]);
  assert.equal(scaleOf({ minimum: 0, maximum: 10, step: 1 })?.length, 11);
  assert.equal(scaleOf({ minimum: 0, maximum: 100, step: 1 }), null);
  assert.equal(scaleOf({ minimum: 0, maximum: 10 }), null);
  assert.equal(stepped({ minimum: 5 }, null, 1), 5);
  assert.equal(stepped({ step: 0.1 }, 0.2, 1), 0.3);
  assert.equal(stepped({ maximum: 3 }, 3, 1), 3);
});

test("months end where they end", () => {
  assert.equal(iso(addMonths(new Date(2027, 0, 31), 1)), "2027-02-28");
  assert.equal(iso(addMonths(new Date(2026, 11, 15), 1)), "2027-01-15");
  for (const start of [0, 1, 6]) {
    for (let month = 0; month < 24; month += 1) {
      const weeks = weeksOf(new Date(2026, month, 15), start);
      const days = weeks.flat().map(iso);
      assert.equal(new Set(days).size, days.length);
      assert.ok(weeks.every((week) => week.length === 7 && week[0]?.getDay() === start));
      assert.ok(days.includes(iso(new Date(2026, month, 1))) && days.includes(iso(new Date(2026, month + 1, 0))));
    }
  }
  assert.deepEqual([firstWeekday("nb-NO"), firstWeekday("en-US"), firstWeekday("???")], [1, 0, 1]);
});

test("a calendar opens at a day that may be chosen", () => {
  const limits = { earliest: "2027-02-28", latest: "2027-03-02" };
  const day = (date: number) => new Date(2027, 2, date);
  assert.deepEqual([0, 1, 2, 3, -1].map((date) => isPossible(day(date), limits)), [true, true, true, false, false]);
  assert.deepEqual([-5, 1, 9].map((date) => iso(nearest(day(date), limits))), ["2027-02-28", "2027-03-01", "2027-03-02"]);
  assert.equal(iso(nearest(day(9), {})), "2027-03-09");
  assert.equal(isPossible(day(9), { earliest: null, latest: null }), true);
});

test("every language says everything, with the same gaps", () => {
  const gaps = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
  for (const [language, words] of Object.entries({ nb, sv, uk, ru })) {
    assert.deepEqual(Object.keys(words), Object.keys(en), language);
    for (const [key, text] of Object.entries(words)) {
      assert.ok(text.trim(), `${language}.${key}`);
      assert.equal(gaps(text), gaps(en[key as keyof typeof en]), `${language}.${key}`);
      assert.notEqual(text, key === "send" || key === "rated" ? "" : en[key as keyof typeof en], `${language}.${key}`);
    }
  }
});

test("a channel's own words win, the ones of a language most", async () => {
  const texts = { write: "Ask us", nb: { write: "Spør oss", send: 7 }, nonsense: "x" };
  assert.equal((await wordsOf("en", texts)).write, "Ask us");
  const words = await wordsOf("nb", texts);
  assert.deepEqual([words.write, words.send, words.you], ["Spør oss", nb.send, nb.you]);
  assert.equal((await wordsOf("xx", {})).write, en.write);
  assert.equal(fill("{a} of {b} {c}", { a: 1, b: "two" }), "1 of two {c}");
});
