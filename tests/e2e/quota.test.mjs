// The disk is full: the person is told, nothing that was saved suffers, and what was typed is kept.

import { assert, scene } from "./harness.mjs";
import { Form, Table, light, openSample, rowsOf, saved } from "./pages.mjs";

scene("a full disk refuses the save, keeps the draft and the ledger, and lets go when there is room", async (app) => {
  const { page } = app;
  await openSample(page);
  const rows = await rowsOf(app, "R06");
  const villages = await rowsOf(app, "R01");
  const table = await Table.open(app, "R01");
  let form = await Form.add(table);
  await form.fill({ 名称: "新坪村" });
  const kind = form.dialog.getByLabel(/^类型|^类别|^组织类型/).first();
  if (await kind.count()) await kind.fill("村").catch(() => {});
  await form.dialog.getByText(/草稿已存/).waitFor();

  const devtools = await app.devtools();
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: app.server.origin, quotaSize: 1 });
  await form.save.click();
  await light(page, "存储不足").waitFor();
  await page.getByText(/磁盘空间不足/).first().waitFor();
  if (await form.dialog.count()) await form.cancel.click();
  await light(page, "存储不足").click();
  await page.getByRole("banner").getByText(/清理磁盘|导出备份/).first().waitFor();
  assert.equal(await rowsOf(app, "R01"), villages);
  assert.equal(await rowsOf(app, "R06"), rows);

  await devtools.send("Storage.overrideQuotaForOrigin", { origin: app.server.origin });
  await app.reload();
  assert.equal(await rowsOf(app, "R06"), rows);
  form = await Form.add(await Table.open(app, "R01"));
  await form.dialog.getByRole("button", { name: "接着填" }).click();
  assert.equal(await form.field("名称").inputValue(), "新坪村");
  await form.save.click();
  await form.dialog.waitFor({ state: "detached" });
  await saved(page);
  assert.equal(await rowsOf(app, "R01"), villages + 1);
});
