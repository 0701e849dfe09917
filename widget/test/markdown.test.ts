import assert from "node:assert/strict";
import { test } from "node:test";
import { type Element, parse, plain, safeAddress, type Tree } from "../src/markdown.ts";

/** A tree as tags and words, to compare at a glance. */
function written(tree: Tree): string {
  if (typeof tree === "string") return tree;
  const href = tree.href ? ` ${tree.href}` : "";
  return `<${tree.tag}${href}>${tree.children.map(written).join("")}</>`;
}

const shown = (text: string) => parse(text).map(written).join("");

const CASES: [string, string][] = [
  ["Hello", "<p>Hello</>"],
  ["**strong** and *soft* and _soft_ and ~~gone~~", "<p><strong>strong</> and <em>soft</> and <em>soft</> and <s>gone</></>"],
  ["***both***", "<p><strong><em>both</></></>"],
  ["snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</>"],
  ["one\ntwo", "<p>one<br></>two</>"],
  ["one\n\ntwo", "<p>one</><p>two</>"],
  ["# Title #", "<h>Title</>"],
  ["- one\n- two\n  1. inner", "<ul><li>one</><li>two<ol><li>inner</></></></>"],
  ["3. three\n4. four", "<ol><li>three</><li>four</></>"],
  ["> said **so**", "<blockquote><p>said <strong>so</></></>"],
  ["```js\nlet a = '<b>';\n```", "<pre>let a = '<b>';</>"],
  ["`**no**`", "<p><code>**no**</></>"],
  ["---", "<hr></>"],
  ["so [1][12], **this [2]**", "<p>so <cite>[1]</><cite>[12]</>, <strong>this <cite>[2]</></></>"],
  ["[1](https://a.example) and [x] and \\[1\\] and `[1]`", "<p><a https://a.example>1</> and [x] and [1] and <code>[1]</></>"],
  ["\\*as it is\\*", "<p>*as it is*</>"],
  ["[name](https://a.example/x_(y))", "<p><a https://a.example/x_(y)>name</></>"],
  ["see https://a.example/p?q=1.", "<p>see <a https://a.example/p?q=1>https://a.example/p?q=1</>.</>"],
  ["![cake](https://a.example/c.png)", "<p><img https://a.example/c.png>cake</></>"],
  ["<script>alert(1)</script>", "<p><script>alert(1)</script></>"],
];

for (const [text, tree] of CASES) {
  test(`markdown: ${JSON.stringify(text)}`, () => assert.equal(shown(text), tree));
}

const EVIL = [
  "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>", "vbscript:x",
  "//evil.example", "/relative", " javascript:alert(1)", "\u0000javascript:alert(1)", "blob:x", "file:///etc/passwd",
];

test("no address but http, https, mailto and tel can be followed", () => {
  for (const address of EVIL) {
    assert.equal(safeAddress(address), null, address);
    assert.ok(!hrefs(parse(`[x](${address}) ![x](${address})`)).length, address);
  }
  for (const address of ["https://a.example", "HTTP://a.example", "mailto:a@b.example", "tel:+4712345678"]) {
    assert.equal(safeAddress(address), address);
  }
});

test("a link that may not be followed leaves its words", () => {
  assert.equal(shown("[press me](javascript:alert(1))"), "<p>press me</>");
});

test("what is nested without end comes to an end", () => {
  const began = performance.now();
  for (const hostile of ["> ".repeat(5000), "- ".repeat(5000), "**".repeat(9000), "[".repeat(20000), "*a ".repeat(9000), "`".repeat(20000)]) {
    parse(hostile);
  }
  assert.ok(performance.now() - began < 3000);
});

test("plain is the words alone", () => {
  assert.equal(plain("**Hi** [there](https://a.example)\n\n- a\n- b"), "Hi there a, b");
});

function hrefs(trees: Tree[]): string[] {
  return trees.flatMap((tree) => (typeof tree === "string" ? [] : [...own(tree), ...hrefs(tree.children)]));
}

const own = (tree: Element) => (tree.href ? [tree.href] : []);
