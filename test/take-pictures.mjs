// `npm run pictures`: takes the README's pictures in a real VS Code. `npm run pictures -- --check` says which are stale:
// the sources that they show have changed since.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pictureFolder, pictures } from "../scripts/picture-list.mjs";
import { recordPictures, stalePictures } from "../scripts/stale-pictures.mjs";
import { ensureBundles } from "./suites/bundles.mjs";
import { runVsCodeSuite } from "./suites/vscode-suite.mjs";

if (process.argv.includes("--check")) {
  const stale = stalePictures();
  for (const name of stale) {
    console.log(
      `${pictureFolder}/${name}.png is stale: what it shows has changed. npm run pictures takes it anew`,
    );
  }
  process.exit(stale.length > 0 ? 1 : 0);
}

const folder = mkdtempSync(join(tmpdir(), "lab-images-pictures-"));
try {
  await ensureBundles();
  const outcome = await runVsCodeSuite({
    kind: "pictures",
    artefacts: folder,
    env: { LAB_IMAGES_PICTURES: folder },
  });
  if (outcome.skipped || outcome.failed > 0) {
    throw new Error(`no picture was replaced: ${outcome.skipped ?? `${outcome.failed} could not be taken`}`);
  }
  mkdirSync(pictureFolder, { recursive: true });
  for (const name of pictures.keys()) {
    copyFileSync(join(folder, `${name}.png`), join(pictureFolder, `${name}.png`));
  }
  recordPictures();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
