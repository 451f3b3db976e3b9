// Any step back, and any moment back: as one step, with its size said before, and itself undone.

import { assert, scene, until } from "./harness.mjs";
import { INDUSTRY, Table, importNew, openSample, saved, actAs } from "./pages.mjs";

const NUMBER = "用工";

scene("the ledger goes back to a moment as one step, and comes back from there", async (app) => {
  const { page } = app;
  await openSample(page);
  let table = await Table.open(app, "R06");
  await until("rows", async () => (await table.count()) > 3);
  const rows = await table.count(), before = await table.text(1, NUMBER);
  await table.select(1, NUMBER);
  await page.keyboard.type("4711");
  await page.keyboard.press("Enter");
  await table.expectText(1, NUMBER, "4,711");
  await saved(page);
  await table.select(2, "村（社区）");
  await page.getByRole("complementary", { name: "这一行" }).getByRole("button", { name: "删除此行" }).click();
  await until("one row less", async () => (await table.count()) === rows - 1);
  await saved(page);

  await app.goto("#/settings");
  const history = page.getByRole("region", { name: "操作历史" });
  const steps = history.getByRole("listitem");
  await until("three steps", async () => (await steps.count()) === 3);
  assert.match(await steps.nth(2).innerText(), /示例县[\s\S]*未命名 · \d{4}-\d\d-\d\d \d\d:\d\d/);
  assert.equal(await steps.nth(0).getByRole("button", { name: "回到此刻…" }).count(), 0, "it is there already");
  await steps.nth(2).getByRole("button", { name: "回到此刻…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("将要恢复1行，改回1格").waitFor();
  await dialog.getByRole("button", { name: "取消" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await steps.count(), 3, "asking changes nothing");

  await steps.nth(2).getByRole("button", { name: "回到此刻…" }).click();
  await dialog.getByRole("button", { name: "回到此刻", exact: true }).click();
  await until("one more step", async () => (await steps.count()) === 4);
  assert.match(await steps.first().innerText(), /还原到 \d{4}-/);
  await saved(page);
  table = await Table.open(app, "R06");
  assert.equal(await table.count(), rows);
  await table.expectText(1, NUMBER, before);

  await app.goto("#/settings");
  await steps.first().getByRole("button", { name: "撤销这一步" }).click();
  await until("the step to be undone", async () => (await steps.count()) === 5);
  await saved(page);
  table = await Table.open(app, "R06");
  assert.equal(await table.count(), rows - 1);
  await table.expectText(1, NUMBER, "4,711");

  // A step in the middle is taken back by itself.
  await app.goto("#/settings");
  await steps.filter({ hasText: /^修改 用工/ }).getByRole("button", { name: "撤销这一步" }).click();
  await saved(page);
  table = await Table.open(app, "R06");
  await table.expectText(1, NUMBER, before);
  assert.equal(await table.count(), rows - 1);
});

scene("going back to a moment takes states back as well, and undoing that brings them again", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await actAs(app, "县农经站", "县级管理员");
  const side = page.getByRole("complementary", { name: "这一行" });
  const handIn = side.getByRole("button", { name: "提交审核", exact: true });
  const open = async () => (await Table.open(app, "R06")).select(1, NUMBER);
  await open();
  await handIn.click();
  await handIn.waitFor({ state: "detached" });
  await saved(page);

  await app.goto("#/settings");
  const listed = page.getByRole("region", { name: "操作历史" }).getByRole("listitem");
  await until("two steps", async () => (await listed.count()) === 2);
  await listed.nth(1).getByRole("button", { name: "回到此刻…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("将要退回状态1行").waitFor();
  await dialog.getByRole("button", { name: "回到此刻", exact: true }).click();
  await until("one more step", async () => (await listed.count()) === 3);
  await saved(page);
  await open();
  await handIn.waitFor();

  await app.goto("#/settings");
  await listed.first().getByRole("button", { name: "撤销这一步" }).click();
  await until("the step to be undone", async () => (await listed.count()) === 4);
  await saved(page);
  await open();
  await side.getByRole("button", { name: /^审核通过/ }).waitFor();
  assert.equal(await handIn.count(), 0);
});
