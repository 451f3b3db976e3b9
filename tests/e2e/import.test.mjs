// Workbooks as they are, from the file to the chart, and back out by one undo.

import { assert, scene, sleep, until } from "./harness.mjs";
import { workbook } from "./files.mjs";
import {
  INCOME, INCOME_ROWS, INDUSTRY, INDUSTRY_ROWS, Table, bytesOf, card, chooseYear, createPlaces, doors, figure, fileInput, importNew,
  message, preview, promised, rowsOf, saved, stored, twin, write, writeButton,
} from "./pages.mjs";

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const row = (rows, word) => rows.find((cells) => cells.some((cell) => cell.includes(word)));

scene("both sample workbooks: preview, one decision, write, the right totals, unchanged the second time", async (app) => {
  const { page } = app;
  const blank = await stored(page);
  await preview(app, INDUSTRY);
  // What the program understood is on the page: the register, the columns, kinds of rows, the totals.
  const main = page.getByRole("main");
  await main.getByText(/产业生产/).first().waitFor();
  for (const word of [/面积/, /合计/, /小计/]) await main.getByText(word).first().waitFor();
  await main.getByText(/一致|相符|核对/).first().waitFor();
  await main.getByText(/清凉村/).first().waitFor();
  assert.deepEqual(await stored(page), blank, "nothing is written before 写入");
  await createPlaces(page);
  assert.deepEqual(await stored(page), blank, "nothing is written by deciding");
  assert.equal(await promised(page), INDUSTRY_ROWS);
  await write(page);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);

  await importNew(app, INCOME);
  assert.equal(await rowsOf(app, "R07"), INCOME_ROWS);

  await app.goto("#/");
  await chooseYear(page, 2024);
  await card(page, /产业产值/).getByRole("button", { name: "面积", exact: true }).click();
  const area = row(await twin(page, /种植面积，按品种/), "不知火").map(figure).filter((n) => n > 1000);
  for (const total of [7600, 8200, 8850]) assert.ok(area.includes(total), `${total} in ${area}`);

  await chooseYear(page, 2025);
  // Operating income over 20万元: 10, 12, 13, 13, 13 of 36 villages.
  const ladder = await twin(page, /阶梯|达标/);
  const over = [2021, 2022, 2023, 2024, 2025].map((year) => {
    const cells = row(ladder, String(year)) || [];
    return bands(ladder[0], cells);
  });
  assert.deepEqual(over.map(([high]) => high), [10, 12, 13, 13, 13]);
  assert.deepEqual(over.map(([, all]) => all), [36, 36, 36, 36, 36]);

  for (const file of [INDUSTRY, INCOME]) {
    await app.goto("#/"); // a check that is still open would be shown again
    await app.goto("#/exchange/import");
    await fileInput(page).setInputFiles(file);
    await page.getByRole("main").getByText(/不变|一样|没有可写的|没有改动/).first().waitFor({ timeout: 60_000 });
    const button = writeButton(page);
    if (await button.count()) assert.ok(!(await button.isEnabled()) || (await promised(page)) === 0, "there is nothing to write");
  }
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  assert.equal(await rowsOf(app, "R07"), INCOME_ROWS);
});

/** Villages in the bands from 20万元 up, and in all bands. */
function bands(head, cells) {
  let high = 0, all = 0;
  head.forEach((title, n) => {
    if (n === 0 || /合计|总/.test(title)) return;
    const count = figure(cells[n]) || 0;
    all += count;
    const [first] = /\d+/.exec(title) || ["0"];
    if (Number(first) >= 20 && !/[<＜]|以下/.test(title)) high += count;
  });
  return [high, all];
}

scene("an import is one step: undo names it and takes all of it back, redo brings it again", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await app.goto("#/registers/R06");
  const undo = page.getByRole("main").getByRole("button", { name: /^撤销：/ });
  assert.match(await undo.innerText(), /导入.*行.*产业生产统计表/);
  await undo.click();
  const redo = page.getByRole("main").getByRole("button", { name: /^重做：/ });
  await redo.waitFor();
  await saved(page);
  assert.equal(await rowsOf(app, "R06"), 0);
  await app.goto("#/");
  for (const door of doors(page)) await door.waitFor();
  await app.goto("#/registers/R06");
  assert.match(await redo.innerText(), /导入/);
  await redo.click();
  await undo.waitFor();
  await saved(page);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  await app.reload();
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});

scene("a workbook dropped on the page is read", async (app) => {
  const { page } = app;
  await app.goto("#/exchange/import");
  const place = page.getByText("把表格拖到这里");
  await place.waitFor();
  const transfer = await page.evaluateHandle(({ bytes, name }) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
    return data;
  }, { bytes: bytesOf(INDUSTRY).toString("base64"), name: "产业.xlsx" });
  await place.dispatchEvent("dragover", { dataTransfer: transfer });
  await place.dispatchEvent("drop", { dataTransfer: transfer });
  await page.getByRole("heading", { name: "导入：产业.xlsx" }).waitFor();
  await createPlaces(page);
  assert.equal(await promised(page), INDUSTRY_ROWS);
  await write(page);
});

const PASTED = [
  ["村名", "年份", "品种", "面积（亩）", "产量（吨）", "产值（万元）"],
  ["甲村", "2024年", "不知火", "120", "160", "96"], ["乙村", "2024年", "不知火", "80", "110", "66"],
  ["甲村", "2024年", "血橙", "30", "45", "18"],
].map((cells) => cells.join("\t")).join("\n");

scene("cells copied from a spreadsheet are read when pasted", async (app) => {
  const { page } = app;
  await app.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: app.server.origin });
  await app.goto("#/exchange/import");
  await page.getByText("复制后粘贴", { exact: false }).click();
  const box = page.getByRole("textbox", { name: "粘贴表格" });
  await page.evaluate((text) => navigator.clipboard.writeText(text), PASTED);
  await box.focus();
  await page.keyboard.press("Control+V");
  assert.equal((await box.inputValue()).split("\n").length, 4);
  await page.getByRole("button", { name: "读取粘贴的内容" }).click();
  await writeButton(page).waitFor({ timeout: 60_000 });
  await createPlaces(page);
  assert.equal(await promised(page), 3);
  await write(page);
  assert.equal(await rowsOf(app, "R06"), 3);
});

scene("an import can be called off while it works, and nothing is written", async (app) => {
  const { page } = app;
  const blank = await stored(page);
  await app.goto("#/exchange/import");
  await fileInput(page).setInputFiles(INCOME);
  const cancel = page.getByRole("button", { name: "取消", exact: true });
  await cancel.click();
  await page.getByText("把表格拖到这里").waitFor();
  await sleep(500);
  assert.deepEqual(await stored(page), blank);
  await importNew(app, INCOME);
  assert.equal(await rowsOf(app, "R07"), INCOME_ROWS);
});

/** Presses 写入 and, so many milliseconds later, 取消 – quicker than a hand, or than this test's own way to the page. */
const writeAndCallOff = (page, delay) => page.evaluate(async (wait) => {
  const press = (name) => [...document.querySelectorAll("main button")].find((one) => name.test(one.innerText.trim()))?.click();
  press(/^写入 [\d,]+ 行$/);
  await new Promise((done) => setTimeout(done, wait));
  press(/^取消$/);
}, delay);

for (const delay of [0, 30, 90, 200, 400]) {
  scene(`called off ${delay} ms after 写入: the page says truthfully which it was`, async (app) => {
    const { page } = app;
    await preview(app, INCOME);
    await createPlaces(page);
    const done = page.getByRole("heading", { name: "导入完成" });
    const not = page.getByText("已取消，什么也没有写入");
    await writeAndCallOff(page, delay);
    await done.or(not).first().waitFor({ timeout: 60_000 });
    const written = (await done.count()) > 0;
    const late = (await page.getByText("取消晚了一步", { exact: false }).count()) > 0;
    console.log(`called off after ${delay} ms: ${written ? `written, ${late ? "too late" : "before"}` : "not written"}`);
    const rows = written ? INCOME_ROWS : 0;
    assert.equal(await rowsOf(app, "R07"), rows);
    await sleep(1000);
    await app.reload();
    assert.equal(await rowsOf(app, "R07"), rows, "what was said is what is on disk");
    await app.goto("#/registers/R07");
    if (!written) return;
    await page.getByRole("main").getByRole("button", { name: /^撤销：导入/ }).click();
    await page.getByRole("main").getByRole("button", { name: /^重做：导入/ }).waitFor();
    await saved(page);
    assert.equal(await rowsOf(app, "R07"), 0);
  });
}

/** Keeps the first words of this kind that the page shows from now on: messages go by themselves. */
async function hear(page, words) {
  await page.evaluate((source) => {
    const listen = () => { window.heard ||= document.body.innerText.match(new RegExp(source))?.[0]; };
    new MutationObserver(listen).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, words.source);
}

scene("leaving the page while it writes ends in all or nothing, and a message", async (app) => {
  const { page } = app;
  await preview(app, INCOME);
  await createPlaces(page);
  await hear(page, /已写入本机，共|什么也没有写入/);
  await writeButton(page).click();
  await sleep(60);
  await app.goto("#/registers");
  const said = await until("a word about how it ended", () => page.evaluate(() => window.heard));
  const rows = await rowsOf(app, "R07");
  assert.equal(rows, said === "什么也没有写入" ? 0 : INCOME_ROWS, said);
  await app.reload();
  assert.equal(await rowsOf(app, "R07"), rows);
});

const COLUMNS = ["村名", "年份", "品种", "面积（亩）", "产量（吨）", "产值（万元）", "说说"];
const book = (year, words) => ({
  name: `产业${year}.xlsx`, mimeType: SHEET,
  buffer: workbook([{ name: "汇总", rows: [COLUMNS, ["甲村", `${year}年`, "不知火", 120, 160, 96, words], ["乙村", `${year}年`, "不知火", 80, 110, 66, words]] }]),
});

scene("a corrected column is remembered for the next sheet of the same layout, and said so, until it is dropped", async (app) => {
  const { page } = app;
  const column = page.getByRole("combobox", { name: /^说说/ });
  const chosen = () => column.evaluate((select) => select.selectedOptions[0].innerText);
  const said = page.getByText("按您上次改过的对应", { exact: false });
  await preview(app, book(2022, "第一年"));
  assert.equal(await chosen(), "不读这一列");
  assert.equal(await said.count(), 0);
  await column.selectOption({ label: "备注" });
  await until("the correction", async () => (await chosen()) === "备注");
  await createPlaces(page);
  await write(page);

  await app.again();
  await again(2023);
  assert.equal(await promised(app.page), 2);
  await write(app.page);
  await chooseYear(app.page, 2023);
  const table = await Table.open(app, "R06");
  await table.expectText(1, "备注", "第二年");

  await again(2024);
  await app.page.getByRole("button", { name: "不用上次的" }).click();
  await until("the column to be left out", async () => (await app.page.getByRole("combobox", { name: /^说说/ }).evaluate((s) => s.selectedOptions[0].innerText)) === "不读这一列");
  await write(app.page);
  await preview(app, book(2025, "第四年"));
  assert.equal(await app.page.getByText("按您上次改过的对应", { exact: false }).count(), 0, "it stays dropped");

  async function again(year) {
    await preview(app, book(year, "第二年"));
    await app.page.getByText("按您上次改过的对应", { exact: false }).waitFor();
    assert.equal(await app.page.getByRole("combobox", { name: /^说说/ }).evaluate((s) => s.selectedOptions[0].innerText), "备注");
  }
});

const INCOMES = (year, first) => workbook([{ name: "收支", rows: [
  ["某镇村集体经济收入情况表"],
  ["村名", "年份", "收入科目", "金额"],
  ["沙溪村", `${year}年`, "经营收入", first],
  ["五星村", `${year}年`, "经营收入", first + 1],
  ["全镇", null, null, first * 2 + 1],
] }]);

scene("money whose unit nobody states is asked for; an answer can be taken back; the next file of its kind knows it", async (app) => {
  const { page } = app;
  await preview(app, { name: "去年.xlsx", mimeType: SHEET, buffer: INCOMES(2024, 12.5) });
  const ask = page.getByRole("combobox", { name: /^回答 收支/ });
  await createPlaces(page, false);
  await ask.waitFor();
  assert.equal(await writeButton(page).isEnabled(), false);
  await ask.selectOption({ label: "元" });
  await ask.waitFor({ state: "detached" });
  // It was a slip.
  await page.getByRole("button", { name: "重新回答" }).click();
  await ask.waitFor();
  assert.equal(await writeButton(page).isEnabled(), false);
  await ask.selectOption({ label: "万元" });
  await page.getByRole("list", { name: "为什么这样读" }).getByText("万元：您说的").waitFor();
  await writeButton(page).click();
  await page.getByText("导入完成").waitFor();
  await app.goto("#/registers/R07");
  await page.getByText("260,000.00").first().waitFor();

  await preview(app, { name: "今年.xlsx", mimeType: SHEET, buffer: INCOMES(2025, 13.5) });
  await page.getByText("同样的表，按您上次改过的对应").waitFor();
  await page.getByRole("list", { name: "为什么这样读" }).getByText(/^万元：同样的表，您\d{4}-\d\d-\d\d确认过$/).waitFor();
  assert.equal(await ask.count(), 0);
  await writeButton(page).click();
  await page.getByText("导入完成").waitFor();
  await app.goto("#/registers/R07");
  await page.getByText("280,000.00").first().waitFor();
});

const LIST = (rows) => workbook([{ name: "2024", rows: [
  ["2024年产业情况表"],
  ["村名", "品种", "面积（亩）", "产量（吨）"],
  ...rows,
] }]);

scene("a list that comes again without some of its rows and figures asks what became of them", async (app) => {
  const { page } = app;
  const file = (name, rows) => ({ name, mimeType: SHEET, buffer: LIST(rows) });
  const rows = [["沙溪村", "油茶", 10, 1], ["五星村", "油茶", 20, 2.5], ["清凉村", "油茶", 40, 7], ["双河村", "油茶", 90, 9]];
  await importNew(app, file("一.xlsx", rows));

  await preview(app, file("二.xlsx", [rows[0], rows[1], ["清凉村", "油茶", 40, null]]));
  const questions = page.getByRole("combobox", { name: /^回答 2024!A1/ });
  await until("both questions", async () => (await questions.count()) === 2);
  assert.equal(await writeButton(page).isEnabled(), false);
  await page.getByText("看是哪些").first().click();
  await page.getByRole("listitem").getByText("双河村 2024年 油茶", { exact: true }).first().waitFor();
  await questions.filter({ hasText: "删除这1条" }).selectOption({ label: "已经没有了，删除这1条" });
  await until("one question", async () => (await questions.count()) === 1);
  await questions.selectOption({ label: "确实没有了，清空这1处" });
  await questions.waitFor({ state: "detached" });
  assert.equal(await promised(page), 2);
  await write(page);
  await chooseYear(page, 2024);
  assert.equal(await rowsOf(app, "R06"), 3);
});

scene("figures walk back: card, rows, origin with file, sheet and cell", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await app.goto("#/");
  await chooseYear(page, 2024);
  const figureCard = page.getByRole("main").getByRole("button", { name: /^种植面积/ }).first();
  await figureCard.click();
  const drawer = page.getByRole("dialog");
  await drawer.waitFor();
  await drawer.getByText(/21 行/).first().waitFor();
  const origins = drawer.getByRole("button", { name: /^2024年![A-Z]+\d+$/ });
  await until("origins of the rows", async () => (await origins.count()) > 0);
  assert.equal(await origins.count(), 21);
  const origin = (await origins.first().innerText()).trim();
  await origins.first().click();
  await drawer.getByText(/产业生产统计表-不知火产业党委\.xlsx/).first().waitFor();
  // The row's own story names its line in the sheet.
  await drawer.getByText(new RegExp(`2024年.*${/\d+$/.exec(origin)[0]}`)).first().waitFor();
  await drawer.getByText(new RegExp(`^工作表「2024年」第${/\d+$/.exec(origin)[0]}行$`)).first().waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });

  // A bar of a chart leads to its rows as well.
  const chart = card(page, /./).first();
  await chart.locator("[data-target]").first().focus();
  await page.keyboard.press("Enter");
  await drawer.getByRole("table").waitFor();
  await message(page, /./).count();
});
