// The database is removed, under the open page or between two visits: what is in memory is not thrown away, no
// backup is empty, and an emptied browser never looks like a fresh start.

import { assert, fs, scene, until } from "./harness.mjs";
import { INDUSTRY, INDUSTRY_ROWS, Table, bench, doors, download, importNew, light, message, openSample, readElsewhere, rowsOf, saved, stored } from "./pages.mjs";

const alert = (page) => page.getByRole("alert").filter({ hasText: "只有这个窗口的内存里有一份" });
const putBack = (page) => page.getByRole("button", { name: "把内存里的台账存回本机" });

/** Two ways in which other programs remove a database. */
const WAYS = {
  "deleted from another tab": async (app) => {
    await bench(app, () => new Promise((done, fail) => {
      const request = indexedDB.deleteDatabase("xingcun");
      request.onsuccess = () => done();
      request.onerror = () => fail(request.error);
    }));
  },
  "cleared by the browser": async (app) => {
    const devtools = await app.devtools();
    await devtools.send("Storage.clearDataForOrigin", { origin: app.server.origin, storageTypes: "indexeddb" });
  },
};

/** One imported workbook and a value typed by hand. */
async function work(app) {
  await importNew(app, INDUSTRY);
  const table = await Table.open(app, "R06");
  await table.select(1, "备注");
  await app.page.keyboard.type("只此一份");
  await app.page.keyboard.press("Enter");
  await table.expectText(1, "备注", "只此一份");
  await saved(app.page);
}

for (const [way, wipe] of Object.entries(WAYS)) {
  scene(`${way} while open: the backup is whole, and the ledger goes back on disk`, async (app) => {
    const { page } = app;
    await work(app);
    await app.goto("#/exchange");
    await wipe(app);
    await alert(page).waitFor();
    await light(page, "没有保存").waitFor();
    assert.match(await alert(page).innerText(), /请不要刷新或关闭本页/);

    // What is on the screen goes into the file, although the database is gone.
    const file = await download(page, page.getByRole("main").getByRole("button", { name: "导出台账文件" }).last());
    // An empty ledger is a file of 403 bytes; this one holds a workbook, in columns.
    assert.ok(fs.statSync(file).size > 1500, "the file is not empty");
    await readElsewhere(app, file, "只此一份");

    // Leaving is asked about.
    let asked = 0;
    page.once("dialog", (dialog) => { asked++; dialog.dismiss(); });
    await page.getByRole("link", { name: "交换" }).first().click();
    await page.evaluate(() => { location.reload(); }).catch(() => {});
    await until("the question before leaving", () => asked === 1);

    await putBack(page).click();
    await saved(page);
    await alert(page).waitFor({ state: "detached" });
    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
    await app.kill();
    await app.again();
    await saved(app.page);
    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
    const table = await Table.open(app, "R06", app.page);
    await table.expectText(1, "备注", "只此一份");
    // Work goes on.
    await table.select(2, "备注");
    await app.page.keyboard.type("接着填");
    await app.page.keyboard.press("Enter");
    await saved(app.page);
    await app.reload();
    await (await Table.open(app, "R06", app.page)).expectText(2, "备注", "接着填");
  });
}

scene("with no room to put it back the file is still whole, and with room it goes back", async (app) => {
  await importNew(app, INDUSTRY);
  await (async () => {
    const table = await Table.open(app, "R06");
    await table.select(1, "备注");
    await app.page.keyboard.type("只此一份");
    await app.page.keyboard.press("Enter");
    await saved(app.page);
  })();
  const makeRoom = await app.againWithQuota(1, "#/exchange");
  const { page } = app;
  await saved(page);
  await WAYS["cleared by the browser"](app);
  await alert(page).waitFor();
  await putBack(page).click();
  await message(page, /没有存回，台账仍只在这个窗口的内存里/).first().waitFor();
  await alert(page).waitFor();
  const file = await download(page, page.getByRole("main").getByRole("button", { name: "导出台账文件" }).last());
  await readElsewhere(app, file, "只此一份");
  await makeRoom();
  await until("the ledger to be back", async () => {
    if (await putBack(page).count()) await putBack(page).click();
    return (await light(page, "已保存").count()) === 1;
  });
  await app.again();
  assert.equal(await rowsOf(app, "R06", app.page), INDUSTRY_ROWS);
});

scene("a second window shows no empty ledger, and follows when the first puts it back", async (app) => {
  await work(app);
  const second = await app.window("#/registers");
  await light(second, "只读").waitFor();
  await WAYS["cleared by the browser"](app);
  await alert(app.page).waitFor();
  await alert(second).waitFor();
  assert.equal(await rowsOf(app, "R06", second), INDUSTRY_ROWS);
  assert.equal(await putBack(second).count(), 0, "the one that writes puts it back");
  // One opened only now has nothing in memory, and says where the ledger is.
  const third = await app.context.newPage();
  await third.goto(app.url);
  await third.getByRole("alert").getByText(/这里原来有一份台账/).waitFor();
  await third.getByText(/请到那个窗口点“把内存里的台账存回本机”/).waitFor();
  await putBack(app.page).click();
  await saved(app.page);
  await light(second, "只读").waitFor();
  assert.equal(await rowsOf(app, "R06", second), INDUSTRY_ROWS);
  await third.getByRole("heading", { name: "台账不在了" }).waitFor({ state: "detached" });
  assert.equal(await rowsOf(app, "R06", third), INDUSTRY_ROWS);
});

scene("an emptied browser says that there was a ledger, and takes the last backup", async (app) => {
  await work(app);
  await app.goto("#/exchange");
  const main = app.page.getByRole("main");
  await main.getByText("从未备份").waitFor();
  const file = await download(app.page, main.getByRole("button", { name: "导出台账文件" }));
  await main.getByText("最近一次备份：今天，之后没有改动").waitFor();
  const table = await Table.open(app, "R06");
  await table.select(2, "备注");
  await app.page.keyboard.type("备份之后");
  await app.page.keyboard.press("Enter");
  await saved(app.page);
  await app.goto("#/exchange");
  await main.getByText("最近一次备份：今天，之后改了 1 处").waitFor();
  await app.page.goto("about:blank");
  await WAYS["cleared by the browser"](app);

  await app.goto("#/");
  const { page } = app;
  const said = page.getByRole("main").getByRole("alert");
  await said.waitFor();
  const words = (await said.innerText()).replace(/\s+/g, " ");
  assert.match(words, /这里原来有一份台账：7 村 63 行，最后一次保存 \d{4}-\d\d-\d\d \d\d:\d\d，最近一次备份 \d{4}-\d\d-\d\d \d\d:\d\d（兴村台账-.*\.xcz）/);
  await light(page, "台账不在").waitFor();
  for (const door of doors(page)) assert.equal(await door.count(), 0, "it is no fresh start");
  for (const hash of ["#/registers", "#/exchange/import", "#/settings"]) {
    await app.goto(hash);
    await said.waitFor();
  }
  await said.locator("input[type=file]").setInputFiles(file);
  await said.waitFor({ state: "detached" });
  await saved(page);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});

scene("starting from nothing is possible, said twice and not asked again", async (app) => {
  await importNew(app, INDUSTRY);
  await app.page.goto("about:blank");
  await WAYS["cleared by the browser"](app);
  await app.goto("#/");
  const { page } = app;
  await page.getByRole("button", { name: "从头开始…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "取消" }).click();
  await page.getByRole("heading", { name: "台账不在了" }).waitFor();
  await page.getByRole("button", { name: "从头开始…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "从空白开始" }).click();
  await doors(page)[0].waitFor();
  await saved(page);
  await app.reload();
  await doors(page)[0].waitFor();
});

scene("a sample that is removed or wiped raises no alarm", async (app) => {
  const { page } = app;
  await openSample(page);
  await page.getByRole("button", { name: /^移除示例/ }).click();
  await doors(page)[0].waitFor();
  await app.reload();
  await doors(page)[0].waitFor();
  await openSample(page);
  await page.goto("about:blank");
  await WAYS["cleared by the browser"](app);
  await app.goto("#/");
  await doors(page)[0].waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  assert.deepEqual((await stored(page)).log, 0);
});
