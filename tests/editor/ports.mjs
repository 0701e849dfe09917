/** Reads `[{type, config}]` with the types of a catalogue; writes the ways out the browser sees. */

import { readFileSync } from "node:fs";
import { waysOut } from "../../builder/editor/graph.ts";

const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ type, config }) => waysOut(type, config))));
