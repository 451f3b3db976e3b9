// A flipped byte in the log, behind whole pages: it is said at once, and the backup is complete all the same.

import { assert, scene, until } from "./harness.mjs";
import { INCOME, INCOME_ROWS, INDUSTRY, INDUSTRY_ROWS, Table, bytesOf, damageLog, download, flushed, importNew, light, message, readBack, readElsewhere, rowsOf, saved } from "./pages.mjs";

/** An import and two edits, with their pages, opened again over a log of which one record is damaged. */
async function damaged(app, which, how) {
  await importNew(app, INDUSTRY);
  const imported = await flushed(app.page);
  const table = await Table.open(app, "R06");
  await table.select(1, "备注");
  await app.page.keyboard.type("记一笔");
  await app.page.keyboard.press("Enter");
  await saved(app.page);
  await flushed(app.page, imported);
  await app.page.goto("about:blank");
  const before = await damageLog(app, which, how);
  await app.goto("#/");
  return before;
}

for (const [which, at, name] of [[0, 0, "mark"], [0, 5, "checksum"], [0, 200, "content"], [1, 30, "second step"]]) {
  scene(`a damaged log (${name}) is said at once and its backup is complete`, async (app) => {
    const bad = await damaged(app, which, { at, flip: 0x20 });
    const { page } = app;
    await light(page, "日志有损坏").waitFor();
    const banner = page.getByRole("alert").filter({ hasText: "日志有 1 处损坏" });
    await banner.waitFor();
    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
    const file = await download(page, banner.getByRole("button", { name: "现在导出一份完整的备份" }));
    await message(page, /已生成：.*1 步从页面恢复/).waitFor();
    // The steps are there again, the light is green, and the damaged bytes are still kept.
    await saved(page);
    await banner.waitFor({ state: "detached" });
    // What was restored has a device of its own, which may stand before or after the damaged one.
    const kept = await Promise.all([0, 1, 2].map((n) => readBack(app, n)));
    assert.ok(kept.some((bytes) => bytes.join() === bad.join()), "the unreadable bytes are kept");
    await app.goto("#/settings");
    await page.getByRole("region", { name: "操作历史" }).getByText(/^从页面恢复：/).waitFor();
    assert.match(await page.getByRole("main").innerText(), /最近一次备份：今天，之后没有改动/);
    await app.reload();
    await until("the check to be done", async () => (await light(page, "已保存").count()) === 1);

    await readElsewhere(app, file, "记一笔");
  });
}

scene("a moment that a damaged log cannot tell is not gone back to", async (app) => {
  await damaged(app, 0, { at: 200, flip: 1 });
  const { page } = app;
  await light(page, "日志有损坏").waitFor();
  await app.goto("#/settings");
  const history = page.getByRole("region", { name: "操作历史" });
  await history.getByRole("listitem").last().getByRole("button", { name: "回到此刻…" }).click();
  await message(page, /日志有损坏，那一刻的样子说不全/).waitFor();
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});

scene("an older backup mends the log", async (app) => {
  await importNew(app, INCOME);
  await app.goto("#/exchange");
  const file = await download(app.page, app.page.getByRole("button", { name: "导出台账文件" }));
  await flushed(app.page);
  await app.page.goto("about:blank");
  await damageLog(app, 0, { at: 100, flip: 4 });
  await app.goto("#/exchange");
  const { page } = app;
  await light(page, "日志有损坏").waitFor();
  await page.locator("input[type=file][accept='.xcz']").setInputFiles({ name: "旧备份.xcz", mimeType: "application/zip", buffer: bytesOf(file) });
  await saved(page);
  assert.equal(await rowsOf(app, "R07"), INCOME_ROWS);
  await app.reload();
  await saved(page);
  assert.equal(await page.getByRole("alert").count(), 0);
});
