import { spawnSync } from "node:child_process";

/**
 * Makes the `.vsix` from a production bundle; the development bundle is put back afterwards.
 * @param {string} file
 * @returns {Promise<string>} the file
 */
export async function packageExtension(file) {
  run("node", ["scripts/bundle.mjs", "--production"]);
  try {
    // Everything is in the bundles: --no-dependencies leaves node_modules out.
    run("vsce", ["package", "--no-dependencies", "--skip-license", "--out", file]);
  } finally {
    run("node", ["scripts/bundle.mjs"]);
  }
  return file;
}

/**
 * @param {string} tool
 * @param {readonly string[]} args
 */
function run(tool, args) {
  const { status, stdout, stderr, error } = spawnSync(`node_modules/.bin/${tool}`, args, {
    encoding: "utf8",
  });
  if (error || status !== 0)
    throw new Error(`${tool} ${args.join(" ")} failed:\n${error ?? ""}${stdout}${stderr}`);
}
