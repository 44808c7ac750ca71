// Writes docs/rules/*.md and the manifest's schema from the rules; with --check says which files differ and exits 1.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { knownRules } from "../server/rules/known-rules.ts";
import { schemaPath, schemaText } from "./manifest-schema.mjs";
import { rulePages } from "./rule-pages.mjs";

const folder = "docs/rules";
const pages = rulePages(knownRules);

if (process.argv.includes("--check")) {
  const stale = staleFiles();
  if (stale.length > 0) {
    console.error(`Out of date: ${stale.join(", ")}. Run npm run docs and commit what it writes.`);
    process.exitCode = 1;
  }
} else {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(`${folder}/${name}`);
  for (const [name, text] of pages) writeFileSync(`${folder}/${name}`, text);
  writeFileSync(schemaPath, schemaText());
  console.log(`${pages.size} pages in ${folder}, and ${schemaPath}`);
}

function staleFiles() {
  const present = new Set(readdirSync(folder));
  const stale = [...pages].filter(
    ([name, text]) => !present.has(name) || readFileSync(`${folder}/${name}`, "utf8") !== text,
  );
  const schema = readFileSync(schemaPath, "utf8") === schemaText() ? [] : [schemaPath];
  return [...stale.map(([name]) => name), ...[...present].filter((name) => !pages.has(name)), ...schema];
}
