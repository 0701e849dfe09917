/** Lets the tests import npm's packages from where the build of the front installs them. */

import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const FRONT = pathToFileURL(new URL("../../.web/package.json", import.meta.url).pathname).href;

registerHooks({
  resolve(name, context, next) {
    return /^[.]|^node:|^file:/.test(name) ? next(name, context) : next(name, { ...context, parentURL: FRONT });
  },
});
