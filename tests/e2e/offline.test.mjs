// No network at all: the server's process is gone, not merely switched off in the browser.

import { OFFLINE, assert, scene } from "./harness.mjs";
import { INCOME, INCOME_ROWS, INDUSTRY, INDUSTRY_ROWS, importNew, openSample, rowsOf } from "./pages.mjs";

scene("without a server: reload, import, close the browser and open it again", async (app) => {
  app.expected.push(OFFLINE);
  await importNew(app, INDUSTRY);
  await app.installed();
  await app.server.stop();
  await app.reload();
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  await importNew(app, INCOME);
  assert.equal(await rowsOf(app, "R07"), INCOME_ROWS);
  await app.again();
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
  assert.equal(await rowsOf(app, "R07"), INCOME_ROWS);
});

scene("the first visit is enough: a worker never used before is there when the network is not", async (app) => {
  app.expected.push(OFFLINE);
  await app.installed();
  await app.server.stop();
  await app.again("#/exchange/import");
  await importNew(app, INDUSTRY);
  assert.equal(await rowsOf(app, "R06"), INDUSTRY_ROWS);
});

scene("the sample opens without a network", async (app) => {
  app.expected.push(OFFLINE);
  await app.installed();
  await app.server.stop();
  await app.reload();
  await openSample(app.page);
  assert.ok((await rowsOf(app, "R06")) > 0);
});
