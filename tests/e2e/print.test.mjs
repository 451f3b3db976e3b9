// A register on paper: all of it, under heads that stand on every sheet.

import { PHONE, assert, scene, until } from "./harness.mjs";
import { INCOME, importNew, recallYear } from "./pages.mjs";

/** What would be printed now: the table is made when the browser says that it prints. */
async function paper(page) {
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  const found = await page.evaluate(() => {
    const table = document.querySelector(".paper table");
    const style = (e) => getComputedStyle(e);
    return {
      shown: table.getBoundingClientRect().width > 0,
      grid: [...document.querySelectorAll("[role=grid], .records")].some((g) => g.getBoundingClientRect().width > 0),
      head: [...table.tHead.rows[0].cells].map((cell) => cell.innerText.trim()),
      repeats: style(table.tHead).display, split: style(table.tBodies[0].rows[0]).breakInside,
      rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim())),
      sum: table.tBodies[1].innerText, words: document.querySelector(".paper").innerText,
    };
  });
  await page.emulateMedia({ media: null });
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  return found;
}

const head = (app) => app.page.getByRole("heading", { level: 1 }).filter({ hasText: "216" });

for (const [where, options] of [["a laptop", {}], ["a phone", { viewport: PHONE }]]) {
  scene(`a register prints all rows that the filter shows, from ${where}`, options, async (app) => {
    const { page } = app;
    await importNew(app, INCOME);
    await app.goto("#/registers/R07");
    await recallYear(app, 2024);
    await head(app).waitFor();
    const all = await paper(page);
    assert.equal(all.rows.length, 216);
    assert.ok(all.shown && !all.grid, "the table and nothing else of the register");
    assert.equal(all.repeats, "table-header-group", "heads stand on every sheet");
    assert.equal(all.split, "avoid", "no row is cut by the end of a sheet");
    assert.ok(all.head.includes("金额（元）") && all.head.includes("状态"), all.head.join(" "));
    assert.match(all.sum, /合计 216 行/);
    for (const words of ["集体经济收支台账", "2024年", "打印于"]) assert.ok(all.words.includes(words), words);
    assert.equal(new Set(all.rows.map((cells) => cells[all.head.indexOf("期间")])).size, 1);

    await page.getByRole("searchbox", { name: "查找" }).fill("东坡村");
    await until("the filtered rows", async () => /显示 [\d,]+ \/ 216 行/.test(await page.getByRole("heading", { level: 1 }).innerText()));
    const some = await paper(page);
    assert.ok(some.rows.length > 0 && some.rows.length < 20, `${some.rows.length} rows`);
    assert.ok(some.words.includes("东坡村"), "the filter in words");

    // The browser's own print, with heads and sheets as they come: sheets lie across, and every row is in it.
    await page.getByRole("searchbox", { name: "查找" }).fill("");
    await head(app).waitFor();
    const pdf = (await page.pdf({ preferCSSPageSize: true, tagged: true })).toString("latin1");
    const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, w, h]) => Number(w) > Number(h));
    assert.ok(boxes.length >= 4 && boxes.every(Boolean), `${boxes.length} sheets, across: ${boxes}`);
  });
}

scene("what is masked in the list is masked on paper", async (app) => {
  const { page } = app;
  await importNew(app, INCOME);
  await app.goto("#/registers/R07");
  await head(app).or(page.getByRole("grid")).first().waitFor();
  // No register has identity numbers yet: paper and list say the same of every cell in the first row.
  const printed = await paper(page);
  const heads = await page.getByRole("columnheader").allInnerTexts();
  for (const [n, title] of printed.head.entries()) {
    const at = heads.findIndex((one) => one.replace(/[▲▼\s]/g, "") === title.replace(/\s/g, ""));
    if (at < 0) continue;
    const cell = page.locator(`[role=row][aria-rowindex="2"] [role=gridcell][aria-colindex="${at + 1}"]`);
    if (await cell.count()) assert.equal(printed.rows[0][n], (await cell.innerText()).trim(), title);
  }
});
