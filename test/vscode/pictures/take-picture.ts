import { strict as assert } from "node:assert";
import { join } from "node:path";
import { takeScreenshot } from "../../bed/page-requests.mjs";

/** Keeps what VS Code shows now as the picture of this name. */
export async function takePicture(name: string): Promise<void> {
  const folder = process.env.LAB_IMAGES_PICTURES;
  assert.ok(folder, "pictures are taken by npm run pictures");
  assert.ok(await takeScreenshot(join(folder, `${name}.png`)), "VS Code runs in the bed's page");
}
