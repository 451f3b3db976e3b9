// The disk is full: the person is told, nothing that was saved suffers, and what was typed is kept.

import { assert, scene } from "./harness.mjs";
import { Form, INCOME, INCOME_ROWS, INDUSTRY, INDUSTRY_ROWS, Table, createPlaces, importNew, light, preview, refusal, rowsOf, saved, write, writeButton } from "./pages.mjs";

/** A township in the form, and its draft on disk. */
async function typed(app) {
  const form = await Form.add(await Table.open(app, "R01"));
  await form.fill({ 名称: "新坪镇", 类别: "乡镇" });
  await form.dialog.getByText(/草稿已存/).waitFor();
  return form;
}

scene("a full disk refuses the save, keeps draft and ledger, and lets go when there is room", async (app) => {
  await importNew(app, INDUSTRY);
  const villages = await rowsOf(app, "R01");
  await (await typed(app)).cancel.click();

  const makeRoom = await app.againWithQuota(1);
  const { page } = app;
  let form = await Form.add(await Table.open(app, "R01"));
  await form.dialog.getByRole("button", { name: "接着填" }).click();
  await form.save.click();
  await light(page, "存储不足").waitFor();
  await page.getByText(/磁盘空间不足/).first().waitFor();
  // Whether the form stays or goes, it can be left, and the light explains.
  if (await form.dialog.count()) await form.cancel.click();
  await light(page, "存储不足").click();
  await page.getByRole("banner").getByText(/清理磁盘|导出备份/).first().waitFor();
  assert.equal(await rowsOf(app, "R01"), villages);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);

  await page.keyboard.press("Escape");
  await makeRoom();
  form = await Form.add(await Table.open(app, "R01"));
  await form.dialog.getByRole("button", { name: "接着填" }).click();
  assert.equal(await form.field("名称").inputValue(), "新坪镇");
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
  assert.equal(await rowsOf(app, "R01"), villages + 1);
  await app.again();
  assert.equal(await rowsOf(app, "R01"), villages + 1);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});

scene("an import that does not fit is refused as a whole, and works when there is room", async (app) => {
  await importNew(app, INDUSTRY);
  const villages = await rowsOf(app, "R01");
  const makeRoom = await app.againWithQuota(1, "#/exchange/import");
  const { page } = app;
  await preview(app, INCOME);
  await createPlaces(page);
  await writeButton(page).click();
  const said = refusal(page).or(page.locator("[aria-live=polite]")).filter({ hasText: /空间不足|存储不足/ }).first();
  await said.waitFor({ timeout: 60_000 });
  assert.equal(await rowsOf(app, "R07"), 0);
  assert.equal(await rowsOf(app, "R01"), villages);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  await makeRoom();
  await preview(app, INCOME);
  await createPlaces(page);
  await write(page);
  assert.equal(await rowsOf(app, "R07"), INCOME_ROWS);
});
