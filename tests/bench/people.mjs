// Rosters: how long a ledger of many households takes to open, how its table scrolls on a slow machine, how fast a name
// is found as one types, and what a passphrase costs; names beside the usual libraries in the same Chromium, in turns.
//
//   cd tests/bench && npm install --no-package-lock
//   node people.mjs [--households 60000] [--names 100000] [--runs 3]
//
// Needs a finished build in ../../dist (or XINGCUN_DIST) and the dev program (XINGCUN_DEV). Medians of the runs:
//   open       from choosing the register of a ledger that is there until its table says how many rows it has
//   reopen     from navigation until the overview shows its figures
//   scroll     p95 from frame to frame at a quarter of the speed (CPU throttling), 300 pixels in each of 60 frames
//   find       from the key to the frame that shows ten names, for each of the letters of `zs`, of `names` households;
//              theirs: pinyin-pro compares every name (`match`), MiniSearch has an index of initials and syllables made
//              before, and neither draws anything
//   lock       from the last press until everything is encrypted; unlock: from 打开台账 until the ledger is there,
//              the passphrase's 600 000 rounds among it, with `names` rows
// No test depends on this file.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { median, option, ranked } from "./figures.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
process.env.XINGCUN_NODE_MODULES ||= path.join(here, "node_modules");
const { temporary } = await import("../e2e/harness.mjs");
const { workbook } = await import("../e2e/files.mjs");
const { inTime, pressed, settle, watchKeys } = await import("./measure.mjs");
const { importBook, withProgram } = await import("./ours.mjs");
const { bundle, withPage } = await import("./theirs.mjs");

const HOUSEHOLDS = Number(option("households", 60_000)), NAMES = Number(option("names", 100_000)), RUNS = Number(option("runs", 3));
const TYPED = ["z", "s"], WORDS = "麦地沟的核桃熟了";

const SURNAMES = [..."王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"];
const GIVEN = [..."伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红"];

/** Households as a list has them; a fixed seed, so that every run reads the same. */
function heads(rows) {
  let seed = 42;
  const pick = (all) => all[(seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) % all.length];
  return Array.from({ length: rows }, (_, n) => ({
    village: `第${n % 200 + 1}村`, group: `${Math.floor(n / 200) % 8 + 1}组`, number: `H${n + 1}`, head: pick(SURNAMES) + pick(GIVEN) + pick(GIVEN), people: n % 6 + 1,
  }));
}

function list(rows, file) {
  const lines = heads(rows).map((one) => [one.village, one.group, one.number, one.head, one.people]);
  fs.writeFileSync(file, workbook([{ name: "农户", rows: [["村名", "村民小组", "户编号", "户主姓名", "家庭人口（人）"], ...lines] }]));
  return file;
}

const rowsSaid = (page, rows) => page.waitForFunction((n) => Number(document.querySelector("[role=grid]")?.getAttribute("aria-rowcount")) === n + 1, rows, { polling: "raf", timeout: 600_000 });

async function openRegister(page, rows) {
  await page.evaluate(() => { location.hash = "#/"; });
  await page.getByRole("heading", { level: 1 }).waitFor();
  await settle(1000);
  const from = performance.now();
  await page.evaluate(() => { location.hash = "#/registers/R04"; });
  await rowsSaid(page, rows);
  return performance.now() - from;
}

const scrolled = (page) => page.evaluate(() => new Promise((done) => {
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

/** At a quarter of the speed. */
async function slowly(page, work) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const done = await work();
  await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  await session.detach();
  return done;
}

/** Keys of the search over everything; each until its list has names. */
async function found(page) {
  await page.keyboard.press("Control+k");
  const box = page.getByRole("combobox").last();
  await box.waitFor();
  await settle(1500);
  await watchKeys(page);
  const times = [];
  for (const key of TYPED) {
    times.push(await pressed(page, key, () => document.querySelectorAll("[role=dialog] [role=option], dialog [role=option]").length >= 10));
    await settle(400);
  }
  await page.keyboard.press("Escape");
  return times;
}

async function locked(page) {
  await page.evaluate(() => { location.hash = "#/settings"; });
  await page.getByRole("button", { name: "设置口令…" }).click();
  await page.getByLabel("口令（至少 8 个字）").fill(WORDS);
  await page.getByLabel("再输入一次").fill(WORDS);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "下一步" }).click();
  await dialog.getByRole("checkbox").check();
  let from = performance.now();
  await dialog.getByRole("button", { name: "设置口令并加密" }).click();
  await page.locator("[aria-live=polite]").getByText("口令已设好").waitFor({ timeout: 600_000 });
  const lock = performance.now() - from;
  await page.reload();
  await page.getByLabel("口令", { exact: true }).fill(WORDS);
  from = performance.now();
  await page.getByRole("button", { name: "打开台账" }).click();
  await page.getByRole("navigation", { name: "主导航" }).first().waitFor({ timeout: 600_000 });
  await page.getByRole("banner").getByRole("button", { name: "已保存", exact: true }).waitFor({ timeout: 600_000 });
  return { lock, unlock: performance.now() - from };
}

const opened = (file, rows) => withProgram(async (app) => {
  await importBook(app, file);
  await settle(8000); // pages are written while nobody types
  const from = performance.now();
  await app.page.reload();
  await app.page.getByRole("banner").getByRole("button", { name: "已保存", exact: true }).waitFor({ timeout: 600_000 });
  const reopen = performance.now() - from;
  return { reopen, open: await openRegister(app.page, rows) };
});

const ours = (file, rows) => withProgram(async (app) => {
  const { page } = app;
  await importBook(app, file);
  await settle(8000);
  await openRegister(page, rows);
  await settle(3000);
  const gaps = await slowly(page, () => scrolled(page));
  const keys = await found(page);
  return { scroll: ranked(gaps, 0.95), first: keys[0], second: keys[1], ...await locked(page) };
});

const PAGE = "<!doctype html><meta charset=utf-8><script src=peer.js></script>";
const theirs = (script, names) => withPage({
  "/": ["text/html; charset=utf-8", PAGE], "/peer.js": ["text/javascript", script], "/names.json": ["application/json", JSON.stringify(names)],
}, ({ page }) => inTime(page.evaluate((typed) => window.peer.find(typed), TYPED), "the peers"));

const folder = temporary("people");
const [small, large] = [list(HOUSEHOLDS, path.join(folder, "a.xlsx")), list(NAMES, path.join(folder, "b.xlsx"))];
const script = bundle("peer-people.mjs", "peer"), names = heads(NAMES).map((one) => one.head);
console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores · ${HOUSEHOLDS} households, ${NAMES} names · median of ${RUNS}\n`);
const mine = [], openings = [], others = [];
for (let n = 0; n < RUNS; n++) {
  openings.push(await opened(small, HOUSEHOLDS));
  mine.push(await ours(large, NAMES));
  others.push(await theirs(script, names));
  console.error(JSON.stringify([openings.at(-1), mine.at(-1), others.at(-1)]));
}
const of = (runs, key) => median(runs.map((run) => run[key]));
for (const key of ["reopen", "open"]) console.log(`${key.padEnd(10)}${of(openings, key).toFixed(0).padStart(8)} ms`);
for (const key of ["scroll", "lock", "unlock"]) console.log(`${key.padEnd(10)}${of(mine, key).toFixed(0).padStart(8)} ms`);
console.log(`\n${"".padEnd(10)}${"ours".padStart(10)}${"pinyin-pro".padStart(12)}${"MiniSearch".padStart(12)}`);
for (const [n, key] of ["first", "second"].entries()) {
  const cell = (value, width) => `${value.toFixed(1)} ms`.padStart(width);
  console.log(`find ${TYPED.slice(0, n + 1).join("").padEnd(5)}${cell(of(mine, key), 10)}${cell(median(others.map((o) => o.match[n])), 12)}${cell(median(others.map((o) => o.index[n])), 12)}`);
}
console.log(`index     ${"".padStart(10)}${"".padStart(12)}${`${median(others.map((o) => o.made)).toFixed(0)} ms`.padStart(12)}`);
