// Packs the Encoding Standard's indexes into encoding-indexes.bin, which encoding_index.cc embeds.
//   node encoding-indexes.mjs indexes.json      (https://encoding.spec.whatwg.org/indexes.json)
import { readFileSync, writeFileSync } from "node:fs";

const indexes = JSON.parse(readFileSync(process.argv[2], "utf8"));

// The standard follows GB 18030-2022 since 2023; for an indexes.json that is older.
const gb18030of2022 = {
  A6D9: 0xfe10, A6DA: 0xfe12, A6DB: 0xfe11, A6DC: 0xfe13, A6DD: 0xfe14, A6DE: 0xfe15, A6DF: 0xfe16, A6EC: 0xfe17, A6ED: 0xfe18,
  A6F3: 0xfe19, FE59: 0x9fb4, FE61: 0x9fb5, FE66: 0x9fb6, FE67: 0x9fb7, FE6D: 0x9fb8, FE7E: 0x9fb9, FE90: 0x9fba, FEA0: 0x9fbb,
};
for (const bytes in gb18030of2022) {
  const second = parseInt(bytes.slice(2), 16);
  indexes.gb18030[(parseInt(bytes.slice(0, 2), 16) - 0x81) * 190 + second - (second < 0x7f ? 0x40 : 0x41)] = gb18030of2022[bytes];
}

const tables = {};
for (const name of Object.keys(indexes).sort()) {
  if (name === "gb18030-ranges") tables[name] = indexes[name].filter(([pointer]) => pointer < 189000).flat();
  else if (name !== "iso-2022-jp-katakana") tables[name] = indexes[name].map((code) => (code ?? 0) & 0xffff);
}
const plane2 = (tables["big5-plane2"] = new Array(Math.ceil(indexes.big5.length / 16)).fill(0));
indexes.big5.forEach((code, pointer) => {
  if (code > 0xffff) plane2[pointer >> 4] |= 1 << (pointer & 15);
});

const units = [];
const rows = [];
for (const name of Object.keys(tables).sort()) {
  rows.push(`    {"${name}", ${units.length}, ${tables[name].length}},`);
  units.push(...tables[name]);
}
writeFileSync(new URL("encoding-indexes.bin", import.meta.url), new Uint8Array(Uint16Array.from(units).buffer));
writeFileSync(new URL("encoding_indexes.inc", import.meta.url), `${rows.join("\n")}\n`);
