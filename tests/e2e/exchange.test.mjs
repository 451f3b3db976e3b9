// What goes out comes back: a register as a workbook, the whole ledger as a file.

import { App, assert, fs, scene, until } from "./harness.mjs";
import { INDUSTRY, INDUSTRY_ROWS, download, fileInput, importNew, message, openSample, rowsOf, saved, stored, twin, writeButton } from "./pages.mjs";

/** The dictionary goes out with the rows. */
const PRODUCTS = 3;

scene("a register goes out as a workbook and comes back unchanged", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await app.goto("#/exchange");
  const file = await download(page, page.getByRole("button", { name: /产业生产台账/ }));
  assert.match(file, /\.xlsx$/);
  assert.equal(fs.readFileSync(file).subarray(0, 2).toString(), "PK");
  await app.goto("#/exchange/import");
  await fileInput(page).setInputFiles(file);
  await writeButton(page).waitFor({ timeout: 60_000 });
  const facts = await page.locator("dl").last().innerText();
  assert.match(facts.replace(/\s+/g, " "), new RegExp(`新增 0 更新 0 不变 ${INDUSTRY_ROWS + PRODUCTS}`));
  assert.equal(await writeButton(page).isEnabled(), false);
});

scene("the ledger file carries everything to another browser, twice is once", async (app) => {
  const { page } = app;
  await openSample(page);
  const rows = await rowsOf(app, "R06"), finance = await rowsOf(app, "R07");
  await app.goto("#/");
  const chart = await twin(page, /./);
  await app.goto("#/exchange");
  const file = await download(page, page.getByRole("button", { name: "导出台账文件" }));
  assert.match(file, /\.xcz$/);

  const other = new App(app.server, { viewport: app.options.viewport });
  try {
    await other.open();
    for (let n = 0; n < 2; n++) {
      await other.goto("#/exchange");
      await other.page.locator("input[type=file][accept='.xcz']").setInputFiles(file);
      // Into an empty browser it goes at once; the second time it is looked at, and is this very ledger.
      if (n > 0) await other.page.getByText(/没有新内容.*完全相同|和本机台账完全相同/).first().waitFor({ timeout: 60_000 });
      await until("the rows to be there", async () => (await rowsOf(other, "R06")) === rows, 60_000);
      await saved(other.page);
      assert.equal(await rowsOf(other, "R07"), finance);
    }
    await other.goto("#/");
    assert.deepEqual(await twin(other.page, /./), chart);
    other.assertQuiet();
  } finally {
    await other.close();
  }
});

scene("a ledger file with one changed byte, or of another kind, is refused", async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/exchange");
  const file = await download(page, page.getByRole("button", { name: "导出台账文件" }));
  const bytes = fs.readFileSync(file);
  bytes[Math.floor(bytes.length / 2)] ^= 1;
  const other = new App(app.server, {});
  try {
    await other.open();
    const blank = await stored(other.page);
    for (const [name, buffer, words] of [["坏.xcz", bytes, /损坏|完整/], ["别的.xcz", fs.readFileSync(INDUSTRY), /不是/], ["空.xcz", Buffer.alloc(0), /不是|损坏|空/]]) {
      await other.goto("#/exchange");
      await other.page.locator("input[type=file][accept='.xcz']").setInputFiles({ name, mimeType: "application/octet-stream", buffer });
      await message(other.page, words).or(other.page.getByRole("alert").filter({ hasText: words })).first().waitFor();
      assert.deepEqual(await stored(other.page), blank);
    }
  } finally {
    await other.close();
  }
});
