/** How a transcript in the inbox is drawn. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { items } from "../../builder/inbox/turns.ts";
import type { Message } from "../../builder/inbox/wire.ts";

const stands = (seq: number, status: string) => ({ seq, kind: "status", sender: "system", at: `2026-03-01T10:00:0${seq}Z`, turn: seq, body: { status } }) as unknown as Message;

test("a talk that goes on after its end began again, one that a person gave back did not", () => {
  const drawn = items([stands(1, "bot"), stands(2, "ended"), stands(3, "bot"), stands(4, "human"), stands(5, "bot")], []);
  const again = drawn.flatMap((item) => (item.kind === "status" ? [item.again] : []));
  assert.deepEqual(again, [false, false, true, false, false]);
});
