// Files dropped anywhere are taken; of several each has its own line; a table nobody knows is read by hand.

import { LAPTOP, PHONE, assert, fs, scene, textOf, until } from "./harness.mjs";
import { workbook } from "./files.mjs";
import { INCOME, INDUSTRY, INDUSTRY_ROWS, bytesOf, createPlaces, drop, fileInput, importNew, message, openSample, promised, refusal, rowsOf, saved, write, writeButton } from "./pages.mjs";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

scene("a workbook dropped on the overview, in a register or in the settings goes to the import", async (app) => {
  const { page } = app;
  const hint = page.getByText("松手就读");
  for (const hash of ["#/", "#/registers/R01", "#/settings"]) {
    await app.goto(hash);
    await page.getByRole("main").getByRole("heading").first().waitFor();
    await drop(page, [{ name: "产业.xlsx", bytes: bytesOf(INDUSTRY) }], () => hint.waitFor());
    await page.getByRole("heading", { name: "导入：产业.xlsx" }).waitFor();
    await hint.waitFor({ state: "detached" });
  }
  await createPlaces(page);
  assert.equal(await promised(page), INDUSTRY_ROWS);
  await write(page);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});

scene("a ledger file dropped anywhere is read in, an article goes to the reader, a picture is refused in words", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await app.goto("#/exchange");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出台账文件" }).click();
  const ledger = fs.readFileSync(await (await coming).path());

  await page.getByRole("main").getByRole("heading", { name: "交换" }).waitFor();
  await app.goto("#/registers/R06");
  await page.getByRole("main").getByRole("button", { name: /^撤销：导入/ }).click();
  await page.getByRole("main").getByRole("button", { name: /^重做：导入/ }).waitFor();
  await saved(page);
  await app.goto("#/");
  await drop(page, [{ name: "照片.png", bytes: [1, 2, 3] }]);
  await message(page, /照片\.png：不是能读的文件/).waitFor();
  await drop(page, [{ name: "备份.xcz", bytes: ledger }]);
  await message(page, /已读入 0 处改动/).waitFor();
  await drop(page, [{ name: "总结.txt", bytes: Buffer.from("2024年，全镇种植不知火8850亩。") }]);
  await page.getByRole("heading", { level: 1, name: /全镇种植不知火/ }).waitFor();
});

scene("of several files a bad one does not stop the others, and each says how it ended", async (app) => {
  const { page } = app;
  await app.goto("#/exchange/import");
  await fileInput(page).setInputFiles([
    { name: "坏的.xlsx", mimeType: XLSX, buffer: bytesOf(INDUSTRY).subarray(0, 4000) },
    { name: "产业.xlsx", mimeType: XLSX, buffer: bytesOf(INDUSTRY) },
    { name: "空的.csv", mimeType: "text/csv", buffer: Buffer.alloc(0) },
    { name: "收支.xlsx", mimeType: XLSX, buffer: bytesOf(INCOME) },
  ]);
  const files = page.getByRole("region", { name: "这次的几个文件" });
  const line = (name) => files.getByRole("listitem").filter({ hasText: name });
  const says = (name, words) => until(`${name}: ${words}`, async () => words.test(await textOf(line(name))));
  await page.getByRole("heading", { name: "导入：产业.xlsx" }).waitFor();
  await says("坏的.xlsx", /没有读成 坏的\.xlsx.*损坏/);
  await says("产业.xlsx", /正在看/);
  await says("收支.xlsx", /等着/);
  await createPlaces(page);
  await write(page);
  await says("产业.xlsx", /已写入/);
  await page.getByRole("button", { name: "接着读：空的.csv" }).click();
  // The empty one is passed over by itself.
  await page.getByRole("heading", { name: "导入：收支.xlsx" }).waitFor();
  await says("空的.csv", /没有读成.*空的/);
  await createPlaces(page);
  await write(page);
  await says("收支.xlsx", /已写入/);
  await says("坏的.xlsx", /没有读成/);
});

for (const [size, viewport] of [["phone", PHONE], ["laptop", LAPTOP]]) {
  for (const dark of [false, true]) {
    const theme = dark ? "-dark" : "";
    scene(`what is held over the page and the list of several files can be read, ${size}${theme}`, { viewport, dark, init: dark ? "localStorage.setItem('xingcun.theme', 'dark')" : "" }, async (app) => {
      const { page } = app;
      await openSample(page);
      await app.goto("#/registers");
      const files = [
        { name: "坏的.xlsx", bytes: bytesOf(INDUSTRY).subarray(0, 4000) }, { name: "产业生产统计表-不知火产业党委（汇总上报）.xlsx", bytes: bytesOf(INDUSTRY) },
        { name: "收支.xlsx", bytes: bytesOf(INCOME) },
      ];
      await drop(page, files, async () => {
        const veil = page.locator(".drop-hint");
        await veil.waitFor();
        const [words, around, wide] = [await veil.locator("p").boundingBox(), await veil.boundingBox(), viewport.width];
        assert.equal(around.width, wide);
        assert.ok(words.x >= 0 && words.x + words.width <= wide && Math.abs(words.x + words.width / 2 - wide / 2) < 2, JSON.stringify(words));
        assert.notEqual(await veil.evaluate((e) => getComputedStyle(e, "::before").content), "none", "the page is veiled");
        await app.shot(`drop-${size}${theme}`);
      });
      await page.getByRole("heading", { name: /^导入：产业/ }).waitFor();
      const list = page.getByRole("region", { name: "这次的几个文件" });
      await list.getByText("等着").waitFor();
      const tags = await list.getByRole("listitem").locator(".tag").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
      assert.equal(new Set(tags.map(Math.round)).size, 1, "tags stand in a column");
      const texts = await list.getByRole("listitem").locator(".grow").evaluateAll((all) => all.map((one) => ({ left: one.getBoundingClientRect().left, tag: one.previousElementSibling.getBoundingClientRect().right })));
      for (const { left, tag } of texts) assert.ok(left > tag, "what became of a file stands beside its tag");
      await app.shot(`files-${size}${theme}`);
    });
  }
}

const STRANGE = {
  name: "花名.xlsx", mimeType: XLSX,
  buffer: workbook([{ name: "Sheet1", rows: [
    ["甲", "乙", "丙", "丁", "戊"],
    ["清凉村", "11010519491231002X", "13812345678", "6222020200112233445", 12.5],
    ["团滩村", "110105194912310021", "13912345678", "6222020200112233446", 20],
  ] }]),
};

scene("a table nobody knows names the registers there are, hides personal numbers, and is read by hand", async (app) => {
  const { page } = app;
  await app.goto("#/exchange/import");
  await fileInput(page).setInputFiles(STRANGE);
  await page.getByRole("heading", { name: "导入：花名.xlsx" }).waitFor();
  const main = page.getByRole("main");
  await main.getByText(/认不出是哪本台账。现有：组织台账、.*产业生产台账、集体经济收支台账/).first().waitFor();
  const words = await textOf(main);
  assert.doesNotMatch(words, /0处错误/);
  for (const secret of ["11010519491231002X", "110105194912310021", "13812345678", "6222020200112233445"]) {
    assert.ok(!words.includes(secret), `${secret} is shown`);
  }
  assert.match(words, /110\*+002X/);
  assert.match(words, /138\*{4}5678/);
  await page.getByRole("combobox", { name: "读入台账" }).selectOption({ label: "集体经济收支台账" });
  const column = (letter) => page.getByRole("combobox", { name: new RegExp(`^${letter} 对应到`) });
  await column("甲").waitFor();
  await column("甲").selectOption({ label: "村（社区）" });
  await until("the village column", async () => (await column("甲").evaluate((s) => s.selectedOptions[0].innerText)) === "村（社区）");
  await column("戊").selectOption({ label: "科目 · 经营收入" });
  await until("the amount column", async () => /经营收入/.test(await column("戊").evaluate((s) => s.selectedOptions[0].innerText)));
  // What is lacking is said; nothing is written without it.
  await main.getByText(/没有写明“期间”/).first().waitFor();
  // Beside the period, it is asked what becomes of the column of numbers that is not read.
  await main.getByText(/有2处错误/).waitFor();
  assert.equal(await refusal(page).count(), 0);
  assert.equal(await writeButton(page).isEnabled(), false);
});

scene("a file dropped while another is being checked waits for its turn", async (app) => {
  const { page } = app;
  await openSample(page);
  await drop(page, [{ name: "产业.xlsx", bytes: bytesOf(INDUSTRY) }]);
  await page.getByRole("heading", { name: "导入：产业.xlsx" }).waitFor();
  await writeButton(page).waitFor();
  await drop(page, [{ name: "收支.xlsx", bytes: bytesOf(INCOME) }]);
  const files = page.getByRole("region", { name: "这次的几个文件" });
  await files.getByText("等着").waitFor();
  await page.getByRole("heading", { name: "导入：产业.xlsx" }).waitFor();
  await page.getByRole("button", { name: "取消", exact: true }).click();
  await page.getByRole("button", { name: "接着读：收支.xlsx" }).click();
  await page.getByRole("heading", { name: "导入：收支.xlsx" }).waitFor();
  await files.getByText("没有写入").waitFor();
});
