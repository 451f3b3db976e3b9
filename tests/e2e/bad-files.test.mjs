// Files as they should not be: each refused or questioned in plain Chinese, with its place, and never written.

import { assert, scene, until } from "./harness.mjs";
import { PNG, industrySheet, passwordProtected, unzipped, workbook, zip } from "./files.mjs";
import { CONTRACTS, INDUSTRY, Table, bytesOf, createPlaces, download, fileInput, importNew, promised, recallYear, refusal, rowsOf, stored, write, writeButton } from "./pages.mjs";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const file = (name, buffer) => ({ name, mimeType: XLSX, buffer });

/** What is left of an old workbook of which the last part did not arrive. */
const CUT = bytesOf(CONTRACTS).subarray(0, bytesOf(CONTRACTS).length * 0.6);

async function give(app, one) {
  await app.goto("#/exchange/import");
  await fileInput(app.page).setInputFiles(one);
}

async function cannotWrite(app, blank) {
  const button = writeButton(app.page);
  if (await button.count()) assert.equal(await button.isEnabled(), false, "写入 is impossible");
  assert.deepEqual(await stored(app.page), blank, "nothing is written");
}

scene("files that are no workbooks are refused in words", async (app) => {
  const { page } = app;
  const blank = await stored(page);
  const bad = [
    ["空.xlsx", Buffer.alloc(0), /空/],
    ["半截.xlsx", bytesOf(INDUSTRY).subarray(0, 5000), /不完整|损坏|没有(下|传)完|读不/],
    ["半截.xls", CUT, /^半截\.xls：文件不完整或已损坏/],
    ["加密.xlsx", passwordProtected(), /密码|加密/],
    ["照片.xlsx", PNG, /图片|不是.*表格/],
    ["压缩包.xlsx", zip([["a.txt", "hello"]]), /不是.*表格|工作簿|表格/],
  ];
  for (const [name, bytes, words] of bad) {
    await give(app, file(name, bytes));
    const said = refusal(page).first();
    await said.waitFor();
    const text = await said.innerText();
    assert.match(text, words, name);
    assert.match(text, /[\u4e00-\u9fff]/);
    assert.doesNotMatch(text, /Error|panicked|undefined|null/, name);
    await cannotWrite(app, blank);
  }
});

scene("a sheet that is only formatting holds nothing to write, and says so", async (app) => {
  const blank = await stored(app.page);
  const rows = Array.from({ length: 200 }, () => Array.from({ length: 12 }, () => ({ blank: true })));
  await give(app, file("只有格式.xlsx", workbook([{ name: "Sheet1", rows }])));
  await app.page.getByRole("main").getByText(/没有.*(内容|数据|表格)|空/).first().waitFor();
  await cannotWrite(app, blank);
});

const decisions = (app) => app.page.getByRole("main");

/** Bad cells, each with words that must name what is wrong and the cell. */
const CELLS = [
  ["a number of twenty digits", { number: "12345678901234567890" }, /位数|太多|截断|精度|核对/, "C4"],
  ["a formula error", { error: "#REF!", formula: "Sheet9!A1" }, /公式错误|#REF!/, "C4"],
  ["words in a column of numbers", "一百多块", /应填数字/, "C4"],
];

for (const [what, value, words, place] of CELLS) {
  scene(`${what}: the message names the cell, nothing is written`, async (app) => {
    const blank = await stored(app.page);
    await give(app, file("坏格.xlsx", workbook([industrySheet([["甲村", "不知火", value, 100, 50], ["乙村", "不知火", 80, 108, 40]])])));
    await writeButton(app.page).waitFor({ timeout: 60_000 });
    await decisions(app).getByRole("button", { name: /新建/ }).first().click();
    await decisions(app).getByText(words).first().waitFor();
    await decisions(app).getByText(new RegExp(`2024年!${place}`)).first().waitFor();
    await cannotWrite(app, blank);
    // One way out: leave the bad row out.
    await app.page.getByRole("checkbox", { name: /跳过有错误的行/ }).check();
    await until("the rest can be written", () => writeButton(app.page).isEnabled());
    assert.equal(await promised(app.page), 1);
  });
}

scene("a name that fits two villages waits for a decision", async (app) => {
  const { page } = app;
  const heads = ["乡镇", "村名", "品种", "面积（亩）", "产量（吨）", "产值（万元）"];
  const sheet = (town) => industrySheet([[town, "五星村", "不知火", 100, 135, 80]], { heads, name: town });
  await give(app, file("两镇.xlsx", workbook([sheet("东镇"), sheet("西镇")])));
  await writeButton(page).waitFor({ timeout: 60_000 });
  await createPlaces(page);
  await writeButton(page).click();
  await page.getByRole("heading", { name: "导入完成" }).waitFor();
  assert.equal(await rowsOf(app, "R06"), 2);
  const before = await stored(page);
  await give(app, file("哪个五星.xlsx", workbook([industrySheet([["五星村", "血橙", 10, 15, 8]])])));
  await page.getByText(/对应到几个村/).waitFor();
  assert.equal(await writeButton(page).isEnabled(), false);
  assert.equal((await stored(page)).log, before.log);
  const choice = page.getByRole("combobox", { name: /五星村/ });
  const options = await choice.getByRole("option").allInnerTexts();
  assert.equal(options.filter((one) => one.includes("五星村")).length, 2);
  assert.equal(new Set(options).size, options.length, `the two can be told apart: ${options}`);
  await choice.selectOption({ index: 1 });
  await until("the decision to be taken", () => writeButton(page).isEnabled());
  assert.equal(await promised(page), 1);
});

scene("after every refusal a good file is still read", async (app) => {
  await give(app, file("照片.xlsx", PNG));
  await refusal(app.page).first().waitFor();
  await importNew(app, INDUSTRY);
  assert.equal(await rowsOf(app, "R06"), 63);
});

scene("a table without a period waits for the person to say it, and without it stays out", async (app) => {
  const { page } = app;
  const rows = [["村名", "品种", "面积（亩）"], ["甲村", "血橙", 10], ["乙村", "血橙", 20]];
  await give(app, file("产业.xlsx", workbook([{ name: "Sheet1", rows }, { name: "2023年", rows: [rows[0], ["甲村", "血橙", 30]] }])));
  const main = page.getByRole("main");
  await main.getByText(/没有写明“期间”/).first().waitFor();
  const year = page.getByRole("combobox", { name: /^这张表是哪一期的？/ });
  await year.waitFor();
  assert.equal(await year.count(), 1, "only the table that does not say it is asked about");
  await createPlaces(page, false);
  assert.equal(await writeButton(page).isEnabled(), false);

  // Left out, and said so.
  const skip = page.getByRole("checkbox", { name: /跳过有错误的行/ });
  await skip.check();
  await main.getByText(/没有写明“期间”，它的2行不写入/).first().waitFor();
  await until("one row", async () => (await promised(page)) === 1 && writeButton(page).isEnabled());
  await skip.uncheck();

  // Chosen, and chosen anew.
  await year.selectOption("2022");
  await until("three rows", async () => (await promised(page)) === 3 && writeButton(page).isEnabled());
  await page.getByRole("combobox", { name: "年内哪一期" }).selectOption("2022-Q2");
  await until("the quarter", async () => (await page.getByRole("combobox", { name: "年内哪一期" }).inputValue()) === "2022-Q2");
  await write(page);
  await recallYear(app, 2022);
  const table = await Table.open(app, "R06");
  await until("its rows", async () => (await table.count()) === 2);
  await table.expectText(1, "期间", "2022年二季度");
});

scene("a marked copy of the person's own workbook: comments on the cells to look at, and nothing else is another", async (app) => {
  const { page } = app;
  const whole = workbook([industrySheet([["甲村", "不知火", "一百多块", 100, 50], ["乙村", "不知火", 80, 108, 40]])]);
  await give(app, file("产业.xlsx", whole));
  await writeButton(page).waitFor({ timeout: 60_000 });
  await decisions(app).getByRole("button", { name: /新建/ }).first().click();
  await decisions(app).getByText(/2024年!C4/).first().waitFor();
  const copy = await download(page, page.getByRole("button", { name: "下载标注副本" }));
  assert.match(copy, /产业-标注\.xlsx$/);
  const before = unzipped(whole), after = unzipped(bytesOf(copy));
  const comments = [...after].find(([name]) => name.startsWith("xl/comments"));
  assert.match(comments[1].toString(), /ref="C4"[^]*应填数字[^]*一百多块/);
  for (const [name, content] of before) {
    const touched = ["[Content_Types].xml", "xl/worksheets/sheet1.xml"].includes(name);
    assert.equal(after.get(name).equals(content), !touched, name);
  }
  // The check stays as it was, and the copy is read like the workbook.
  await decisions(app).getByText(/2024年!C4/).first().waitFor();
  await app.goto("#/");
  await give(app, copy);
  await page.getByRole("main").getByText("一百多块").first().waitFor();
  // Of a list there is none, and that is said.
  await app.goto("#/");
  await give(app, { name: "产业.csv", mimeType: "text/csv", buffer: Buffer.from("村名,品种,2024年面积（亩）\n甲村,血橙,10\n") });
  await page.getByRole("main").getByText("标注副本只能从 .xlsx 文件做").waitFor();
});
