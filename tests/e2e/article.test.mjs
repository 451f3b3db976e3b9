// 交换 → 读文章: a text is read, its figures stand beside the ledger, are linked, and say so when the ledger moves.

import { LAPTOP, OFFLINE, PHONE, ROOT, assert, fs, require, scene, until } from "./harness.mjs";
import { zip } from "./files.mjs";
import { INDUSTRY, InputMethod, Table, importNew, message, saved } from "./pages.mjs";

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
/** One of the sample articles; it tells of the very villages of the industry workbook. */
const SAMPLE = fs.readFileSync(`${ROOT}/tests/figures/000_d60425e8c2660c22.txt`, "utf8");

const box = (page) => page.getByRole("textbox", { name: /把文章粘贴在这里/ });
const list = (page) => page.getByRole("region", { name: "数字清单" });
const body = (page) => page.getByRole("region", { name: "正文内容" });
/** A figure of the list, by its words. */
const item = (page, words) => list(page).getByRole("button", { name: words }).first();
const confirm = (page) => list(page).getByRole("button", { name: "确认关联" });
const state = (page, words, wanted) => until(`${words} to be ${wanted}`, async () => (await item(page, words).innerText()).includes(wanted));

async function readText(app, text) {
  const { page } = app;
  await app.goto("#/exchange");
  await page.getByRole("link", { name: "读文章…" }).click();
  await box(page).fill(text);
  await page.getByRole("button", { name: "读这篇文章" }).click();
  await list(page).waitFor();
}

/** Chooses in one of the pickers of the opened figure. */
async function pick(page, picker, typed, option) {
  await list(page).getByRole("button", { name: picker }).click();
  await list(page).getByRole("combobox").fill(typed);
  await list(page).getByRole("option", { name: option }).first().click();
}

/** A Word file with these paragraphs. */
function docx(paragraphs) {
  const main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
  const xml = paragraphs.map((p) => `<w:p><w:r><w:t>${p}</w:t></w:r></w:p>`).join("");
  return zip([
    ["[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'],
    ["word/document.xml", `<?xml version="1.0"?><w:document xmlns:w="${main}"><w:body>${xml}</w:body></w:document>`],
  ]);
}

scene("a sample article against its industry figures: agreeing, differing, linked, and flagged when the ledger moves", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await readText(app, SAMPLE);

  // What is proposed says so, with its reasons; nothing is stored by that.
  assert.match(await item(page, /^8850亩/).innerText(), /建议待确认/);
  await item(page, /^8850亩/).click();
  await list(page).getByText("本句说“不知火”").waitFor();
  assert.equal(await page.getByText("已存入台账").count(), 0);
  await confirm(page).click();
  await state(page, /^8850亩/, "相符");
  await page.getByText("已存入台账").waitFor();

  await item(page, /^41070亩/).click();
  await confirm(page).click();
  await state(page, /^41070亩/, "不符");
  assert.match(await item(page, /^41070亩/).innerText(), /台账 10,344亩，比文中少 30,726亩.*宜写“10344亩”/s);

  // One that cannot be told is linked by hand.
  const loose = list(page).getByRole("button", { name: /^拿不准/ });
  const before = await loose.innerText();
  await loose.click();
  await item(page, /^3500余/).click();
  await pick(page, /^关联到/, "参与农户", /^参与农户/);
  await confirm(page).click();
  await until("one less that cannot be told", async () => (await loose.innerText()) !== before);
  await list(page).getByRole("button", { name: /^全部/ }).click();

  // The value opens its rows.
  await item(page, /^8850亩/).click();
  await list(page).getByRole("button", { name: /^看台账里的行（7）/ }).click();
  await page.getByRole("dialog").getByText("清凉村").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "关闭" }).click();

  // The ledger changes; the article says so, in the list and on the figure.
  const table = await Table.open(app, "R06");
  let row = 1;
  while (!((await table.text(row, "产品")) === "不知火" && (await table.text(row, "村")).includes("清凉"))) row++;
  await table.select(row, "面积");
  await page.keyboard.type("1229");
  await page.keyboard.press("Enter");
  await saved(page);
  await app.goto("#/exchange/article");
  const stored = page.getByRole("region", { name: "已读文章" });
  await stored.getByText("台账已变").waitFor();
  await stored.getByRole("link").first().click();
  await list(page).waitFor();
  const moved = item(page, /^8850亩/);
  await until("the flag", async () => (await moved.innerText()).includes("台账已变：原 8,850亩，现 8,900亩"));
  assert.match(await moved.innerText(), /不符/);
});

scene("figures by keyboard, filters, the text and back; undo takes a link back", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await readText(app, "2024年，清凉村种植不知火1179亩。五四村种植不知火1700亩。");
  const first = item(page, /^1179亩/);
  await first.focus();
  await page.keyboard.press("ArrowDown");
  await until("the second to be open", async () => (await item(page, /^1179亩/).getAttribute("aria-expanded")) === "true" || (await item(page, /^1700亩/).getAttribute("aria-expanded")) === "true");
  await page.keyboard.press("End");
  const last = item(page, /^1700亩/);
  await until("the last to be open", async () => (await last.getAttribute("aria-expanded")) === "true");
  await page.keyboard.press("Enter");
  const mark = body(page).getByRole("button", { name: /^1700亩/ });
  await until("the keyboard in the text", () => mark.evaluate((e) => e === document.activeElement));
  await page.keyboard.press("Enter");
  await until("the keyboard in the list", () => last.evaluate((e) => e === document.activeElement));
  await confirm(page).click();
  await state(page, /^1700亩/, "不符");
  await list(page).getByRole("button", { name: /^不符 1/ }).click();
  assert.equal(await list(page).getByRole("button", { name: /^1179亩/ }).count(), 0);
  await page.locator("[aria-live=polite]").getByRole("button", { name: /撤销/ }).click();
  await list(page).getByRole("button", { name: /^全部/ }).click();
  await state(page, /^1700亩/, "建议待确认");
});

scene("a figure is taken over into the ledger with its origin, and a correction is remembered", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await readText(app, "2025年，清凉村种植不知火1200余亩。");
  await item(page, /^1200余亩/).click();
  await confirm(page).click();
  await state(page, /^1200余亩/, "台账无数");
  await list(page).getByRole("button", { name: "接收进台账" }).click();
  await message(page, /已保存：新增1行/).waitFor();
  await state(page, /^1200余亩/, "台账 1,200亩");

  await pick(page, /^关联到/, "销量", /^销量/);
  await pick(page, /^关联到/, "其中新增", /^其中新增/);
  await confirm(page).click();
  await page.getByRole("link", { name: "读另一篇" }).click();
  await box(page).fill("2024年，五四村种植不知火300余亩。");
  await page.getByRole("button", { name: "读这篇文章" }).click();
  await item(page, /^300余亩/).click();
  await list(page).getByText("按您以前的更正").waitFor();
});

scene("what cannot be told is 拿不准 with its reason, and every other figure says by which words it was understood", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await readText(app, "清凉村2024年工作总结\n全村种植不知火1179亩，其中第三村民小组140亩。邻镇种植不知火5200亩。");
  await state(page, /^140亩/, "拿不准");
  assert.match(await item(page, /^140亩/).innerText(), /只是其中一部分/);
  assert.match(await item(page, /^5200亩/).innerText(), /拿不准.*“邻镇”不在台账里/s);
  await item(page, /^1179亩/).click();
  await list(page).getByText("2024年 · 清凉村 · 不知火 · 面积，因为标题说“2024年”，本句说“全村”，本句说“不知火”，本句说“亩”").waitFor();
  await list(page).getByRole("button", { name: /^拿不准 2/ }).click();
  assert.equal(await list(page).getByRole("button", { name: /^1179亩/ }).count(), 0);
});

scene("what is to be reached becomes a target, which 分析 shows beside the indicator", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await readText(app, "工作计划\n力争2024年村集体经济总收入突破500万元。");
  await item(page, /^突破500万元/).click();
  await pick(page, /^关联到/, "总收入", /集体经济总收入/);
  await confirm(page).click();
  await list(page).getByText("预计或目标数，不与实际数核对").waitFor();
  await state(page, /^突破500万元/, "预计或目标");
  await list(page).getByRole("button", { name: "记为指标目标" }).click();
  await list(page).getByText(/已记为指标目标/).waitFor();
  await app.goto("#/analysis");
  await page.getByRole("region", { name: "指标" }).getByText(/目标：突破500万元.*工作计划/).waitFor();
  await page.locator("[aria-live=polite]").getByRole("button", { name: /撤销/ }).click();
  await until("no target", async () => (await page.getByText(/目标：突破500万元/).count()) === 0);
});

scene("Word files are read; what is no article says why", async (app) => {
  const { page } = app;
  await app.goto("#/exchange/article");
  const input = page.locator("input[type=file]").first();
  await input.setInputFiles({ name: "坏.docx", mimeType: "", buffer: Buffer.from("PK\u0003\u0004 not a zip") });
  await page.getByRole("alert").getByText(/坏\.docx：Word 文件打不开/).waitFor();
  await input.setInputFiles({ name: "图.pdf", mimeType: "", buffer: Buffer.from("%PDF-1.7") });
  await page.getByRole("alert").getByText(/图\.pdf：不是文章/).waitFor();
  await input.setInputFiles({ name: "汇报.docx", mimeType: "", buffer: docx(["清凉村工作汇报", "2024年全村种植黄精500余亩，带动85户增收。"]) });
  await item(page, /^500余亩/).waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出表格" }).click();
  assert.match((await download).suggestedFilename(), /\.xlsx$/);
});

scene("without a server: an article is read, linked, and there again in a new browser", async (app) => {
  app.expected.push(OFFLINE);
  await importNew(app, INDUSTRY);
  await app.installed();
  await app.server.stop();
  await app.again();
  const { page } = app;
  await readText(app, SAMPLE);
  await item(page, /^8850亩/).click();
  await confirm(page).click();
  await state(page, /^8850亩/, "相符");
  await saved(page);
  await app.again("#/exchange/article");
  await app.page.getByRole("region", { name: "已读文章" }).getByRole("link").first().click();
  await list(app.page).waitFor();
  await state(app.page, /^8850亩/, "相符");
});

scene("an input method composes in the text and in a picker; Enter that picks a word chooses nothing", async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await app.goto("#/exchange/article");
  await box(page).fill("2024年，清凉村种植");
  await box(page).press("End");
  const ime = await InputMethod.on(app);
  await ime.compose("buzhihuo");
  await ime.pick("不知火");
  await page.keyboard.type("1179亩。");
  assert.equal(await box(page).inputValue(), "2024年，清凉村种植不知火1179亩。");
  await page.getByRole("button", { name: "读这篇文章" }).click();
  await item(page, /^1179亩/).click();

  await list(page).getByRole("button", { name: /^关联到/ }).click();
  const combo = list(page).getByRole("combobox");
  await ime.compose("chanliang");
  assert.ok(await combo.isVisible(), "letters that compose leave the list open");
  await ime.pick("产量");
  assert.equal(await combo.inputValue(), "产量");
  assert.ok(await combo.isVisible(), "Enter that picks a word chooses nothing");
  await list(page).getByRole("option", { name: /^产量/ }).first().waitFor();
  await page.keyboard.press("Enter");
  await list(page).getByRole("button", { name: /^关联到\s*产量/ }).waitFor();
});

scene("a second window sees what the first links, and links nothing itself", async (app) => {
  const first = app.page;
  await importNew(app, INDUSTRY);
  await readText(app, SAMPLE);
  const second = await app.window("#/exchange/article");
  await item(first, /^8850亩/).click();
  await confirm(first).click();
  await state(first, /^8850亩/, "相符");
  await second.getByRole("region", { name: "已读文章" }).getByRole("link").first().click();
  await list(second).waitFor();
  await state(second, /^8850亩/, "相符");
  await item(second, /^41070亩/).click();
  assert.equal(await confirm(second).isEnabled(), false);

  await item(first, /^41070亩/).click();
  await confirm(first).click();
  await state(second, /^41070亩/, "不符");
});

for (const [size, viewport] of [["phone", PHONE], ["laptop", LAPTOP]]) {
  for (const dark of [false, true]) {
    scene(`reading an article, ${size}, ${dark ? "dark" : "light"}: no serious fault, nothing wider than the screen`, { viewport, dark, init: dark ? "localStorage.setItem('xingcun.theme', 'dark')" : "" }, async (app) => {
      const { page } = app;
      await importNew(app, INDUSTRY);
      await app.goto("#/exchange/article");
      await box(page).fill(SAMPLE);
      const faults = async (name) => {
        await app.shot(`article-${name}-${size}${dark ? "-dark" : ""}`);
        if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        const grave = violations.filter((one) => ["serious", "critical"].includes(one.impact));
        assert.deepEqual(grave.map((one) => `${name} ${one.id}: ${one.nodes.slice(0, 3).map((n) => n.target.join(" "))}`), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${name}: wider than the screen`);
      };
      await faults("choose");
      await page.getByRole("button", { name: "读这篇文章" }).click();
      await item(page, /^8850亩/).click();
      await confirm(page).click();
      await item(page, /^41070亩/).click();
      await confirm(page).click();
      await state(page, /^41070亩/, "不符");
      await faults("list");
      if (size === "phone") {
        await page.getByRole("tab", { name: "正文" }).click();
        await body(page).waitFor();
        await faults("text");
      }
      await page.getByRole("link", { name: "读另一篇" }).click();
      await page.getByRole("region", { name: "已读文章" }).getByRole("link").first().waitFor();
      await faults("stored");
    });
  }
}
