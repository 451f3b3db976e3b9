// The register's table beside a common grid, over the same rows in the same Chromium, in turns.
//
//   cd tests/bench && npm install --no-package-lock
//   node grid.mjs [--rows 100000] [--runs 3]
//
// Needs a finished build in ../../dist (or XINGCUN_DIST) and the dev program (XINGCUN_DEV). Medians of the runs, in
// milliseconds:
//   scroll p50, p95   time from frame to frame while the table scrolls 300 pixels in each of 60 frames
//   arrow             from the key to the frame that shows the next cell selected, of 20 steps
//   long tasks        what blocks the page for 50 ms and more, in all of those steps together
// No test depends on this file.

import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { median, option, ranked } from "./figures.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
process.env.XINGCUN_NODE_MODULES ||= path.join(here, "node_modules");
const { App, Server, temporary } = await import("../e2e/harness.mjs");
const { Table, preview, writeButton } = await import("../e2e/pages.mjs");
const { county, lines } = await import("./county.mjs");
const { buildSync } = await import("esbuild");

const ROWS = Number(option("rows", 100_000)), RUNS = Number(option("runs", 3));
const STEPS = 20;
const settle = (ms) => new Promise((done) => setTimeout(done, ms));

/** Scrolls whatever of the page scrolls far. */
const scroll = (page) => page.evaluate(() => new Promise((done) => {
  const far = [...document.querySelectorAll("*")].find((e) => e.scrollHeight > e.clientHeight + 100_000 && /auto|scroll/.test(getComputedStyle(e).overflowY));
  const gaps = [];
  let last = performance.now();
  const step = (now) => {
    gaps.push(now - last);
    last = now;
    far.scrollTop += 300;
    if (gaps.length < 60) return requestAnimationFrame(step);
    far.scrollTop = 0;
    done(gaps.slice(1));
  };
  requestAnimationFrame(step);
}));

async function steps(page) {
  await page.evaluate(() => {
    window.shownAfter = [];
    window.blocked = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.blocked += entry.duration; })).observe({ type: "longtask" });
    addEventListener("keydown", () => {
      const start = performance.now();
      // A frame's work is done when a message sent from within it arrives.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.shownAfter.push(performance.now() - start);
        port2.postMessage(0);
      });
    }, { capture: true });
  });
  for (let n = 0; n < STEPS; n++) {
    await page.keyboard.press("ArrowDown");
    await settle(150);
  }
  await settle(300);
  return page.evaluate(() => ({ arrow: window.shownAfter, blocked: window.blocked }));
}

async function measured(page, first) {
  const gaps = await scroll(page);
  await settle(1000);
  await first.click();
  await settle(1500);
  const { arrow, blocked } = await steps(page);
  return { p50: median(gaps), p95: ranked(gaps, 0.95), arrow: median(arrow), blocked };
}

async function ours(file) {
  const server = await Server.start(), app = new App(server, {});
  try {
    await app.open();
    app.context.setDefaultTimeout(300_000);
    const { page } = app;
    await preview(app, file);
    const create = page.getByRole("button", { name: "全部新建" });
    if (await create.count()) await create.click();
    await page.waitForFunction(() => [...document.querySelectorAll("button")].some((b) => /^写入 [\d,]+ 行$/.test(b.textContent) && !b.disabled));
    await writeButton(page).click();
    await page.getByRole("heading", { name: "导入完成" }).waitFor();
    await settle(8000); // pages are written while nobody types
    const table = await Table.open(app, "R06");
    await page.getByRole("button", { name: "所有期间" }).click();
    await page.waitForFunction((rows) => Number(document.querySelector("[role=grid]").getAttribute("aria-rowcount")) === rows + 1, ROWS);
    await settle(3000);
    return await measured(page, await table.cell(2, 4));
  } finally {
    await app.close();
    await server.stop();
  }
}

async function theirs(script, rows) {
  const page = "<!doctype html><meta charset=utf-8><body style='margin:0'><div id=grid style='width:1180px;height:620px'></div><script src=peer.js></script>";
  const types = { "/": ["text/html; charset=utf-8", page], "/peer.js": ["text/javascript", script], "/rows.json": ["application/json", rows] };
  const host = http.createServer((request, response) => {
    const found = types[request.url];
    response.writeHead(found ? 200 : 404, { "content-type": found?.[0] ?? "text/plain" });
    response.end(found?.[1] ?? "");
  });
  await new Promise((done) => host.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${host.address().port}/`;
  const app = new App({ url, origin: url.slice(0, -1) }, { bare: true, hash: "" });
  try {
    await app.open();
    await app.page.evaluate(() => window.peer.show().then(() => true));
    await settle(2000);
    return await measured(app.page, app.page.locator("[role=gridcell][col-id=c3]").nth(1));
  } finally {
    await app.close();
    host.close();
  }
}

const place = path.join(temporary("bench"), "county.xlsx");
fs.writeFileSync(place, county(ROWS));
const script = Buffer.from(buildSync({ entryPoints: [path.join(here, "peer-grid.mjs")], bundle: true, minify: true, write: false, format: "iife", globalName: "peer" }).outputFiles[0].contents);
const rows = JSON.stringify(lines(ROWS));
console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores · ${ROWS} rows · median of ${RUNS}\n`);
const mine = [], others = [];
for (let n = 0; n < RUNS; n++) {
  mine.push(await ours(place));
  others.push(await theirs(script, rows));
}
console.log(`${"".padEnd(12)}${"ours".padStart(10)}${"AG Grid".padStart(10)}  ours/theirs`);
for (const [name, key] of [["scroll p50", "p50"], ["scroll p95", "p95"], ["arrow", "arrow"], ["long tasks", "blocked"]]) {
  const [a, b] = [mine, others].map((runs) => median(runs.map((run) => run[key])));
  console.log(`${name.padEnd(12)}${`${a.toFixed(1)} ms`.padStart(10)}${`${b.toFixed(1)} ms`.padStart(10)}  ${b > 0 ? (a / b).toFixed(2).padStart(6) : "     –"}`);
}
fs.rmSync(path.dirname(place), { recursive: true, force: true });
