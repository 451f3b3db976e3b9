// How the built program compares with what else there is, side by side on this machine, in one run.
//
//   cd tests/bench && npm install --no-package-lock
//   node bench.mjs [--rows 100000] [--runs 3] [--json FILE] [--peers-only] [--no-million]
//
// Needs a finished build in ../../dist (or XINGCUN_DIST) and the dev program (XINGCUN_DEV, default
// ../../target/debug/dev). One workbook of `rows` rows and twelve columns is made; all sides read that very
// file in the same Chromium, in turns, and the median of the runs is printed. Times mean:
//   import   ours: from the file given to the page until 已写入本机磁盘 is shown – reading, recognising the layout,
//            checking every value and the villages, the answer that they are new and planning with it, and one strict
//            commit, in a worker while the page stays usable; theirs: from the bytes to the end of a strict
//            transaction. hucre: its rows as pages of JSON, in a worker; SheetJS: to objects, then bulkPut (Dexie,
//            three indexes) or put (idb, no index), in the page.
//   blocked  the longest time in which the page could not draw while importing.
//   reopen   ours: from navigation until the overview shows its charts; theirs: all rows into memory, without
//            loading the page or drawing anything.
//   pivot    ours: from choosing 总览 until its charts are drawn anew; theirs: one sum by product and year,
//            without drawing.
//   edit     the table with all rows, ours only: what `edit` in ours.mjs says.
//   memory   ours only, of the page's process: `own` is private memory, `resident` counts the browser's code too.
//   years    a ledger that grows by one workbook of `rows` rows a year, over ten years: reopening at the end
//            beside reopening after the first. Once, whatever `runs` says.
//   article  a text of 100 kB, ours only.
// `wanted` is what the program promises itself for 100 000 rows. No test depends on this file.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import { median, option } from "./figures.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
process.env.XINGCUN_NODE_MODULES ||= path.join(here, "node_modules");
const { DIST, temporary } = await import("../e2e/harness.mjs");
const { county } = await import("./county.mjs");
const { ours, years } = await import("./ours.mjs");
const { scripts, theirs } = await import("./theirs.mjs");

const ROWS = Number(option("rows", 100_000)), RUNS = Number(option("runs", 3)), YEARS = 10;
const ALONE = process.argv.includes("--peers-only"), MILLION = !ALONE && !process.argv.includes("--no-million");

const weigh = (bytes) => ({ raw: bytes.length, brotli: zlib.brotliCompressSync(bytes).length });
const kb = (n) => `${(n / 1000).toFixed(0)} kB`;
const mb = (n) => `${(n / 1e6).toFixed(0)} MB`;
const ms = (n) => `${n < 100 ? n.toFixed(1) : Math.round(n)} ms`;
const rounded = (value) => JSON.stringify(value, (_, v) => (typeof v === "number" ? Number(v.toFixed(1)) : v));

function sizes() {
  const groups = { "app wasm": /app-.*_bg\.wasm$/, "other pages": /app-.*_part_.*\.wasm$/, "app js": /app-.*\.js$/, css: /\.css$/, "worker wasm": /worker_bg\.wasm$/, "worker js": /worker\.js$/ };
  const table = {};
  for (const [name, fits] of Object.entries(groups)) {
    const parts = fs.readdirSync(DIST).filter((file) => fits.test(file)).map((file) => weigh(fs.readFileSync(path.join(DIST, file))));
    table[name] = { raw: parts.reduce((sum, one) => sum + one.raw, 0), brotli: parts.reduce((sum, one) => sum + one.brotli, 0) };
  }
  return table;
}

const folder = temporary("bench");
const written = (name, bytes) => {
  const place = path.join(folder, name);
  fs.writeFileSync(place, bytes);
  return place;
};

const bytes = county(ROWS), book = written("county.xlsx", bytes);
console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores · ${ROWS} rows, workbook ${kb(bytes.length)} · median of ${RUNS}\n`);
const weights = { ...(ALONE ? {} : sizes()), ...Object.fromEntries(Object.entries(scripts).map(([name, script]) => [name, weigh(script)])) };
for (const [name, { raw, brotli }] of Object.entries(weights)) console.log(`${name.padEnd(15)} ${kb(raw).padStart(9)}  brotli ${kb(brotli).padStart(8)}`);
console.log("(the peers have no interface and no charts)\n");

const mine = [], others = [];
for (let n = 0; n < RUNS; n++) {
  if (!ALONE) mine.push(await ours(book, ROWS));
  others.push(await theirs(bytes, ROWS));
  console.error(`run ${n + 1}: ours ${rounded(mine.at(-1))}\n       theirs ${rounded(others.at(-1))}`);
}
if (ALONE) process.exit(0);

const of = (runs, look) => median(runs.map(look));
const a = (name) => of(mine, (run) => run[name]), b = (name) => of(others, (run) => run[name]);
const lines = [
  ["import", "import", "importPages", "hucre + pages of JSON"], ["import", "import", "importDexie", "SheetJS + Dexie"], ["import", "import", "importIdb", "SheetJS + idb"],
  ["blocked", "blocked", "blocked", "SheetJS + Dexie"],
  ["reopen", "reopen", "reopenPages", "pages of JSON"], ["reopen", "reopen", "reopenDexie", "Dexie toArray"], ["reopen", "reopen", "reopenIdb", "idb getAll"],
  ["pivot", "pivot", "pivotCrossfilter", "crossfilter"], ["pivot", "pivot", "pivotPlain", "a loop"],
];
console.log(`${"task".padEnd(9)}${"ours".padStart(9)}${"theirs".padStart(10)}  theirs/ours`);
for (const [task, x, y, who] of lines) console.log(`${task.padEnd(9)}${ms(a(x)).padStart(9)}${ms(b(y)).padStart(10)}  ${(b(y) / a(x)).toFixed(2).padStart(6)} ×   ${who}`);
console.log(`of our import: preview ${ms(a("preview"))}, planned with the answer ${ms(a("replan"))}, written ${ms(a("write"))}; the page has the rows ${ms(a("follows"))} later`);
console.log(`an article of 100 kB: read in ${ms(a("reading"))}, listed after ${ms(a("article"))}\n`);

const grown = MILLION && await years(Array.from({ length: YEARS }, (_, n) => written(`${2015 + n}.xlsx`, county(ROWS, 2015 + n))));
const memory = (look) => `${mb(of(mine, (run) => look(run).own))} own, ${mb(of(mine, (run) => look(run).resident))} resident`;
const figures = [
  ["import / hucre + pages", (a("import") / b("importPages")).toFixed(2), "≤ 1.3"],
  ["SheetJS + Dexie / import", (b("importDexie") / a("import")).toFixed(2), "≥ 5"],
  ["arrow to the next cell", ms(a("arrow")), "≤ 16 ms"], ["key that begins an edit", ms(a("begin")), "≤ 16 ms"],
  ["Enter to the value shown", ms(a("shown")), "≤ 50 ms"], ["Enter to 已保存", ms(a("saved")), "≤ 100 ms"],
  ["longest task of the edits", a("longest") ? ms(a("longest")) : "< 50 ms", "≤ 100 ms"],
  ["memory when opened", memory((run) => run.opened), "≤ 250 MB"], ["memory after the edits", memory((run) => run.worked), ""],
  ...(grown ? [
    [`reopen ${YEARS} × ${ROWS} / ${ROWS} rows`, `${(grown.last.reopen / grown.first.reopen).toFixed(2)} (${ms(grown.last.reopen)}, ${ms(grown.first.reopen)})`, "≤ 1.5"],
    [`memory with ${YEARS} × ${ROWS} rows`, `${mb(grown.last.memory.own)} own, ${mb(grown.last.memory.resident)} resident`, ""],
  ] : []),
];
console.log(`${"figure".padEnd(38)}${"measured".padEnd(38)}wanted`);
for (const [name, value, wanted] of figures) console.log(`${name.padEnd(38)}${value.padEnd(38)}${wanted}`);
const json = option("json");
if (json) fs.writeFileSync(json, JSON.stringify({ rows: ROWS, weights, ours: mine, theirs: others, years: grown || undefined }, null, 2));
fs.rmSync(folder, { recursive: true, force: true });
