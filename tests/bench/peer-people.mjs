// The other side of the bench of rosters: names found by pinyin with the usual libraries. Bundled by people.mjs.

import MiniSearch from "minisearch";
import { match, pinyin } from "pinyin-pro";

/** The best ten for each longer beginning of `typed`: with every name compared, and with an index that is made first. */
export async function find(typed) {
  const names = await (await fetch("names.json")).json();
  const so_far = typed.map((_, n) => typed.slice(0, n + 1).join(""));
  const timed = (work) => {
    const from = performance.now();
    work();
    return performance.now() - from;
  };
  // Which are the best ten is known once all are compared.
  const compare = (words) => names.filter((name) => match(name, words)).slice(0, 10);
  let search;
  const made = timed(() => {
    search = new MiniSearch({ fields: ["name", "initials", "spelt"], idField: "id", searchOptions: { prefix: true } });
    search.addAll(names.map((name, id) => ({
      id, name, initials: pinyin(name, { pattern: "first", toneType: "none", type: "array" }).join(""), spelt: pinyin(name, { toneType: "none", type: "array" }).join(""),
    })));
  });
  return { match: so_far.map((words) => timed(() => compare(words))), made, index: so_far.map((words) => timed(() => search.search(words).slice(0, 10))) };
}
