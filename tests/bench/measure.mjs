// What the benches look at a page with: frames, tasks that block, keys, memory. Nothing here knows the program.

import { execFileSync } from "node:child_process";
import fs from "node:fs";

export const settle = (ms) => new Promise((done) => setTimeout(done, ms));

/** What follows a key takes milliseconds; a machine with other work makes seconds of them, and never this. */
const PATIENCE = 30_000;

/** `promise`, or after {@link PATIENCE} an error that says what did not come. */
export async function inTime(promise, what) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what}: nothing seen for ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Longest gap between two frames while `work` runs. */
export async function blockedDuring(page, work) {
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

/**
 * Begins to watch tasks of 50 ms and more, and what follows a key: `window.followed(look)` resolves to the
 * milliseconds from the next key that is pressed until the frame is done after which `look()` holds. A frame's work is
 * done when a message sent from within it arrives; what the program draws in that frame may come after the sending.
 */
export const watchKeys = (page) => page.evaluate(() => {
  window.tasks = [];
  new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask" });
  window.followed = (look) => new Promise((done) => addEventListener("keydown", (event) => {
    const { port1, port2 } = new MessageChannel();
    const frame = () => port2.postMessage(0);
    port1.onmessage = () => (look() ? done(performance.now() - event.timeStamp) : requestAnimationFrame(frame));
    requestAnimationFrame(frame);
  }, { capture: true, once: true }));
});

/** The tasks that have blocked the page since, in milliseconds. */
export const longTasks = (page) => page.evaluate(() => window.tasks.splice(0));

/**
 * Presses a key and waits for what follows it: a function of the page and its argument, as of {@link watchKeys}. The page
 * listens before the key comes: of a question and a key that are on their way together either may arrive first. The
 * question answers nothing itself, or it would be waited for before there is a key.
 */
export async function pressed(page, key, look, argument) {
  await page.evaluate(`{ const argument = ${JSON.stringify(argument ?? null)}; window.seen = window.followed(() => (${look})(argument)); null; }`);
  await page.keyboard.press(key);
  return inTime(page.evaluate(() => window.seen), `what follows ${key}`);
}

/**
 * The page's process: what it holds in memory by itself (`own`, shared program code left out), and all that is mapped
 * (`resident`), in bytes. The page is the largest of the profile's renderers.
 */
export function memoryOf(app) {
  const table = execFileSync("ps", ["-axww", "-o", "pid=,args="], { encoding: "utf8", maxBuffer: 1 << 26 });
  const pages = table.split("\n").filter((l) => l.includes(`--user-data-dir=${app.profile}`) && l.includes("--type=renderer"));
  const sizes = pages.map((line) => {
    const rollup = fs.readFileSync(`/proc/${Number.parseInt(line, 10)}/smaps_rollup`, "utf8");
    const kilobytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(rollup)?.[1] ?? 0);
    return { own: (kilobytes("Private_Clean") + kilobytes("Private_Dirty")) * 1024, resident: kilobytes("Rss") * 1024 };
  });
  return sizes.reduce((a, b) => (b.resident > a.resident ? b : a), { own: 0, resident: 0 });
}
