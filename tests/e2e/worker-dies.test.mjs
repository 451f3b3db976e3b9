// The worker dies over a file: the page says so with the file's name, nothing is lost, and the next file is read.
//
// The worker of this build may have so little memory that a long file is the end of it, as a huge one is on any machine.

import { assert, copyOfDist, fs, path, scene, seal, temporary, until } from "./harness.mjs";
import { INDUSTRY, INDUSTRY_ROWS, createPlaces, fileInput, importNew, preview, refusal, rowsOf, slowDisk, stored, write, writeButton } from "./pages.mjs";

const INDUSTRY_NAME = path.basename(INDUSTRY);

const SMALL = 512; // pages of 64 kB: 32 MB
const LONG = Buffer.alloc(40_000_000, "甲村,1\n");

/** A long file of that name. The browser reads it from the disk: handed over in a message it takes half a minute under load. */
function long(name) {
  const place = path.join(folder, name);
  fs.writeFileSync(place, LONG);
  return place;
}

/** The same program with a limit on its memory. */
function confined(wasm, most) {
  let at = 8;
  const number = () => {
    let n = 0, shift = 0, byte;
    do {
      byte = wasm[at++];
      n |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    return n >>> 0;
  };
  const packed = (n) => {
    const bytes = [];
    do {
      bytes.push((n & 127) | (n > 127 ? 128 : 0));
      n >>>= 7;
    } while (n);
    return Buffer.from(bytes);
  };
  while (at < wasm.length) {
    const begin = at, kind = wasm[at++], length = number(), end = at + length;
    if (kind === 5) {
      assert.equal(number(), 1, "one memory");
      assert.ok(number() <= 1, "32 bits, not shared");
      const least = number();
      assert.ok(least < most, `the program needs ${least} pages to begin with`);
      const section = Buffer.concat([Buffer.from([1, 1]), packed(least), packed(most)]);
      return Buffer.concat([wasm.subarray(0, begin), Buffer.from([5]), packed(section.length), section, wasm.subarray(end)]);
    }
    at = end;
  }
  throw new Error("no memory");
}

const folder = temporary("long");
const dist = copyOfDist();
const program = path.join(dist, "worker_bg.wasm");
fs.writeFileSync(program, confined(fs.readFileSync(program), SMALL));
seal(dist);
process.on("exit", () => [dist, folder].forEach((place) => fs.rmSync(place, { recursive: true, force: true })));

/** What the browser itself says of it. */
const DIES = /memory|unreachable|RuntimeError|panicked/i;

const alert = (page, name) => page.getByRole("alert").filter({ hasText: name }).filter({ hasText: /没有读完，什么也没写入/ });

/** What stands in the way of writing is answered. */
async function answered(page) {
  await createPlaces(page);
  await until("the question to be answered", () => writeButton(page).isEnabled());
}

/** The workbook that is being looked at is written, all of it. */
async function written(app) {
  await answered(app.page);
  await write(app.page);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
}

scene("a workbook is the end of the worker: named, nothing lost, the next one imports", { dist }, async (app) => {
  const { page } = app;
  app.expected.push(DIES);
  const blank = await stored(page);
  await app.goto("#/exchange/import");
  await fileInput(page).setInputFiles(long("大表.csv"));
  await alert(page, "大表.csv").waitFor({ timeout: 120_000 });
  assert.deepEqual(await stored(page), blank, "nothing is written");

  // The same page, a new worker.
  await fileInput(page).setInputFiles(INDUSTRY);
  await written(app);
});

scene("the worker dies while it writes: said as it is, nothing half-written, the next one imports", { dist }, async (app) => {
  const { page } = app;
  app.expected.push(DIES);
  await preview(app, INDUSTRY);
  await answered(page);
  const before = await stored(page);
  // The disk is held: what the worker has begun to write waits there when it ends.
  const free = await slowDisk(page);
  await writeButton(page).click();
  await page.getByText("正在写入", { exact: false }).first().waitFor();
  const fails = () => { setTimeout(() => { throw new Error("RuntimeError: unreachable"); }); };
  await Promise.all(page.workers().map((worker) => worker.evaluate(fails).catch(() => {})));
  await page.getByText("正在核实写没写进去", { exact: false }).waitFor();
  await free();
  await refusal(page).filter({ hasText: INDUSTRY_NAME }).filter({ hasText: /写入的时候后台程序中断了.*已核实什么也没有写入/ }).waitFor();
  assert.deepEqual(await stored(page), before, "nothing is half-written");

  await fileInput(page).setInputFiles(INDUSTRY);
  await written(app);
});

scene("one of several workbooks is the end of the worker: the others have their turn", { dist }, async (app) => {
  const { page } = app;
  app.expected.push(DIES);
  await app.goto("#/exchange/import");
  await fileInput(page).setInputFiles([long("大表.csv"), INDUSTRY]);
  await page.getByRole("main").getByRole("listitem").filter({ hasText: "大表.csv" }).filter({ hasText: /没有读成.*没有读完，什么也没写入/ }).waitFor({ timeout: 120_000 });
  await written(app);
});

scene("a ledger file is the end of the worker: named, nothing lost, the next one is opened", { dist }, async (app) => {
  const { page } = app;
  app.expected.push(DIES);
  await importNew(app, INDUSTRY);
  const before = await rowsOf(app, "R06");
  await app.goto("#/exchange/merge");
  const open = page.locator('input[type=file][accept=".xcz"]');
  await open.first().setInputFiles(long("大镇.xcz"));
  await alert(page, "大镇.xcz").waitFor({ timeout: 120_000 });
  assert.equal(await rowsOf(app, "R06"), before);

  await app.goto("#/exchange/merge");
  await open.first().setInputFiles({ name: "小村.xcz", mimeType: "application/zip", buffer: Buffer.from("不是台账") });
  await page.getByRole("main").getByText(/小村\.xcz/).first().waitFor();
  await page.getByRole("main").getByText(/不是.*台账文件|读不懂|已损坏/).first().waitFor();
});
