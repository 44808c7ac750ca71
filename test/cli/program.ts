import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { afterAll, beforeAll } from "vitest";
import { programs } from "../../scripts/programs.mjs";

const root = join(import.meta.dirname, "../..");

/** As the package's manifest has it. */
export const productVersion: string = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;

/** What a user sees of one run. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as it is shipped, built once for a test file. */
export class Program {
  path = "";
  inputs: readonly string[] = [];

  /** Runs it in `cwd`, with an environment that says nothing about colour or width unless `env` does. */
  run(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return runFile(process.execPath, [this.path, ...args], cwd, env);
  }

  /** Runs it with `input` on standard input. */
  pipe(
    cwd: string,
    args: readonly string[],
    input: string | Buffer,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    return runFile(process.execPath, [this.path, ...args], cwd, env, input);
  }
}

/** Runs any program to its end. */
export function runFile(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  input: string | Buffer = "",
): Promise<Outcome> {
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    // Each test file builds a program of its own: what Node keeps of it would be of no use to anybody.
    NODE_DISABLE_COMPILE_CACHE: "1",
    ...env,
  };
  return new Promise((resolve) => {
    const options = { cwd, env: environment, maxBuffer: 100_000_000 };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : null) : 0;
      resolve({ code, stdout, stderr });
    });
    // A program that does not read to the end has closed the pipe.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

/** Builds the program before the tests of a file, with the product's rules or with those of fixture-rules.ts. */
export function useProgram(rules: "fixture" | "real"): Program {
  const program = new Program();
  const folder = mkdtempSync(join(tmpdir(), "lab-images-cli-"));
  beforeAll(async () => {
    program.path = join(folder, "cli.js");
    const { metafile } = await bundle(folder, rules);
    program.inputs = Object.keys(metafile.inputs);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return program;
}

function bundle(outdir: string, rules: "fixture" | "real"): Promise<{ metafile: Metafile }> {
  const shipped = programs({ production: true, outdir }).cli;
  return build({
    ...shipped,
    absWorkingDir: root,
    metafile: true,
    plugins: [...(shipped.plugins ?? []), ...(rules === "real" ? [] : [fixtureRules])],
  });
}

const fixtureRules: Plugin = {
  name: "fixture-rules",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/all-rules\.ts$/ }, () => ({
      path: join(import.meta.dirname, "fixture-rules.ts"),
    })),
};

/** A folder of Dockerfiles that is gone after the test file. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "lab-images-lab-"));

  /** Writes files by their path in the folder. */
  write(files: Readonly<Record<string, string | Buffer>>): this {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.at(name)), { recursive: true });
      writeFileSync(this.at(name), content);
    }
    return this;
  }

  at(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string {
    return readFileSync(this.at(name), "utf8");
  }
}

/** Makes folders and removes them after the tests of a file. */
export function useFolders(): (files?: Readonly<Record<string, string | Buffer>>) => Folder {
  const folders: Folder[] = [];
  afterAll(() => {
    for (const { path } of folders) rmSync(path, { recursive: true, force: true });
  });
  return (files = {}) => {
    const folder = new Folder().write(files);
    folders.push(folder);
    return folder;
  };
}
