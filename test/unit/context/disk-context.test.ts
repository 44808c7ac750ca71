import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DiskContexts } from "../../../core/context/disk-context.ts";
import { diskFolders } from "../../../core/context/folder-reader.ts";
import { diskFiles } from "../../../core/lab/files.ts";
import { Lab } from "../../../core/lab/lab.ts";

let root: string;

function write(path: string, text = ""): void {
  const absolute = join(root, path);
  mkdirSync(join(absolute, ".."), { recursive: true });
  writeFileSync(absolute, text);
}

/** Without the superuser's right to read everything. */
function asNobody(look: () => void): void {
  const nobody = 65_534;
  const isSuperuser = process.geteuid?.() === 0;
  if (isSuperuser) process.seteuid?.(nobody);
  try {
    look();
  } finally {
    if (isSuperuser) process.seteuid?.(0);
  }
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "context-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("a context on disk", () => {
  const contextOf = (path: string) => new DiskContexts(diskFiles).of(join(root, path), undefined);

  test("says what git leaves out, by the ignore files above, in and below the folder", () => {
    write(".git/HEAD");
    write(".gitignore", "staging/\n*.whl\n");
    write("train/Dockerfile");
    write("train/.gitignore", "/id_rsa.pub\n");
    write("train/assets/.gitignore", "*\n!kept\n");
    const context = contextOf("train/Dockerfile");
    for (const path of ["staging", "./staging/a.txt", "id_rsa.pub", "*.whl", "dist/a.whl", "assets/x/y"])
      expect([path, context.isLeftOutByGit(path)]).toEqual([path, true]);
    for (const path of ["", ".", "train.py", "keys/id_rsa.pub", "assets/kept"])
      expect([path, context.isLeftOutByGit(path)]).toEqual([path, false]);
  });

  test("is the Dockerfile's folder, with its ignore file", () => {
    write("train/Dockerfile");
    write("train/.dockerignore", "*.pt\n");
    write("train/a.pt");
    write("train/b.py");
    const context = contextOf("train/Dockerfile");
    expect(context.folder).toBe(join(root, "train"));
    expect(context.exists("a.pt").kind).toBe("ignored");
    expect(context.exists("b.py").kind).toBe("there");
    expect(context.exists("c.py").kind).toBe("missing");
    expect(context.exists("b.py/below").kind).toBe("missing");
  });

  test("is not walked round in circles of links, and does not leave by one", () => {
    write("Dockerfile");
    write("real/a.bin");
    truncateSync(join(root, "real/a.bin"), 5_000_000);
    symlinkSync(root, join(root, "real/round"));
    symlinkSync("/usr", join(root, "out"));
    symlinkSync("nowhere", join(root, "dangling"));
    const context = contextOf("Dockerfile");
    const { bytes, complete } = context.unused([]);
    expect(complete).toBe(true);
    expect(bytes).toBeLessThan(5_010_000);
    expect(context.exists("real/round/real/a.bin").kind).toBe("there");
    expect(context.exists("dangling").kind).toBe("there");
  });

  test("is walked no further than the limits, shallow folders first", () => {
    for (let each = 0; each < 40; each++) write(`deep/er/${each}`, "x");
    write("zz/large", "y".repeat(1000));
    const contexts = new DiskContexts(diskFiles, diskFolders, { entries: 10, milliseconds: 5000 });
    const { bytes, complete } = contexts.of(join(root, "Dockerfile"), undefined).unused([]);
    expect(complete).toBe(false);
    expect(bytes).toBeGreaterThanOrEqual(1000);
  });

  test("says that it could not read a folder, and claims nothing of what lies in it", () => {
    write("closed/a");
    chmodSync(root, 0o755);
    chmodSync(join(root, "closed"), 0o000);
    asNobody(() => {
      const context = contextOf("Dockerfile");
      expect(context.unused([]).complete).toBe(false);
      expect(context.exists("closed/a").kind).toBe("unknown");
      expect(context.exists("closed/b").kind).toBe("unknown");
      expect(context.matches("closed/*").kind).toBe("unknown");
      expect(context.exists("c").kind).toBe("missing");
    });
    chmodSync(join(root, "closed"), 0o755);
  });

  test("lists a folder of data without a look at each file", () => {
    write(".dockerignore", "*.pyc\nold\n!old/kept\n");
    for (const name of ["a", "b.pyc", "c", "d", "old/kept"]) write(name);
    const reader = {
      ...diskFolders,
      kindOf: (path: string) => {
        throw new Error(`looked at ${path}`);
      },
    };
    const names = (most: number) =>
      new DiskContexts(diskFiles, reader)
        .of(join(root, "Dockerfile"), root)
        .entries("/", most)
        .map(({ name }) => name);
    expect(names(100)).toEqual([".dockerignore", "a", "c", "d", "old"]);
    expect(names(2)).toEqual([".dockerignore", "a"]);
  });

  test("is walked once for many questions, and again when the ignore file changes", () => {
    write("Dockerfile");
    write("data/a", "x".repeat(500));
    let lists = 0;
    const reader = {
      ...diskFolders,
      list: (folder: string) => {
        lists++;
        return diskFolders.list(folder);
      },
    };
    const contexts = new DiskContexts(diskFiles, reader);
    const ask = () => contexts.of(join(root, "Dockerfile"), undefined).unused([]).bytes;
    expect(ask()).toBe(500);
    const first = lists;
    expect(ask()).toBe(500);
    expect(lists - first).toBe(0);
    write(".dockerignore", "data\n");
    expect(ask()).toBe(5);
  });
});

describe("a lab", () => {
  test("takes the context from the build script, and has none where two builds differ", () => {
    write("docker/Dockerfile", "FROM ubuntu:22.04\n");
    write("build.sh", "docker build -f docker/Dockerfile -t a .\n");
    const contextOf = () =>
      new Lab(root, diskFiles, { contexts: new DiskContexts(diskFiles) }).image(
        join(root, "docker/Dockerfile"),
      ).context;
    expect(contextOf()).toMatchObject({ folder: root, named: true });
    write("build-other.sh", "docker build -t b docker\n");
    expect(contextOf()).toBeUndefined();
    rmSync(join(root, "build.sh"));
    rmSync(join(root, "build-other.sh"));
    expect(contextOf()).toMatchObject({ folder: join(root, "docker"), named: false });
    write("lab-images.json", '{ "images": { "docker": {} } }');
    expect(contextOf()).toMatchObject({ named: true });
  });

  test("has no contexts unless they are given", () => {
    expect(new Lab(root, diskFiles).image(join(root, "a/Dockerfile")).context).toBeUndefined();
  });
});
