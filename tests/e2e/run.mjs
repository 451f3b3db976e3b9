// Runs the end-to-end suite: `node run.mjs [--screenshot] [part of a file name]…`.
//
// Input: see `harness.mjs`. Output: a line for each test, its error where it failed, and as the last line
// `N passed, N failed`; the exit code says the same. With `--screenshot` it only writes the picture for the
// README (tests/golden/overview.png). Pictures of every page go to tests/shots, which git ignores.

import fs from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { SHOTS } from "./harness.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith("--"));
const picture = words.includes("--screenshot");

const files = fs.readdirSync(here).sort().filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => (picture ? name === "picture.test.mjs" : name !== "picture.test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .map((name) => path.join(here, name));

// Pictures of old browsers lie below the others, so each run takes away its own and what is below.
fs.rmSync(SHOTS, { recursive: true, force: true });

let passed = 0, failed = 0;
const start = Date.now();
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

if (files.length === 0) {
  console.log("no test file fits");
  failed = 1;
} else {
  // Two browsers at a time: while one page waits, the other works.
  const stream = run({ files, concurrency: Number(process.env.XINGCUN_E2E_JOBS || 2) });
  const isTest = (data) => data.details?.type !== "suite" && !files.includes(data.name);
  stream.on("test:pass", (data) => {
    if (!isTest(data)) return;
    passed += 1;
    console.log(`ok      ${seconds(data.details.duration_ms).padStart(7)}  ${data.name}`);
  });
  stream.on("test:fail", (data) => {
    // A file that crashes fails as a whole and has no failed test of its own.
    const { error } = data.details;
    if (!isTest(data) && error?.failureType === "subtestsFailed") return;
    failed += 1;
    const cause = error?.cause ?? error;
    console.log(`FAILED  ${seconds(data.details.duration_ms ?? 0).padStart(7)}  ${data.name}`);
    console.log(String(cause?.message ?? cause).split("\n").concat(String(cause?.stack ?? "").split("\n").filter((line) => line.includes("/e2e/")).slice(0, 4)).map((line) => `        ${line}`).join("\n"));
  });
  if (process.env.XINGCUN_E2E_VERBOSE) stream.on("test:stdout", (data) => process.stdout.write(data.message));
  stream.on("test:stderr", (data) => process.stderr.write(data.message));
  for await (const _ of stream); // until every file has ended
}

console.log(`in ${seconds(Date.now() - start)}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
