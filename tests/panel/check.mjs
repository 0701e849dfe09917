/** Reads `[{schema, oneOf, config}]` and writes what the panel's checks say of each: paths, types. */

import { readFileSync } from "node:fs";
import { checked } from "../../builder/editor/panel/check.ts";
import { written } from "../../builder/editor/panel/path.ts";

const cases = JSON.parse(readFileSync(0, "utf8"));
const said = cases.map(({ schema, oneOf, config }) =>
  checked(config, schema, oneOf).map(({ path, type }) => [written(path), type]),
);
process.stdout.write(JSON.stringify(said));
