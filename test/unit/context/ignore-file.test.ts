import { describe, expect, test } from "vitest";
import { IgnoreFile } from "../../../core/context/ignore-file.ts";

/** Which of the paths a `.dockerignore` leaves out. */
function ignored(text: string, ...paths: string[]): string[] {
  const file = new IgnoreFile(text);
  return paths.filter((path) => file.decide(path).ignored);
}

describe("a .dockerignore", () => {
  test.each<[string, string[], string[]]>([
    ["data", ["data", "data/a/b.bin"], ["data2", "src/data", "database"]],
    ["data/", ["data", "data/a"], ["src/data"]],
    ["/data", ["data/a"], ["src/data"]],
    ["./data/../data", ["data/a"], ["src/data"]],
    ["*.pt", ["model.pt"], ["runs/model.pt", "model.pth"]],
    ["*/*.pt", ["runs/model.pt"], ["model.pt", "runs/1/model.pt"]],
    ["**/*.pt", ["model.pt", "runs/model.pt", "runs/1/model.pt"], ["model.pth"]],
    ["**/__pycache__", ["__pycache__/a.pyc", "src/x/__pycache__/a.pyc"], ["src/my__pycache__x"]],
    // BuildKit compares the end of the path, so this one reaches further than it looks.
    ["**cache", ["cache", "my_cache", "src/pip_cache/x"], ["cache2"]],
    ["runs/**", ["runs/1", "runs/1/a"], ["runs", "runs2"]],
    ["a/**/z", ["a/z", "a/b/c/z/file"], ["a/b/c", "az"]],
    ["**", ["anything", "at/all"], []],
    ["*", [".git/config", "a"], []],
    ["temp?", ["temp1", "tempa/x"], ["temp", "temp12"]],
    ["temp[0-9a]", ["temp5", "tempa"], ["tempb", "temp55"]],
    ["temp[^0-9]", ["tempx"], ["temp5"]],
    ["a\\*b", ["a*b"], ["axb"]],
    ["v1.0+(x)", ["v1.0+(x)"], ["v1x0"]],
    ["v1.*", ["v1.5"], ["v115"]],
    ["caf?/*😀", ["café/😀", "cafe/x😀"], ["café/😁"]],
    ["[😀-😂]", ["😁"], ["😃", "\ud83d"]],
  ])("%s leaves out %j and keeps %j", (text, out, kept) => {
    expect(ignored(text, ...out, ...kept)).toEqual(out);
  });

  test("takes back with ! what lines above leave out, and only that", () => {
    const text = "*\n!src\n!requirements*.txt\nsrc/**/*.pt\n";
    expect(
      ignored(
        text,
        "data/x",
        "src",
        "src/a.py",
        "src/w/a.pt",
        "requirements-gpu.txt",
        ".git/HEAD",
        "src/a.pt",
      ),
    ).toEqual(["data/x", "src/w/a.pt", ".git/HEAD", "src/a.pt"]);
  });

  test("lets the last line that fits decide", () => {
    expect(ignored("!keep.md\n*.md\n", "keep.md")).toEqual(["keep.md"]);
    expect(ignored("*.md\n!keep.md\n", "keep.md", "other.md")).toEqual(["other.md"]);
    expect(ignored("*.md\n!README*.md\nREADME-secret.md\n", "README.md", "README-secret.md")).toEqual([
      "README-secret.md",
    ]);
  });

  test("takes a file back out of a folder that is left out", () => {
    expect(ignored("data\n!data/labels.csv\n", "data", "data/a.bin", "data/labels.csv")).toEqual([
      "data",
      "data/a.bin",
    ]);
    expect(ignored("data\n!data/small\n", "data/small/x/y", "data/big/x")).toEqual(["data/big/x"]);
  });

  test("reads comments, blanks, carriage returns, a byte order mark and bad lines as Docker does", () => {
    const text = "\uFEFF# data\r\n\r\n  models  \r\n! models/small.pt\r\n #x\r\n!\r\na[\r\n";
    expect(ignored(text, "data", "models/a", "models/small.pt", "#x", "a[")).toEqual(["models/a", "#x"]);
  });

  test("may leave out the Dockerfile and itself", () => {
    expect(ignored("Dockerfile*\n.dockerignore\n", "Dockerfile", ".dockerignore", "a")).toEqual([
      "Dockerfile",
      ".dockerignore",
    ]);
  });

  test("names the line that leaves a path out", () => {
    const file = new IgnoreFile("# weights\n*.pt\n\ndata/\n");
    expect(file.decide("data/train/a.png").by).toMatchObject({ line: 4, written: "data/" });
    expect(file.decide("src/a.py").by).toBeUndefined();
  });

  test("knows under which folders an exception may bring something back", () => {
    const file = new IgnoreFile("*\n!src/core\n!**/*.txt\n");
    expect(file.mayBringBack("src")).toBe(true);
    expect(file.mayBringBack("data")).toBe(true);
    const narrow = new IgnoreFile("*\n!src/core\n!lib*/x\n");
    expect([narrow.mayBringBack("data"), narrow.mayBringBack("library"), narrow.mayBringBack("src")]).toEqual(
      [false, true, true],
    );
  });

  test("is quick on a pattern made to be slow", () => {
    const file = new IgnoreFile(`${"a*".repeat(20)}b\n${"**/".repeat(12)}x\n`);
    const start = performance.now();
    for (let each = 0; each < 20; each++) file.decide(`${"a".repeat(60)}${each}/${"b/".repeat(12)}c`);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
