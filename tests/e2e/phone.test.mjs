// 360 pixels: everything has its place, and nothing lies over anything else.

import { LAPTOP, PHONE, assert, scene, until } from "./harness.mjs";
import { INCOME, INCOME_ROWS, INDUSTRY, Table, card, importNew, light, openSample, preview } from "./pages.mjs";

const box = async (locator) => {
  await locator.waitFor();
  return locator.boundingBox();
};

scene("on a phone: indicators in compact rows, the light with its word, one line of totals", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await openSample(page);
  const word = light(page, "已保存").getByText("已保存");
  assert.ok(await word.isVisible());

  const products = card(page, /产业产值/).first();
  const [toggle, drawing] = [await box(products.getByRole("button", { name: "面积", exact: true })), await box(products.locator("svg").first())];
  assert.ok(toggle.y + toggle.height <= drawing.y, "the switch stands above the chart");

  await app.goto("#/analysis");
  const lines = page.getByRole("main").getByRole("row");
  await until("indicators", async () => (await lines.count()) > 10);
  const heights = await lines.evaluateAll((all) => all.map((line) => line.getBoundingClientRect().height).filter((h) => h > 0).sort((a, b) => a - b));
  assert.ok(heights[Math.floor(heights.length / 2)] < 110, `half of the rows are low: ${heights}`);
  assert.ok(heights.at(-1) < 190, `none is a page of its own: ${heights.at(-1)}`);

  await app.goto("#/registers/R06");
  const foot = page.getByRole("region", { name: "合计" });
  assert.ok((await box(foot)).height < 44, "the totals take one line");
});

scene("messages lie over neither the totals nor the heading, and go by themselves", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/registers/R06");
  await page.getByRole("button", { name: "表格", exact: true }).click();
  const table = new Table(app, page);
  await table.select(1, "备注");
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  const toast = page.locator("[aria-live=polite]").getByText(/已保存：修改/);
  await toast.waitFor();
  await page.getByRole("button", { name: "卡片", exact: true }).click();
  const over = (a, b) => a.y < b.y + b.height && b.y < a.y + a.height;
  const [message, foot] = [await box(toast), await box(page.getByRole("region", { name: "合计" }))];
  assert.ok(!over(message, foot), JSON.stringify([message, foot]));
  assert.ok(!over(message, await box(page.getByRole("heading", { level: 1 }))), "the heading can be read");
  await toast.waitFor({ state: "detached" });
});

const PAGES = ["", "registers", "registers/R01", "registers/R06", "registers/R07", "registers/R06/product", "analysis", "analysis/pivot", "exchange", "exchange/import", "exchange/article", "settings"];

scene("after both imports no page is wider than the phone, in either language and size; tabs and 保存 are in reach", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await importNew(app, INCOME);
  for (const [size, lang] of [["normal", "zh"], ["large", "zh"], ["normal", "en"], ["large", "en"]]) {
    await page.evaluate(([s, l]) => { localStorage.setItem("xingcun.size", s); localStorage.setItem("xingcun.lang", l); }, [size, lang]);
    await app.reload();
    for (const hash of PAGES) {
      await app.goto(`#/${hash}`);
      await page.getByRole("main").getByRole("heading").first().waitFor();
      const [wide, room] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
      assert.ok(wide <= room, `${hash} ${size} ${lang}: ${wide} in ${room}`);
      const tabs = await box(page.getByRole("navigation").filter({ visible: true }).last());
      assert.ok(tabs.x >= 0 && tabs.x + tabs.width <= room && tabs.y + tabs.height <= 741, `${hash} ${size} ${lang}: ${JSON.stringify(tabs)}`);
    }
    await app.goto("#/registers/R06");
    await page.getByRole("button", { name: lang === "zh" ? /新增$/ : /Add$/ }).click();
    const save = await box(page.getByRole("dialog").getByRole("button", { name: lang === "zh" ? "保存" : "Save", exact: true }));
    assert.ok(save.x + save.width <= 360 && save.y + save.height <= 740, JSON.stringify(save));
    await page.getByRole("dialog").getByRole("button", { name: lang === "zh" ? "取消" : "Cancel", exact: true }).click();
  }
});

const cards = (page) => page.getByRole("list", { name: /台账$/ }).getByRole("listitem").getByRole("button");

scene("a register on a phone: cards with figures and the state, only those near the screen drawn, the last one in reach", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await importNew(app, INCOME);
  await app.goto("#/registers/R07");
  const first = cards(page).first();
  await first.getByText(/^[\d,]+\.\d\d 元$/).waitFor();
  for (const words of [/2\d\d\d年/, "金额", "录入"]) await first.getByText(words).first().waitFor();
  await page.getByRole("button", { name: "所有期间" }).click();
  const items = page.getByRole("list", { name: /台账$/ }).getByRole("listitem");
  await until("all of them", async () => (await items.first().getAttribute("aria-setsize")) === String(INCOME_ROWS));
  assert.ok((await cards(page).count()) <= 100, "not a thousand cards");
  // Cards are drawn before the screen reaches them, and how high they are is known then.
  await until("the last one in sight", async () => {
    await page.evaluate(() => window.scrollTo(0, document.scrollingElement.scrollHeight));
    const last = (await items.last().getAttribute("aria-posinset")) === String(INCOME_ROWS) && await items.last().boundingBox();
    return last && last.y < 740 && last.y + last.height > 0;
  });
  assert.ok((await cards(page).count()) <= 100, "those before are gone again");
  await page.evaluate(() => window.scrollTo(0, 0));
  await until("the first again", async () => (await items.first().getAttribute("aria-posinset")) === "1");
});

scene("on a phone rows are sorted and filtered without a table, and the count says what is held back", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await openSample(page);
  await app.goto("#/registers/R06");
  await cards(page).first().getByText(/亩$/).first().waitFor();
  const areas = async () => (await cards(page).evaluateAll((all) => all.slice(0, 8).map((card) => [...card.querySelectorAll(".record-figure")].find((one) => /面积/.test(one.innerText))?.querySelector(".value").innerText ?? "")))
    .map((text) => Number(text.replace(/[^\d.]/g, "")));
  await page.getByRole("combobox", { name: "排序" }).selectOption({ label: "面积（亩）" });
  await page.getByRole("button", { name: "从小到大", exact: true }).click();
  await until("the largest first", async () => {
    const now = await areas();
    return now.length === 8 && now[0] > now[7] && now.every((n, at) => at === 0 || n <= now[at - 1]);
  });
  const heading = page.getByRole("heading", { level: 1 });
  const all = /· ([\d,]+) 行/.exec(await heading.innerText())[1];
  await page.getByRole("searchbox", { name: "查找" }).fill("柑橘");
  await until("what is held back is said", async () => new RegExp(`显示 [\\d,]+ / ${all} 行`).test(await heading.innerText()));
  await page.getByRole("button", { name: "显示全部" }).click();
  await until("all again", async () => (await heading.innerText()).includes(`· ${all} 行`));
  assert.equal(await page.getByRole("searchbox", { name: "查找" }).inputValue(), "");
});

scene("a tap on a card opens the row from below; Escape, Back, a tap beside and 关闭 close it, and the focus comes back", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await app.goto("#/registers/R06");
  await cards(page).first().getByText(/亩$/).first().waitFor();
  const sheet = page.getByRole("dialog");
  for (const close of ["Escape", "Back", "beside", "button"]) {
    await cards(page).first().focus();
    await page.keyboard.press("Enter");
    await sheet.waitFor();
    assert.ok(await sheet.evaluate((dialog) => dialog.contains(document.activeElement)), "the focus moves in");
    assert.ok((await box(sheet)).y + (await box(sheet)).height <= 741);
    await sheet.getByText("产业生产统计表-不知火产业党委.xlsx", { exact: false }).first().waitFor();
    for (const name of ["打开表单", "删除此行", "提交审核"]) await sheet.getByRole("button", { name, exact: true }).waitFor();
    if (close === "Escape") await page.keyboard.press("Escape");
    if (close === "Back") await page.goBack();
    if (close === "beside") await page.mouse.click(180, 20);
    if (close === "button") await sheet.getByRole("button", { name: "关闭", exact: true }).click();
    await sheet.waitFor({ state: "detached" });
    await until("the focus to come back", () => cards(page).first().evaluate((card) => card === document.activeElement));
    assert.match(page.url(), /registers\/R06$/, `${close} stays on the page`);
  }
  await cards(page).first().click();
  await sheet.getByRole("button", { name: "打开表单" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "保存", exact: true }).waitFor();
});

scene("in the check of an import on a phone what needs a decision and 写入 come first", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await preview(app, INDUSTRY);
  const main = page.getByRole("main");
  const places = async () => {
    const [decide, write, sheet] = [await box(main.getByRole("heading", { name: "要您决定" })), await box(main.getByRole("heading", { name: "写入后" })), await box(main.getByRole("region", { name: "原表", exact: true }))];
    return { decide, write, sheet };
  };
  const comeFirst = async () => {
    const { decide, write, sheet } = await places();
    return decide.y < write.y && write.y < sheet.y;
  };
  assert.ok(await comeFirst());
  // A window that becomes wide and narrow again follows.
  await page.setViewportSize(LAPTOP);
  await until("the sheet to stand beside them", async () => {
    const { decide, sheet } = await places();
    return sheet.x < decide.x && sheet.y <= decide.y;
  });
  await page.setViewportSize(PHONE);
  await until("the questions to come first", comeFirst);
  const { decide, write } = await places();
  assert.ok(decide.y < 740, "the questions are in sight at once");
  // What only wants a look is one line, which opens.
  const line = main.getByText(/^核对 \d+处/), one = main.locator(".findings .todo").getByText("核对", { exact: true }).first();
  await line.waitFor();
  assert.equal(await one.isVisible(), false);
  assert.ok(write.y - decide.y < 740, `${write.y - decide.y} px from the questions to 写入`);
  await line.click();
  await one.waitFor();
});

scene("in large type the buttons of a register stay in one line", { viewport: PHONE }, async (app) => {
  const { page } = app;
  await importNew(app, INDUSTRY);
  await page.evaluate(() => localStorage.setItem("xingcun.size", "large"));
  await app.reload();
  await app.goto("#/registers/R06");
  const [first, last] = [await box(page.getByRole("main").getByRole("button", { name: /^撤销：/ })), await box(page.getByRole("button", { name: "表格", exact: true }))];
  assert.ok(Math.abs(first.y + first.height / 2 - last.y - last.height / 2) < 8 && last.x + last.width <= 360, JSON.stringify([first, last]));
});

scene("the kind of a row has its own place beside the sheet's text", async (app) => {
  const { page } = app;
  await preview(app, INDUSTRY);
  const label = page.getByRole("cell", { name: "单位行", exact: true }).first();
  const own = await box(label);
  const neighbours = await label.evaluate((cell) => [...cell.parentElement.cells].filter((one) => one !== cell && one.innerText.trim()).map((one) => one.getBoundingClientRect().toJSON()));
  for (const one of neighbours) assert.ok(one.right <= own.x + 1 || one.left >= own.x + own.width - 1, JSON.stringify([own, one]));
  assert.ok(await label.evaluate((cell) => cell.scrollWidth <= cell.clientWidth + 1), "nothing hangs out of it");
});

scene("side by side, charts end at the same height", { viewport: LAPTOP }, async (app) => {
  const { page } = app;
  await openSample(page);
  await until("equal heights", async () => {
    const [a, b] = [await box(card(page, /产业产值/).first().locator("svg").first()), await box(card(page, /集体经济收入，按来源/).first().locator("svg").first())];
    if (Math.abs(a.y - b.y) > 2 || Math.abs(a.height - b.height) > 2) throw new Error(JSON.stringify([a, b]));
    return true;
  });
  // Below, a tall chart stands beside a low one and a list: none of the cards is half empty.
  const ranking = card(page, /各村经营性收入/).first();
  const [frame, drawing] = [await box(ranking), await box(ranking.locator("svg").first())];
  assert.ok(frame.height - drawing.height < 190, `${frame.height} around ${drawing.height}`);
});
