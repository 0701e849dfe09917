/** Builds the widget into `.widget/`: `widget.js` under its own name, every other file named by
 *  its content. Writes `manifest.json` with the gzip sizes and fails where they pass the budget. */

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = process.argv[2] ?? join(HERE, "..", ".widget");
const FRESH = `${OUT}.new`;
const BUDGET = { loader: 3_000, start: 30_000 }; // bytes, gzip

const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const { code } = await transform(css, { loader: "css", minify: true, target: "es2022" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const common = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  target: ["es2022", "chrome105", "firefox110", "safari16.4"],
  legalComments: "none",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [styles],
  metafile: true,
  write: false,
};

const parts = await build({
  ...common,
  entryPoints: { stage: "src/stage.ts" },
  format: "esm",
  splitting: true,
  outdir: FRESH,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
});
const entry = Object.entries(parts.metafile.outputs).find(([, made]) => made.entryPoint?.endsWith("stage.ts"))[0];
const loader = await build({
  ...common,
  entryPoints: { widget: "src/loader.ts" },
  format: "iife",
  outdir: FRESH,
  define: { STAGE: JSON.stringify(basename(entry)), ASSETS: '"%ASSETS%"' },
});
const page = await transform(await readFile(join(HERE, "styles/page.css"), "utf8"), {
  loader: "css",
  minify: true,
});

const files = [...parts.outputFiles, ...loader.outputFiles].map(({ path, contents }) => ({
  name: basename(path),
  contents,
}));
const pageHash = createHash("sha256").update(page.code).digest("hex").slice(0, 8);
files.push({ name: `page-${pageHash}.css`, contents: Buffer.from(page.code) });
const sizes = Object.fromEntries(
  files.map(({ name, contents }) => [name, gzipSync(contents, { level: 9 }).length]),
);
const start = ["widget.js", ...needed(parts.metafile.outputs, entry)];
const texts = Object.entries(sizes).filter(([name]) => /^(nb|sv|uk|ru)-/.test(name));
const heaviest = Math.max(...texts.map(([, size]) => size)); // one language beside English
const total = start.reduce((sum, name) => sum + sizes[name], heaviest);
const manifest = {
  page: `page-${pageHash}.css`,
  start,
  sizes,
  total: { loader: sizes["widget.js"], start: total },
};

complain("the loader widget.js", manifest.total.loader, BUDGET.loader);
complain(`what opens the chat (${start.join(", ")})`, manifest.total.start, BUDGET.start);
await replace();
process.stdout.write(`loader ${manifest.total.loader} B, to open and chat ${total} B (gzip)\n`);

/** The stage, the chat and what both import at once, by file name; not what is fetched when asked for. */
function needed(outputs, first) {
  const found = new Set([first]);
  for (const path of found) {
    for (const { path: next, kind } of outputs[path].imports) {
      if (kind === "import-statement" || outputs[next].entryPoint?.endsWith("chat.tsx")) found.add(next);
    }
  }
  return [...found].map((path) => basename(path));
}

function complain(what, size, limit) {
  if (size <= limit) return;
  process.stderr.write(`error: ${what} is ${size} bytes gzip, more than ${limit}\n`);
  process.exit(1);
}

/** The folder changes as a whole: a server that reads it meanwhile finds the old or the new one. */
async function replace() {
  await rm(FRESH, { recursive: true, force: true });
  await mkdir(FRESH, { recursive: true });
  for (const { name, contents } of files) await writeFile(join(FRESH, name), contents);
  await writeFile(join(FRESH, "manifest.json"), JSON.stringify(manifest, null, 2));
  await rm(OUT, { recursive: true, force: true });
  await rename(FRESH, OUT);
}
