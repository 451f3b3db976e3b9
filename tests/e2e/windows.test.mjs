// Two windows: one writes, the other follows; the pen changes hands without losing a word.

import { assert, scene, until } from "./harness.mjs";
import { Table, light, openSample, rowsOf, saved } from "./pages.mjs";

scene("a second window only reads, follows, and can take over", async (app) => {
  const first = app.page;
  await openSample(first);
  const rows = await rowsOf(app, "R06", first);
  const second = await app.window();
  await light(second, "只读").waitFor();
  await second.getByText("另一个窗口正在编辑", { exact: false }).first().waitFor();
  assert.equal(await rowsOf(app, "R06", second), rows);

  // What the first writes, the second sees.
  const table = await Table.open(app, "R06", first);
  const follower = await Table.open(app, "R06", second);
  assert.equal(await follower.add.isEnabled(), false);
  await table.select(1, "备注");
  await first.keyboard.type("seen");
  await first.keyboard.press("Enter");
  await saved(first);
  await follower.expectText(1, "备注", "seen");

  // Typing in a reader changes nothing.
  await follower.select(2, "备注");
  await second.keyboard.type("lost?");
  await second.keyboard.press("ArrowDown");
  assert.notEqual(await follower.text(2, "备注"), "lost?");

  await second.getByRole("button", { name: "改在这里编辑" }).click();
  await light(second, "已保存").waitFor();
  await light(first, "只读").waitFor();
  await follower.select(2, "备注");
  await second.keyboard.type("taken");
  await second.keyboard.press("Enter");
  await saved(second);
  await table.expectText(2, "备注", "taken");
  assert.equal(await table.text(1, "备注"), "seen");

  // The writer goes: the reader becomes the writer by itself.
  await second.close();
  await until("the first window to write again", async () => (await light(first, "已保存").count()) === 1);
  await app.reload();
  const after = await Table.open(app, "R06", first);
  await after.expectText(1, "备注", "seen");
  await after.expectText(2, "备注", "taken");
});

scene("the state light explains itself in words", async (app) => {
  const { page } = app;
  await light(page, "已保存").click();
  await page.getByText("都已写入本机磁盘", { exact: false }).waitFor();
  await page.getByRole("button", { name: "关闭", exact: true }).click();
  const second = await app.window();
  await light(second, "只读").click();
  await second.getByText("不互相覆盖", { exact: false }).waitFor();
});
