import { describe, expect, test } from "vitest";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { contextLarge } from "../../../../server/rules/context/large.ts";
import { contextWith, type FolderContent } from "../../context/memory-context.ts";
import { findings, testRule } from "../check-rule.ts";

const megabyte = 1_000_000;
const big: FolderContent = {
  Dockerfile: "",
  "requirements.txt": "torch\n",
  "src/train.py": "",
  "checkpoints/a.pt": 3000 * megabyte,
  "data/images/1.tar": 900 * megabyte,
  "data/labels.csv": 2 * megabyte,
};

const copySources = "FROM python:3.12-slim\nCOPY requirements.txt src /app/\n";

// The examples are shown with what their fix does to another file, which `good` cannot say.
testRule(contextLarge, contextWith(big));

function found(content: FolderContent, text = copySources, named?: string) {
  return findings(contextLarge, text, { ...noLab, context: contextWith(content, named) });
}

describe("a large context", () => {
  test("is named with its folders and sizes", () => {
    expect(found(big)[0]?.message).toContain(
      "holds 3.9 GB that nothing here copies: checkpoints/ (3.0 GB), data/ (902 MB).",
    );
  });

  test("is put right in .dockerignore, behind what stands there", () => {
    const [finding] = found({ ...big, ".dockerignore": "*.log" });
    expect(finding?.fixes).toMatchObject([
      {
        title: "Add checkpoints, data to .dockerignore",
        automatic: true,
        otherFile: { path: "/lab/train/.dockerignore", before: "*.log", after: "*.log\ncheckpoints\ndata\n" },
      },
    ]);
    expect(found({ ...big, ".dockerignore": finding!.fixes![0]!.otherFile!.after })).toEqual([]);
  });

  test("counts only what is not copied", () => {
    const copied = (source: string) => found(big, `FROM python:3.12-slim\nCOPY ${source} /app/\n`);
    expect(copied("checkpoints data")).toEqual([]);
    expect(copied("checkpoints data/images")).toEqual([]);
    expect(copied("check* data/*/*.tar")).toEqual([]);
    expect(copied(".")).toEqual([]);
    expect(copied("checkpoints")[0]?.message).toContain("holds 902 MB");
    expect(copied("checkpoints data/labels.csv")[0]?.message).toContain("data/images/ (900 MB)");
    expect(copied("$ANY")).toEqual([]);
    expect(found(big, "FROM python:3.12-slim\nRUN --mount=type=bind,target=/src ls\n")).toEqual([]);
    expect(
      found(big, "FROM python:3.12-slim\nRUN --mount=type=bind,source=data,target=/d ls\n"),
    ).toHaveLength(1);
  });

  test("counts nothing that is left out, and what an exception brings back", () => {
    expect(found({ ...big, ".dockerignore": "checkpoints\n**/*.tar\n" })).toEqual([]);
    expect(found({ ...big, ".dockerignore": "*\n!src\n!requirements.txt\n" })).toEqual([]);
    expect(found({ ...big, ".dockerignore": "*\n!data/images\n" }, "FROM a:1\n")[0]?.message).toContain(
      "data/ (900 MB)",
    );
  });

  test("is not put right by itself where another Dockerfile may need it", () => {
    expect(found({ ...big, "Dockerfile.train": "" })[0]?.fixes).toMatchObject([{ automatic: false }]);
  });

  test("with one huge name that an ignore file cannot say has no fix", () => {
    expect(found({ Dockerfile: "", "!odd": 900 * megabyte }, "FROM a:1\n")).toMatchObject([
      { span: { start: 0 } },
    ]);
    expect(found({ Dockerfile: "", "!odd": 900 * megabyte }, "FROM a:1\n")[0]?.fixes).toBeUndefined();
    expect(
      found({ Dockerfile: "", "a[1]*": 900 * megabyte }, "FROM a:1\n")[0]?.fixes?.[0]?.otherFile?.after,
    ).toBe("a\\[1]\\*\n");
  });

  test("is not judged in a folder that is not the context", () => {
    expect(found(big, "FROM a:1\nCOPY pyproject.toml /\n")).toEqual([]);
    expect(found(big, "FROM a:1\nCOPY pyproject.toml /\n", "/lab/train")).toHaveLength(1);
  });

  test("below 200 MB is silent", () => {
    expect(found({ Dockerfile: "", "data/a": 199 * megabyte }, "FROM a:1\n")).toEqual([]);
    expect(findings(contextLarge, copySources)).toEqual([]);
  });
});
