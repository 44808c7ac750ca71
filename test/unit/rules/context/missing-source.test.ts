import { describe, expect, test } from "vitest";
import { Lab } from "../../../../core/lab/lab.ts";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { missingSource } from "../../../../server/rules/context/missing-source.ts";
import { contextWith, type FolderContent } from "../../context/memory-context.ts";
import { memoryFiles } from "../../lab/memory-files.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";

const files: FolderContent = {
  "requirements.txt": "",
  "src/train.py": "",
  "src/data/Labels.csv": "",
  "weights.pt": "",
  "runs/1/a.pt": "",
  "dir with blanks/a.txt": "",
  ".dockerignore": "*.pt\nruns\n",
};
const context = contextWith(files, "/lab/train");

testRule(missingSource, context);

function found(copy: string, around = context) {
  return findings(missingSource, `FROM ubuntu:22.04\n${copy}\n`, { ...noLab, context: around });
}

describe("a source", () => {
  test.each([
    "COPY . /app",
    "COPY / /app",
    "COPY .. /app",
    "COPY ./src/../requirements.txt /app/",
    "COPY /requirements.txt /app/",
    "COPY ../requirements.txt /app/",
    "COPY src/ /app/",
    'COPY ["dir with blanks/a.txt", "/app/"]',
    "COPY dir\\ with\\ blanks/a.txt /app/",
    "COPY src/*.py /app/",
    "COPY */*.py /app/",
    "COPY req*[st].txt /app/",
    "ADD git@github.com:a/b.git /b",
    "ADD https://github.com/a/b.git#main /b",
    "COPY --from=nginx /etc/nothing /b",
    "COPY $UNKNOWN/x /b",
    "ONBUILD COPY nothing /b",
    "COPY {{name}} /b",
    "COPY {name} /b",
    "COPY uv.loc[k] /b/",
    "COPY requirements.txt nothing*.txt /b/",
    "RUN --mount=type=bind,target=/src ls",
    "RUN --mount=type=bind,from=x,source=nothing,target=/src ls",
    "RUN --mount=type=cache,source=nothing,target=/src ls",
  ])("that is there, or cannot be known, is silent: %s", (copy) => {
    expect(found(copy)).toEqual([]);
  });

  test.each([
    ["COPY Requirements.txt /app/", "Requirements.txt", ["requirements.txt"]],
    ["COPY ./requirement.txt /app/", "./requirement.txt", ["./requirements.txt"]],
    ["COPY train.py /app/", "train.py", ["src/train.py"]],
    ["COPY src/data/labels.csv /app/", "src/data/labels.csv", ["src/data/Labels.csv"]],
    [
      'COPY ["dir with blank/a.txt", "requirements.text", "/app/"]',
      '"dir with blank/a.txt"',
      ['"dir with blanks/a.txt"'],
    ],
    ["COPY requirements.txt \\\n  nowhere.py /app/", "nowhere.py", []],
    ["ARG D=scr\nCOPY $D/train.py /app/", "$D/train.py", ["src/train.py"]],
    [
      "RUN --mount=source=requirement.txt,target=/r pip install -r /r",
      "requirement.txt",
      ["requirements.txt"],
    ],
  ])("that is not there is found: %s", (copy, at, writes) => {
    const [finding] = found(copy);
    expect(finding?.severity).toBe("error");
    const text = `FROM ubuntu:22.04\n${copy}\n`;
    expect(text.slice(finding!.span.start, finding!.span.end)).toBe(at);
    expect(finding?.fixes?.map(({ edits }) => edits[0]?.newText) ?? []).toEqual(writes);
    expect(finding?.fixes?.some(({ automatic }) => automatic) ?? false).toBe(false);
  });

  test("is named with the folder and what may have been meant", () => {
    expect(found("COPY requirments.txt /app/")[0]?.message).toBe(
      "requirments.txt is not in the build context (the folder train), so the build stops at this COPY. Write requirements.txt.",
    );
    expect(found("COPY /home/gaspar/key.txt /app/")[0]?.message).toContain("not from the computer");
  });

  test("that the ignore file leaves out is found, with the line and a way back", () => {
    const [finding] = found("COPY weights.pt /app/");
    expect(finding?.message).toContain(
      ".dockerignore leaves weights.pt out of the build context (line 1: *.pt)",
    );
    expect(finding?.fixes?.[0]?.otherFile).toEqual({
      path: "/lab/train/.dockerignore",
      before: "*.pt\nruns\n",
      after: "*.pt\nruns\n!weights.pt\n",
    });
    expect(found("COPY runs/1 /app/")).toHaveLength(1);
    expect(found("COPY *.pt /app/")[0]?.message).toContain("copies nothing");
    expect(found("COPY requirements.txt *.pt /app/")).toEqual([]);
  });

  test("a pattern that fits nothing is a warning: the build goes on", () => {
    expect(found("COPY *.whl /app/")).toMatchObject([{ severity: "warning" }]);
  });

  test("a part of an ignored folder that an exception brings back is there", () => {
    const around = contextWith({
      "data/a.csv": "",
      "data/b.bin": "",
      ".dockerignore": "data\n!data/*.csv\n",
    });
    expect(found("COPY data /d\nCOPY data/a.csv /d/\nCOPY data/*.csv /d/", around)).toEqual([]);
    expect(found("COPY data/b.bin /d/", around)).toHaveLength(1);
  });

  test("the Dockerfile's own ignore file is in force before the context's", () => {
    const content = { "a.txt": "", ".dockerignore": "a.txt\n", "Dockerfile.dockerignore": "b.txt\n" };
    expect(found("COPY a.txt /", contextWith(content))).toEqual([]);
  });
});

describe("where nothing names the context", () => {
  const content = { "/lab/.git/HEAD": "", "/lab/pyproject.toml": "", "/lab/src/a.py": "", "entry.sh": "" };

  test("what a folder above holds is silent: the build may be started there", () => {
    expect(found("COPY pyproject.toml /\nCOPY src/*.py /", contextWith(content))).toEqual([]);
    expect(found("COPY pyproject.toml /", contextWith(content, "/lab/train"))).toHaveLength(1);
    expect(found("COPY train/entry.sh pyproject.toml /", contextWith(content, "/lab"))).toEqual([]);
  });

  test("what is nowhere is found in the folder that other sources, or a like name, show to be the context", () => {
    expect(found("COPY pyproject.tml /\nCOPY entry.sh /", contextWith(content))).toHaveLength(1);
    expect(found("COPY entri.sh /", contextWith(content))).toHaveLength(1);
    expect(found("COPY *.whl /\nCOPY entry.sh /", contextWith(content))).toHaveLength(1);
  });

  test("what is nowhere is silent where the context may be another folder, in which it is made first", () => {
    expect(found("COPY . /app\nCOPY build/wheels /w\nCOPY *.whl /w/", contextWith(content))).toEqual([]);
    expect(found("COPY entry.sh /\nCOPY src/generated/b.py /", contextWith(content))).toEqual([]);
  });

  test("the root of a repository is the context, unless all that is missing lies in one folder of it", () => {
    const root = { ".git/HEAD": "", "ctx/condarc": "", "ctx/setup/a.sh": "" };
    expect(found("COPY condarc /\nCOPY setup/a.sh /", contextWith(root))).toEqual([]);
    expect(found("COPY condarc /\nCOPY nothing /", contextWith(root))).toHaveLength(2);
    expect(found("COPY nothing /", contextWith(root))).toHaveLength(1);
  });
});

test("what an argument's default names is silent, unless a like name is there or the lab gives the argument", () => {
  const text = "FROM ubuntu:22.04\nARG MODEL=model.onnx\nENV DIR=gone\nCOPY $MODEL /m/\nCOPY $DIR/a /a\n";
  const given = { ...noLab, context, buildArguments: new Map([["MODEL", "other.onnx"]]) };
  expect(wordsAtFault(missingSource, text, { ...noLab, context })).toEqual(["$DIR/a"]);
  expect(wordsAtFault(missingSource, text, given)).toEqual(["$MODEL", "$DIR/a"]);
});

test("without a context, and in folders that cannot be read, it is silent", () => {
  expect(wordsAtFault(missingSource, "FROM ubuntu:22.04\nCOPY nothing /\n")).toEqual([]);
  const around = contextWith({ secret: null, "a.txt": "" }, "/lab/train");
  expect(found("COPY secret/a /\nCOPY secret/*.txt /", around)).toEqual([]);
});

describe("what a script beside the Dockerfile makes is not missed", () => {
  const text = "FROM ubuntu:22.04\nCOPY requirements.txt ./*.proto weights.bin /app/\nCOPY ./*.proto /app/\n";
  const withScript = (name: string, script: string) => {
    const lab = new Lab("/lab", memoryFiles({ "/lab/train/Dockerfile": text, [name]: script }));
    return wordsAtFault(missingSource, text, { ...lab.image("/lab/train/Dockerfile"), context });
  };

  test.each([
    ["/lab/train/build.sh", "cp ../proto/*.proto .\nwget https://example.org/weights.bin\n"],
    ["/lab/build", "set -e\ncp proto/*.proto train\npython3 make.py > train/weights.bin\n"],
    ["/lab/train/Makefile", "weights.bin:\n\tcurl -o weights.bin https://e.org\na:\n\tcp x/*.proto .\n"],
  ])("%s", (name, script) => expect(withScript(name, script)).toEqual([]));

  test.each([
    ["/lab/train/build.sh", "run weights.bin ./*.proto > log\n"],
    ["/lab/train/build.sh", "echo weights.bin\nls ./*.proto\ndocker build .\n"],
    ["/lab/other/build.sh", "cp ../proto/*.proto .\nwget https://example.org/weights.bin\n"],
  ])("but not what %s only speaks of", (name, script) =>
    expect(withScript(name, script)).toEqual(["weights.bin", "./*.proto"]),
  );
});
