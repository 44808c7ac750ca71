import { describe, expect, test } from "vitest";
import { type LabImage, noLab } from "../../../../core/lab/lab-image.ts";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { cacheDir } from "../../../../server/rules/pip/cache-dir.ts";
import { noCacheDir } from "../../../../server/rules/pip/no-cache-dir.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(cacheDir);

const lab: LabImage = {
  ...noLab,
  values: { storage: "/cvlabdata2/home/tyszkiew", user: "tyszkiew" },
};
const own = "ENV PIP_CACHE_DIR=/cvlabdata2/home/tyszkiew/pip_cache_dir";
const at = (body: string, of = lab): string[] => wordsAtFault(cacheDir, `FROM python:3.11\n${body}\n`, of);
const repaired = (body: string, of = lab): string =>
  fixed(cacheDir, `FROM python:3.11\n${body}\n`, of).slice(17, -1);

describe("a placeholder", () => {
  test.each(["your_gaspar", "YOUR_NAME", "<user>", "<your-gaspar>", "username", "USERNAME", "your-username"])(
    "%s",
    (name) => {
      const body = `ENV PIP_CACHE_DIR=/cvlabdata2/home/${name}/pip_cache_dir`;
      expect(at(body)).toEqual([`/cvlabdata2/home/${name}/pip_cache_dir`]);
      expect(repaired(body)).toBe(own);
      expect(at(body, noLab)).toEqual([`/cvlabdata2/home/${name}/pip_cache_dir`]);
      expect(repaired(body, noLab)).toBe(body);
    },
  );

  test("the user is not known: the storage's pattern is no path to write", () => {
    const body = "ENV PIP_CACHE_DIR=/cvlabdata2/home/your_gaspar/pip";
    const [finding] = findings(cacheDir, `FROM python:3.11\n${body}\n`, {
      ...noLab,
      values: { storage: "/cvlabdata2/home/${user}" },
    });
    expect(finding?.fixes).toBeUndefined();
    expect(finding?.message).toContain("a folder of your own on the lab's storage");
  });

  test("a user whose name looks like one", () => {
    const values = { storage: "/data/home/username", user: "username" };
    expect(at("ENV PIP_CACHE_DIR=/data/home/username/pip", { ...noLab, values })).toEqual([]);
  });

  test("in the old form of ENV", () => {
    expect(repaired("ENV PIP_CACHE_DIR /cvlabdata2/home/your_gaspar/pip")).toBe(
      "ENV PIP_CACHE_DIR /cvlabdata2/home/tyszkiew/pip_cache_dir",
    );
  });
});

describe("whose folder it is", () => {
  test.each([
    ["ENV PIP_CACHE_DIR=/cvlabdata2/home/gaspar/pip_cache_dir", own],
    ["ENV PIP_CACHE_DIR='/cvlabdata2/home/other/pip'", own],
    ["ONBUILD ENV PIP_CACHE_DIR=/cvlabdata2/home/other/pip", `ONBUILD ${own}`],
  ])("%s", (body, after) => {
    expect(at(body)).toHaveLength(1);
    expect(repaired(body)).toBe(after);
    expect(at(body, noLab)).toEqual([]);
  });

  test("a name that an argument gives stays the author's to change", () => {
    const body = "ARG WHO=other\nENV PIP_CACHE_DIR=/cvlabdata2/home/${WHO}/pip";
    expect(at(body)).toEqual(["/cvlabdata2/home/${WHO}/pip"]);
    expect(repaired(body)).toBe(body);
    expect(at(body, { ...lab, buildArguments: new Map([["WHO", "tyszkiew"]]) })).toEqual([]);
  });

  test("the guide's gaspar, with only the user known", () => {
    const body = "ENV PIP_CACHE_DIR=/cvlabdata2/home/gaspar/pip_cache_dir";
    expect(at(body, { ...noLab, values: { user: "tyszkiew" } })).toHaveLength(1);
    expect(at(body, { ...noLab, values: { user: "gaspar" } })).toEqual([]);
  });
});

describe("outside the lab's storage", () => {
  test.each(["/scratch/pip", "/root/.cache/pip", "/tmp/pip"])("%s", (path) => {
    expect(at(`ENV PIP_CACHE_DIR=${path}`)).toEqual([path]);
    expect(at(`ENV PIP_CACHE_DIR=${path}`, noLab)).toEqual([]);
  });
});

test("what the stage overwrites, and what is only copied from, does not count", () => {
  expect(at(`ENV PIP_CACHE_DIR=/tmp/pip\n${own}`)).toEqual([]);
  expect(at(`ENV PIP_CACHE_DIR=/tmp/pip\nFROM python:3.11\n${own}`)).toEqual([]);
});

describe("an install behind it leaves the cache in the image", () => {
  test.each([
    [`${own}\nRUN pip install a && pip install --no-cache-dir b`, ["pip install"]],
    [`${own}\nFROM x\n${own}\nRUN python3 -m pip wheel a`, ["python3 -m pip wheel"]],
    [`ONBUILD RUN pip install a\n${own}`, []],
    [`RUN pip install a\n${own}`, []],
    [`${own}\nRUN PIP_NO_CACHE_DIR=1 pip install a`, []],
    [`${own}\nRUN pip install a && rm -rf /cvlabdata2/home/tyszkiew/pip_cache_dir`, []],
    [`${own}\nRUN pip install a\nENV PIP_CACHE_DIR=`, []],
  ])("%j", (body, words) => {
    expect(at(body)).toEqual(words);
  });

  test("which is said once, with where the job finds its storage", () => {
    const text = `FROM python:3.11\n${own}\nRUN pip install a\n`;
    expect(wordsAtFault(noCacheDir, text, lab)).toEqual([]);
    expect(findings(cacheDir, text, lab)[0]?.message).toMatch(/the job mounts the lab's storage over it/);
    expect(findings(cacheDir, text)[0]?.message).not.toContain("storage");
    expect(fixed(cacheDir, text, lab)).toBe(text.replace("install", "install --no-cache-dir"));
  });
});

describe("switched off", () => {
  const off = (body: string): string | undefined => {
    const text = `FROM python:3.11\n${body}\n`;
    const found = findings(cacheDir, text, lab);
    expect(found).toHaveLength(1);
    expect(fixed(cacheDir, text, lab)).toBe(text);
    const fix = found[0]!.fixes?.[0];
    return fix && applyEdits(text, fix.edits).slice(17, -1);
  };

  test.each([
    [`${own}\nENV PIP_NO_CACHE_DIR=off`, own],
    [`${own} PIP_NO_CACHE_DIR=1`, own],
    [
      `ENV PIP_NO_CACHE_DIR=1 \\\n    A=b\n${own}\nRUN pip install --no-cache-dir x`,
      `ENV A=b\n${own}\nRUN pip install --no-cache-dir x`,
    ],
    [`ENV A=b \\\n    PIP_NO_CACHE_DIR=1 \\\n    C=d\n${own}`, `ENV A=b \\\n    C=d\n${own}`],
    // An install would leave its cache in the image.
    [`ENV PIP_NO_CACHE_DIR=1\n${own}\nRUN pip install x`, undefined],
    // The comment would go with it.
    [`ENV A=b \\\n    # why\n    PIP_NO_CACHE_DIR=1\n${own}`, undefined],
  ])("%j", (body, after) => {
    expect(off(body)).toBe(after);
  });

  test("by a stage that it builds on", () => {
    const text = `FROM python:3.11 AS a\nENV PIP_NO_CACHE_DIR=1\nFROM a\n${own}\n`;
    expect(wordsAtFault(cacheDir, text, lab)).toEqual(["PIP_NO_CACHE_DIR=1"]);
  });

  test("by the base image", () => {
    const base: LabImage = { ...lab, baseEnvironment: () => new Map([["PIP_NO_CACHE_DIR", "1"]]) };
    expect(at(own, base)).toEqual(["PIP_CACHE_DIR=/cvlabdata2/home/tyszkiew/pip_cache_dir"]);
    expect(at(`${own}\nENV PIP_NO_CACHE_DIR=""`, base)).toEqual([]);
  });

  test.each([
    `${own}\nARG PIP_NO_CACHE_DIR=1`,
    `${own}\nRUN PIP_NO_CACHE_DIR=1 pip install x`,
    `ENV PIP_NO_CACHE_DIR=1\nENV PIP_NO_CACHE_DIR=\n${own}`,
    "ENV PIP_NO_CACHE_DIR=1\nENV PIP_CACHE_DIR=",
  ])("not: %j", (body) => {
    expect(at(body)).toEqual([]);
  });
});
