// Writes docs/rules/*.md and the manifest's schemas from the rules; with --check says which files differ and exits 1.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { knownRules } from "../server/rules/known-rules.ts";
import { schemaTexts } from "./manifest-schema.mjs";
import { rulePages } from "./rule-pages.mjs";

const folder = "docs/rules";
const pages = rulePages(knownRules);
const schemas = schemaTexts();

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
  for (const [path, text] of schemas) writeFileSync(path, text);
  console.log(`${pages.size} pages in ${folder}, and ${[...schemas.keys()].join(", ")}`);
}

function staleFiles() {
  const present = new Set(readdirSync(folder));
  const stale = [...pages].filter(
    ([name, text]) => !present.has(name) || readFileSync(`${folder}/${name}`, "utf8") !== text,
  );
  const staleSchemas = [...schemas].filter(([path, text]) => readFileSync(path, "utf8") !== text);
  return [
    ...[...stale, ...staleSchemas].map(([name]) => name),
    ...[...present].filter((name) => !pages.has(name)),
  ];
}
