// A page whose checksum fits and whose content makes no sense: the program stops rather than show fewer records, says so
// once, and makes the page again from the log.

import { assert, scene } from "./harness.mjs";
import { INDUSTRY, INDUSTRY_ROWS, Table, flushed, importNew, rowsOf, saved, spoilPage } from "./pages.mjs";

for (const [what, from] of [["the tables of the page", 0.3], ["its columns", 0.6], ["its end", 0.9]]) {
  scene(`a page that cannot be read (${what}) is said once, made again from the log, and no row is missing`, async (app) => {
    const { page } = app;
    await importNew(app, INDUSTRY);
    const imported = await flushed(page);
    const table = await Table.open(app, "R06");
    await table.select(1, "备注");
    await page.keyboard.type("记一笔");
    await page.keyboard.press("Enter");
    await saved(page);
    await flushed(page, imported);
    await page.goto("about:blank");
    const spoiled = await spoilPage(app, { register: "R06", from, length: 40 });

    // What the browser itself says of a program that stops.
    app.expected.push(/a page whose checksum fits cannot be read|unreachable|RuntimeError|panicked/);
    await page.goto(`${app.url}#/registers/R06`);
    const stopped = page.getByRole("alert").filter({ hasText: "程序遇到意外，已停下" });
    const grid = page.getByRole("grid");
    await stopped.or(grid).first().waitFor();
    // Not every part of a page is asked for before somebody looks at a record as a whole.
    if ((await stopped.count()) === 0) await (await Table.open(app, "R06")).select(1, "备注");
    await stopped.waitFor();
    await stopped.getByRole("link", { name: /重新打开/ }).click();

    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
    await (await Table.open(app, "R06")).expectText(1, "备注", "记一笔");
    await saved(page);
    assert.equal(await page.getByRole("alert").count(), 0, "it was said once");
    await flushed(page, spoiled, "R06");
    await app.reload();
    await saved(page);
    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
    assert.equal(await page.getByRole("alert").count(), 0);
  });
}
