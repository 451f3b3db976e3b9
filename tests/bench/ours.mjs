// The built program's side of the benches: what a person does, step by step, with the time that each step takes.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ranked } from "./figures.mjs";
import { blockedDuring, inTime, longTasks, memoryOf, pressed, settle, watchKeys } from "./measure.mjs";

const { App, Server } = await import("../e2e/harness.mjs");
const { Table, fileInput } = await import("../e2e/pages.mjs");

const here = path.dirname(fileURLToPath(import.meta.url));
/** Cells that are selected, typed in and saved, one after the other. */
const STEPS = 20;

/** Does `work` with the program open in a profile of its own. */
export async function withProgram(work) {
  const server = await Server.start(), app = new App(server, {});
  try {
    await app.open();
    await app.installed();
    app.context.setDefaultTimeout(600_000);
    return await work(app);
  } finally {
    await app.close();
    await server.stop();
  }
}

export const charts = (page) => page.waitForFunction(() => document.querySelectorAll("main svg [data-target]").length > 0, null, { timeout: 600_000, polling: "raf" });

/**
 * Imports a workbook; whatever is asked is answered at once from within the page, so that no driver's pause is timed.
 * `preview`: from the file until its preview is shown; `replan`: until the answer is worked in, when something was
 * asked; `write`: from the button until 已写入本机磁盘, which is said when the batch is durable; `import`: all of
 * it; `follows`: from then until 导入完成, which is said when every page shows the rows.
 */
export async function importBook(app, file) {
  const { page } = app;
  await app.goto("#/registers");
  await app.goto("#/exchange/import");
  await page.evaluate(() => {
    const marks = window.marks = {}, input = document.querySelector("input[type=file]");
    const button = (words) => [...document.querySelectorAll("main button")].find((b) => words.test(b.textContent));
    const mark = (name) => { marks[name] ??= performance.now(); };
    const look = () => {
      if (marks.given === undefined) return;
      const all = button(/^全部新建/), write = button(/^写入 [\d,]+ 行$/);
      if (all || write) mark("shown");
      if (all && !marks.answered) { mark("answered"); all.click(); return; }
      if (write && !write.disabled && !marks.written && !button(/^全部新建/)) { mark("decided"); mark("written"); write.click(); return; }
      if (/已写入本机磁盘/.test(document.querySelector("main").textContent)) mark("done");
      if ([...document.querySelectorAll("h2")].some((h) => h.textContent === "导入完成")) mark("followed");
    };
    input.addEventListener("change", () => { mark("given"); }, { capture: true, once: true });
    new MutationObserver(look).observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true, attributes: true });
  });
  await fileInput(page).setInputFiles(file);
  await page.waitForFunction(() => window.marks.followed, null, { polling: 50 });
  while (page.workers().length > 0) await settle(50);
  const m = await page.evaluate(() => window.marks);
  return { preview: m.shown - m.given, replan: m.answered ? m.decided - m.answered : 0, write: m.done - m.written, import: m.done - m.given, follows: m.followed - m.done };
}

/** From navigation until the overview shows its charts. */
export async function reopen(app) {
  const { page } = app, from = performance.now();
  await page.reload();
  await charts(page);
  return performance.now() - from;
}

/** From choosing 总览 until its charts are drawn anew. */
export async function pivot(app) {
  const { page } = app;
  await app.goto("#/settings");
  await page.getByRole("heading", { name: "设置" }).waitFor();
  const turn = performance.now();
  await page.evaluate(() => { location.hash = "#/"; });
  await charts(page);
  return performance.now() - turn;
}

/** The table of all years. */
export async function openTable(app, rows) {
  const { page } = app, table = await Table.open(app, "R06");
  await page.getByRole("button", { name: "所有期间" }).click();
  await page.waitForFunction((n) => Number(document.querySelector("[role=grid]").getAttribute("aria-rowcount")) === n + 1, rows);
  await settle(3000);
  return table;
}

/**
 * Works in the table: `arrow`, to the frame that shows the next cell selected; `begin`, the key that begins an edit, to
 * the frame that shows it in the cell; `shown`, from Enter to the frame with the value in its cell; `saved`, from Enter
 * until the light says 已保存 again, which is after the commit; `longest`, the longest task in all of that and what
 * follows it (0: none of 50 ms and more).
 */
export async function edit(app, table) {
  const { page } = app, column = await table.column("产量");
  const times = { arrow: [], begin: [], shown: [], saved: [] };
  await (await table.cell(2, column)).click();
  await settle(1500);
  await watchKeys(page);
  await page.evaluate(() => { window.light = () => [...document.querySelectorAll("header button")].some((b) => b.textContent.trim() === "已保存"); });
  for (let n = 0; n < STEPS; n++) {
    times.arrow.push(await pressed(page, "ArrowDown", (row) => document.querySelector("[role=gridcell][aria-selected=true]")?.closest("[role=row]").getAttribute("aria-rowindex") === String(row), 4 + n));
    await settle(150);
  }
  await settle(500);
  for (let n = 0; n < STEPS; n++) {
    const [row] = await table.here(), value = String(2001 + n), first = value[0];
    times.begin.push(await pressed(page, first, (text) => document.activeElement?.value === text, first));
    await page.keyboard.type(value.slice(1));
    await settle(100);
    await page.evaluate(() => { window.saved = new Promise((done) => addEventListener("keydown", (event) => {
      let before = true;
      const look = () => {
        if (window.light() === before) return;
        if (before) { before = false; return; }
        observer.disconnect();
        done(performance.now() - event.timeStamp);
      };
      const observer = new MutationObserver(look);
      observer.observe(document.querySelector("header"), { subtree: true, childList: true, characterData: true, attributes: true });
    }, { capture: true, once: true })); });
    times.shown.push(await pressed(page, "Enter", ([r, c, text]) => document.querySelector(`[role=row][aria-rowindex="${r + 1}"] [role=gridcell][aria-colindex="${c}"]`)?.innerText.replace(/[,\s]/g, "").startsWith(text), [row, column, value]));
    times.saved.push(await inTime(page.evaluate(() => window.saved), "已保存"));
    await settle(400);
  }
  await settle(3000);
  const tasks = await longTasks(page);
  return { ...Object.fromEntries(Object.entries(times).map(([name, all]) => [name, ranked(all, 0.5)])), worst: Math.max(...times.shown), longest: Math.max(0, ...tasks) };
}

/** So many bytes of the sample articles, no sentence twice. */
function longArticle(bytes) {
  const place = path.join(here, "../figures");
  const texts = fs.readdirSync(place).filter((name) => name.endsWith(".txt")).map((name) => fs.readFileSync(path.join(place, name), "utf8"));
  let text = "";
  for (let n = 0; Buffer.byteLength(text) < bytes; n++) text += texts[n % texts.length].replaceAll("。", `，第${n}篇。`);
  return Buffer.from(text).subarray(0, bytes).toString().replace(/\uFFFD+$/, "");
}

/** A text of 100 kB: `reading` by the page's own measure, `article` from the button until its figures are listed. */
export async function readArticle(app) {
  const { page } = app;
  await app.goto("#/exchange/article");
  await page.getByRole("textbox").fill(longArticle(100_000));
  const start = performance.now();
  await page.getByRole("button", { name: "读这篇文章" }).click();
  await page.getByRole("region", { name: "数字清单" }).waitFor();
  const article = performance.now() - start;
  return { article, reading: await page.evaluate(() => performance.getEntriesByName("article-read").at(-1).duration) };
}

/** One life of a ledger of so many rows. */
export const ours = (file, rows) => withProgram(async (app) => {
  const times = {};
  times.blocked = await blockedDuring(app.page, async () => Object.assign(times, await importBook(app, file)));
  await app.goto("#/");
  await charts(app.page);
  await settle(5000); // pages are written while nobody types
  times.reopen = await reopen(app);
  await settle(2000);
  times.opened = memoryOf(app);
  times.pivot = await pivot(app);
  Object.assign(times, await edit(app, await openTable(app, rows)));
  times.worked = memoryOf(app);
  Object.assign(times, await readArticle(app));
  return times;
});

/** A ledger that grows by one workbook a year: what reopening takes, and memory, after the first and after the last. */
export const years = (files) => withProgram(async (app) => {
  const seen = [];
  for (const [n, file] of files.entries()) {
    await importBook(app, file);
    if (n > 0 && n < files.length - 1) continue;
    await app.goto("#/");
    await charts(app.page);
    await settle(5000);
    const reopened = [];
    for (let k = 0; k < 3; k++) reopened.push(await reopen(app));
    await settle(2000);
    seen.push({ reopen: ranked(reopened, 0.5), memory: memoryOf(app) });
  }
  return { first: seen[0], last: seen.at(-1) };
});
