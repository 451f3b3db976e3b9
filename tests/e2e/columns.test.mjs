// Columns: what matters first, what names a row in sight, the selected cell never hidden.

import { assert, scene, until } from "./harness.mjs";
import { Table, openSample } from "./pages.mjs";

const titles = async (table) => (await table.grid.getByRole("columnheader").allInnerTexts()).map((text) => text.replace(/[▲▼\s]/g, ""));
const box = async (locator) => locator.evaluate((e) => { const { left, right, top, bottom } = e.getBoundingClientRect(); return { left, right, top, bottom }; });

scene("the figures that matter stand next to what names the row", { viewport: { width: 1440, height: 900 } }, async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R07");
  await until("rows", async () => (await table.count()) > 3);
  const named = (await titles(table)).filter((title) => /^(村|科目$|期间|金额)/.test(title));
  assert.equal(named.length, 4, (await titles(table)).join(" "));
  const amount = await table.column("金额");
  assert.ok(amount <= 6, `金额 is column ${amount}`);
  const frame = await box(table.grid), cell = await box(await table.cell(1, amount));
  assert.ok(cell.right <= frame.right, "金额 is in sight at once");
});

scene("a selected cell is in sight beside the panel that opens, and what names the row stays", { viewport: { width: 1440, height: 900 } }, async (app) => {
  const { page } = app;
  await openSample(page);
  const table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  const all = await titles(table);
  // The last column that is in sight while the table has the page to itself.
  const frame = await box(table.grid);
  let last = 1;
  for (let n = 1; n <= all.length; n++) if ((await box(await table.cell(2, n))).right <= frame.right) last = n;
  await table.select(2, last);
  await page.getByRole("complementary", { name: "这一行" }).waitFor();
  const inSight = async (n) => {
    const [cell, grid] = [await box(await table.cell(2, n)), await box(table.grid)];
    return cell.right <= grid.right + 1 && cell.left >= grid.left - 1;
  };
  await until("the cell in sight", () => inSight(last));
  await page.keyboard.press("End");
  await until("the last column in sight", () => inSight(all.length));
  for (const title of ["村", "产品"]) {
    const at = all.findIndex((one) => one.startsWith(title)) + 1;
    assert.ok(at > 0, all.join(" "));
    assert.ok(await inSight(at), `${title} stays in sight`);
  }
  await page.keyboard.press("Control+ArrowLeft");
  await page.keyboard.press("Home");
  await until("the first column in sight", () => inSight(1));
});
