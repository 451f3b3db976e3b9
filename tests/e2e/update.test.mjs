// A new build arrives: offered, not forced; nothing changes until the person agrees; the data stays.

import { assert, copyOfDist, fs, path, scene, seal, until } from "./harness.mjs";
import { INDUSTRY, INDUSTRY_ROWS, importNew, light, rowsOf } from "./pages.mjs";

const build = (page) => page.locator("meta[name=xingcun-build]").getAttribute("content");

function newer(dist) {
  const page = path.join(dist, "index.html");
  fs.writeFileSync(page, fs.readFileSync(page, "utf8").replace("</body>", "<!-- the next build -->\n</body>"));
  seal(dist);
  return /name="xingcun-build" content="([0-9a-f]+)"/.exec(fs.readFileSync(page, "utf8"))[1];
}

const dist = copyOfDist();

scene("an update is offered, waits for consent, and keeps the ledger", { dist }, async (app) => {
  const { page } = app;
  try {
    const before = await build(page);
    await importNew(app, INDUSTRY);
    await app.installed();
    const after = newer(dist);
    assert.notEqual(after, before);
    await app.reload();
    const banner = page.getByText("新版本已下载好", { exact: false });
    await banner.waitFor({ timeout: 60_000 });
    await light(page, "有更新").waitFor();
    assert.equal(await build(page), before, "the page still runs the old build");
    await app.reload();
    await banner.waitFor({ timeout: 60_000 });
    assert.equal(await build(page), before, "reloading is not consent");
    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);

    await page.getByRole("button", { name: "现在更新" }).click();
    await until("the new build", async () => (await build(page)) === after, 30_000);
    await app.ready();
    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
    assert.equal(await banner.count(), 0);

    // And back again, on a person's wish, with the ledger as it is.
    await app.goto("#/settings");
    await page.getByText(after, { exact: false }).first().waitFor();
    await page.getByRole("button", { name: "回到上一版" }).click();
    await until("the build before", async () => (await build(page)) === before, 30_000);
    await app.ready();
    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
    await app.goto("#/settings");
    await page.getByRole("button", { name: "换回新版" }).click();
    await until("the newer build", async () => (await build(page)) === after, 30_000);
    await app.ready();
    assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  } finally {
    fs.rmSync(dist, { recursive: true, force: true });
  }
});
