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
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { median, option, ranked } from "./figures.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
process.env.XINGCUN_NODE_MODULES ||= path.join(here, "node_modules");
const { temporary } = await import("../e2e/harness.mjs");
const { county, lines } = await import("./county.mjs");
const { longTasks, pressed, settle, watchKeys } = await import("./measure.mjs");
const { importBook, openTable, withProgram } = await import("./ours.mjs");
const { bundle, withPage } = await import("./theirs.mjs");

const ROWS = Number(option("rows", 100_000)), RUNS = Number(option("runs", 3));
const STEPS = 20;

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

async function measured(page, first) {
  const gaps = await scroll(page);
  await settle(1000);
  await first.click();
  await settle(1500);
  await watchKeys(page);
  const arrow = [];
  for (let n = 0; n < STEPS; n++) {
    arrow.push(await pressed(page, "ArrowDown", () => true));
    await settle(150);
  }
  await settle(300);
  const blocked = (await longTasks(page)).reduce((sum, one) => sum + one, 0);
  return { p50: median(gaps), p95: ranked(gaps, 0.95), arrow: median(arrow), blocked };
}

const ours = (file) => withProgram(async (app) => {
  await importBook(app, file);
  await settle(5000); // pages are written while nobody types
  const table = await openTable(app, ROWS);
  return measured(app.page, await table.cell(2, 4));
});

const PAGE = "<!doctype html><meta charset=utf-8><body style='margin:0'><div id=grid style='width:1180px;height:620px'></div><script src=peer.js></script>";
const theirs = (script, rows) => withPage({
  "/": ["text/html; charset=utf-8", PAGE], "/peer.js": ["text/javascript", script], "/rows.json": ["application/json", rows],
}, async ({ page }) => {
  await page.evaluate(() => window.peer.show().then(() => true));
  await settle(2000);
  return measured(page, page.locator("[role=gridcell][col-id=c3]").nth(1));
});

const place = path.join(temporary("bench"), "county.xlsx");
fs.writeFileSync(place, county(ROWS));
const script = bundle("peer-grid.mjs", "peer"), rows = JSON.stringify(lines(ROWS));
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
