// `npm run package`: the extension as a .vsix beside package.json.
import { readFileSync, statSync } from "node:fs";
import { packageExtension } from "./package-extension.mjs";

const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
const file = await packageExtension(`${name}-${version}.vsix`);
console.log(`${file}: ${(statSync(file).size / 1024).toFixed(0)} KiB`);
