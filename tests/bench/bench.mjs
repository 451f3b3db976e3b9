// How the built program compares with the usual JavaScript stack, side by side on this machine.
//
//   cd tests/bench && npm install --no-package-lock
//   node bench.mjs [--rows 100000] [--runs 3] [--json FILE] [--peers-only]
//
// Needs a finished build in ../../dist (or XINGCUN_DIST) and the dev program (XINGCUN_DEV, default
// ../../target/debug/dev). One workbook of `rows` rows and twelve columns is made; both sides read that very
// file in the same Chromium, in turns, and the median of the runs is printed. Times mean:
//   import   ours: from the file given to the page until 导入完成 is shown – reading, recognising the layout,
//            checking every value and the villages, and one strict commit, in a worker while the page stays
//            usable; theirs: SheetJS to objects, then bulkPut (Dexie, three indexes) or put (idb, no index)
//            with strict durability, in the page.
//   blocked  the longest time in which the page could not draw while importing.
//   reopen   ours: from navigation until the overview shows its charts; theirs: all rows into an array, without
//            loading the page or drawing anything.
//   pivot    ours: from choosing 总览 until its charts are drawn anew; theirs: one sum by product and year,
//            without drawing.
//   article  a text of 100 kB, ours only: reading it (the page's own measure), and from choosing 读这篇文章 until
//            its figures are listed, each held against the ledger.
// No test depends on this file.

import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import { median, option } from "./figures.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
process.env.XINGCUN_NODE_MODULES ||= path.join(here, "node_modules");
const { App, DIST, Server, temporary } = await import("../e2e/harness.mjs");
const { county } = await import("./county.mjs");
const { preview, writeButton } = await import("../e2e/pages.mjs");
const { buildSync } = await import("esbuild");

const ROWS = Number(option("rows", 100_000)), RUNS = Number(option("runs", 3));

const weigh = (bytes) => ({ raw: bytes.length, brotli: zlib.brotliCompressSync(bytes).length });
const kb = (n) => `${(n / 1000).toFixed(0)} kB`;

function sizes() {
  const groups = { "app wasm": /app-.*_bg\.wasm$/, "other pages": /app-.*_part_.*\.wasm$/, "app js": /app-.*\.js$/, css: /\.css$/, "worker wasm": /worker_bg\.wasm$/, "worker js": /worker\.js$/ };
  const table = {};
  for (const [name, fits] of Object.entries(groups)) {
    const parts = fs.readdirSync(DIST).filter((file) => fits.test(file)).map((file) => weigh(fs.readFileSync(path.join(DIST, file))));
    table[name] = { raw: parts.reduce((sum, one) => sum + one.raw, 0), brotli: parts.reduce((sum, one) => sum + one.brotli, 0) };
  }
  return table;
}

/** Longest gap between two frames while `work` runs. */
async function blockedDuring(page, work) {
  await page.evaluate(() => {
    const gaps = window.frameGaps = { longest: 0, last: performance.now(), on: true };
    const tick = (now) => {
      gaps.longest = Math.max(gaps.longest, now - gaps.last);
      gaps.last = now;
      if (gaps.on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await work();
  return page.evaluate(() => { window.frameGaps.on = false; return window.frameGaps.longest; });
}

const charts = (page) => page.waitForFunction(() => document.querySelectorAll("main svg [data-target]").length > 10, null, { timeout: 120_000, polling: "raf" });

/** So many bytes of the sample articles, no sentence twice. */
function longArticle(bytes) {
  const place = path.join(here, "../figures");
  const texts = fs.readdirSync(place).filter((name) => name.endsWith(".txt")).map((name) => fs.readFileSync(path.join(place, name), "utf8"));
  let text = "";
  for (let n = 0; Buffer.byteLength(text) < bytes; n++) text += texts[n % texts.length].replaceAll("。", `，第${n}篇。`);
  return Buffer.from(text).subarray(0, bytes).toString().replace(/\uFFFD+$/, "");
}

async function readArticle(app, times) {
  const { page } = app;
  await app.goto("#/exchange/article");
  await page.getByRole("textbox").fill(longArticle(100_000));
  const start = performance.now();
  await page.getByRole("button", { name: "读这篇文章" }).click();
  await page.getByRole("region", { name: "数字清单" }).waitFor();
  times.article = performance.now() - start;
  times.reading = await page.evaluate(() => performance.getEntriesByName("article-read").at(-1).duration);
}

async function ours(file) {
  const server = await Server.start();
  const app = new App(server, {});
  const times = {};
  try {
    await app.open();
    await app.installed();
    app.context.setDefaultTimeout(300_000);
    const { page } = app;
    await app.goto("#/exchange/import");
    times.blocked = await blockedDuring(page, async () => {
      const start = performance.now();
      await preview(app, file);
      times.preview = performance.now() - start;
      const create = page.getByRole("button", { name: "全部新建" });
      if (await create.count()) await create.click();
      await page.waitForFunction(() => [...document.querySelectorAll("button")].some((b) => /^写入 [\d,]+ 行$/.test(b.textContent) && !b.disabled), null, { polling: 50 });
      const decided = performance.now();
      await writeButton(page).click();
      await page.getByRole("heading", { name: "导入完成" }).waitFor();
      times.write = performance.now() - decided;
      times.import = performance.now() - start;
    });
    await app.goto("#/");
    await charts(page);
    await new Promise((done) => setTimeout(done, 5000)); // pages are written while nobody types
    const from = performance.now();
    await page.reload();
    await charts(page);
    times.reopen = performance.now() - from;
    await app.goto("#/settings");
    await page.getByRole("heading", { name: "设置" }).waitFor();
    const turn = performance.now();
    await page.evaluate(() => { location.hash = "#/"; });
    await charts(page);
    times.pivot = performance.now() - turn;
    await readArticle(app, times);
    return times;
  } finally {
    await app.close();
    await server.stop();
  }
}

async function theirs(bytes, script) {
  const types = { "/": ["text/html; charset=utf-8", "<!doctype html><meta charset=utf-8><script src=peers.js></script>"], "/peers.js": ["text/javascript", script], "/county.xlsx": ["application/octet-stream", bytes] };
  const host = http.createServer((request, response) => {
    const found = types[request.url];
    response.writeHead(found ? 200 : 404, { "content-type": found?.[0] ?? "text/plain" });
    response.end(found?.[1] ?? "");
  });
  await new Promise((done) => host.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${host.address().port}/`;
  const app = new App({ url, origin: url.slice(0, -1) }, { bare: true, hash: "" });
  const times = {};
  const task = async (name, count) => {
    const found = await app.page.evaluate((one) => window.peers[one](), name);
    if (found.count !== count) throw new Error(`${name}: ${found.count} instead of ${count}`);
    times[name] = found.ms;
  };
  try {
    await app.open();
    times.blocked = await blockedDuring(app.page, () => task("importDexie", ROWS));
    await task("importIdb", ROWS);
    await app.page.reload();
    await task("reopenIdb", ROWS);
    await app.page.reload();
    await task("reopenDexie", ROWS);
    const groups = Math.ceil(ROWS / 2000) * Math.min(10, Math.ceil(ROWS / 200));
    await task("pivotPlain", groups);
    await task("pivotCrossfilter", groups);
    return times;
  } finally {
    await app.close();
    host.close();
  }
}

const bytes = county(ROWS);
const place = path.join(temporary("bench"), "county.xlsx");
fs.writeFileSync(place, bytes);
const script = Buffer.from(buildSync({
  entryPoints: [path.join(here, "peers.mjs")], bundle: true, minify: true, write: false, format: "iife", globalName: "peers", define: { "process.env.NODE_ENV": '"production"' },
}).outputFiles[0].contents);

console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores · ${ROWS} rows, workbook ${kb(bytes.length)} · median of ${RUNS}\n`);
const alone = process.argv.includes("--peers-only");
const table = alone ? {} : sizes();
for (const [name, { raw, brotli }] of Object.entries(table)) console.log(`${name.padEnd(12)} ${kb(raw).padStart(9)}  brotli ${kb(brotli).padStart(8)}`);
const peer = weigh(script);
console.log(`${"peers js".padEnd(12)} ${kb(peer.raw).padStart(9)}  brotli ${kb(peer.brotli).padStart(8)}  (SheetJS, Dexie, idb, crossfilter; no interface, no charts)\n`);

const mine = [], others = [];
for (let n = 0; n < RUNS; n++) {
  if (!alone) mine.push(await ours(place));
  others.push(await theirs(bytes, script));
  console.error(`run ${n + 1}: ours ${JSON.stringify(mine.at(-1), (_, v) => (typeof v === "number" ? Math.round(v) : v))}\n       theirs ${JSON.stringify(others.at(-1), (_, v) => (typeof v === "number" ? Math.round(v) : v))}`);
}
if (alone) process.exit(0);
const of = (runs, name) => median(runs.map((run) => run[name]));
const lines = [
  ["import", "import", "importDexie", "SheetJS + Dexie"], ["import", "import", "importIdb", "SheetJS + idb"], ["blocked", "blocked", "blocked", "SheetJS + Dexie"],
  ["reopen", "reopen", "reopenDexie", "Dexie toArray"], ["reopen", "reopen", "reopenIdb", "idb getAll"],
  ["pivot", "pivot", "pivotCrossfilter", "crossfilter"], ["pivot", "pivot", "pivotPlain", "a loop"],
];
console.log(`${"task".padEnd(9)}${"ours".padStart(9)}${"theirs".padStart(9)}  theirs/ours`);
for (const [task, a, b, who] of lines) {
  const [x, y] = [of(mine, a), of(others, b)];
  console.log(`${task.padEnd(9)}${`${Math.round(x)} ms`.padStart(9)}${`${Math.round(y)} ms`.padStart(9)}  ${(y / x).toFixed(2).padStart(6)} ×   ${who}`);
}
console.log(`of our import: preview ${Math.round(of(mine, "preview"))} ms, write ${Math.round(of(mine, "write"))} ms`);
console.log(`an article of 100 kB: read in ${Math.round(of(mine, "reading"))} ms, listed after ${Math.round(of(mine, "article"))} ms`);
const json = option("json");
if (json) fs.writeFileSync(json, JSON.stringify({ rows: ROWS, sizes: { ...table, peers: peer }, ours: mine, theirs: others }, null, 2));
fs.rmSync(path.dirname(place), { recursive: true, force: true });
