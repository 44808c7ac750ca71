import { readFileSync } from "node:fs";
import { matchesGlob } from "node:path";
import { expect, test } from "vitest";
import { dockerfileGlob, isBesideDockerfile, isDockerfileName } from "../../../core/lab/dockerfile-name.ts";

interface Language {
  readonly id: string;
  readonly extensions?: readonly string[];
  readonly filenames?: readonly string[];
  readonly filenamePatterns?: readonly string[];
}

const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly contributes: { readonly languages: readonly Language[] };
};
const {
  extensions = [],
  filenames = [],
  filenamePatterns = [],
} = contributes.languages.find(({ id }) => id === "dockerfile") ?? {};

/** Whether the editor takes a file of this name for a Dockerfile. */
function isOfLanguage(name: string): boolean {
  return (
    filenames.includes(name) ||
    filenamePatterns.some((pattern) => matchesGlob(name, pattern)) ||
    extensions.some((extension) => name.toLowerCase().endsWith(extension))
  );
}

const hooks = readFileSync(".pre-commit-hooks.yaml", "utf8");
const [files, exclude] = ["files", "exclude"].map((field) => {
  const pattern = new RegExp(`^  ${field}: &[\\w-]+ '(.*)'$`, "m").exec(hooks)?.[1];
  expect(pattern, field).toBeDefined();
  return new RegExp(pattern ?? "");
});

/** Whether pre-commit hands a file of this name to the hooks. */
function isOfHooks(path: string): boolean {
  return files!.test(path) && !exclude!.test(path);
}

const dockerfiles = [
  ...["Dockerfile", "Containerfile", "Dockerfile.dev", "Containerfile.gpu"],
  ...["gpu.Dockerfile", "gpu.dockerfile", "gpu.Containerfile", "gpu.containerfile"],
];

test.each(dockerfiles)(
  "%s is a Dockerfile: for a lab, for a search, in the editor and for pre-commit",
  (name) => {
    expect(isDockerfileName(name)).toBe(true);
    expect(isBesideDockerfile(name)).toBe(false);
    expect(matchesGlob(`images/gpu/${name}`, dockerfileGlob)).toBe(true);
    expect(matchesGlob(name, dockerfileGlob)).toBe(true);
    expect(isOfLanguage(name)).toBe(true);
    expect(isOfHooks(`images/gpu/${name}`)).toBe(true);
    expect(isOfHooks(name)).toBe(true);
  },
);

test.each(["Dockerfile.orig", "Dockerfile.md", "Dockerfile.bak"])(
  "%s has the language of Dockerfiles, and is none",
  (name) => {
    expect(isOfLanguage(name)).toBe(true);
    expect(isBesideDockerfile(name)).toBe(true);
  },
);

test.each([
  ...["Dockerfile.dockerignore", "gpu.Dockerfile.dockerignore", "Dockerfile.md", "Dockerfile.orig"],
  ...["Dockerfile.rej", "Dockerfile.bak", "Dockerfile~", "dockerfile.py", "Dockerfiles", "MyDockerfile"],
])("%s is none", (name) => {
  expect(isDockerfileName(name)).toBe(false);
  expect(isOfHooks(`images/gpu/${name}`)).toBe(false);
});
