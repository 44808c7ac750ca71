import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { copyBeforeInstall } from "../../../../server/rules/layer/copy-before-install.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";

testRule(copyBeforeInstall);

/** What the one who asks gets; undefined where there is no fix. */
function asked(text: string): string | undefined {
  const fix = findings(copyBeforeInstall, text)[0]?.fixes?.[0];
  expect(fix?.automatic ?? false).toBe(false);
  return fix && applyEdits(text, fix.edits);
}

describe("layer/copy-before-install", () => {
  test.each([
    [
      "the file that lists the packages comes first",
      "FROM python:3.12\nWORKDIR /app\n# code\nCOPY --chown=1:1 . .\nRUN pip install -r requirements.txt\nCMD a\n",
      "FROM python:3.12\nWORKDIR /app\n# code\nCOPY --chown=1:1 requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY --chown=1:1 . .\nCMD a\n",
    ],
    [
      "several files, several RUNs",
      "FROM python:3.12\nCOPY . /app\nRUN pip install -r /app/requirements.txt -c /app/constraints.txt\nENV A=1\nRUN cd /app && pip install -r req/dev.txt\n",
      undefined,
    ],
    [
      "files in folders",
      "FROM python:3.12\nCOPY . /app\nWORKDIR /app\nRUN pip install -r requirements.txt -r req/dev.txt && rm -rf /tmp/*\nRUN pip install -e .\n",
      "FROM python:3.12\nCOPY requirements.txt /app/\nCOPY req/dev.txt /app/req/\nWORKDIR /app\nRUN pip install -r requirements.txt -r req/dev.txt && rm -rf /tmp/*\nCOPY . /app\nRUN pip install -e .\n",
    ],
    [
      "nothing of the code is needed",
      "FROM ubuntu:22.04\nCOPY . /app\nRUN apt-get update && apt-get install -y git",
      "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git\nCOPY . /app\n",
    ],
    [
      "a directory that only the base knows",
      "FROM group/base:1\nCOPY . .\nRUN conda env update -f environment.yml\n",
      "FROM group/base:1\nCOPY environment.yml ./\nRUN conda env update -f environment.yml\nCOPY . .\n",
    ],
    [
      "a script in between may need the code",
      "FROM python:3.12\nCOPY . /app\nRUN /app/setup.sh\nRUN pip install -r /app/requirements.txt\n",
      undefined,
    ],
    [
      "the code is installed in the same RUN",
      "FROM python:3.12\nCOPY . /app\nRUN pip install -r /app/requirements.txt && pip install /app\n",
      undefined,
    ],
  ])("%s", (_, text, after) => {
    expect(wordsAtFault(copyBeforeInstall, text)).toHaveLength(1);
    expect(asked(text)).toBe(after);
    if (after !== undefined) expect(findings(copyBeforeInstall, after)).toEqual([]);
  });

  test.each([
    ["ONBUILD", "FROM a\nONBUILD COPY . /app\nONBUILD RUN pip install -r /app/requirements.txt\n"],
    ["in a stage below", "FROM a AS code\nCOPY . /app\nFROM code\nRUN pip install einops\n"],
  ])("%s: found, and left to the author", (_, text) => {
    expect(wordsAtFault(copyBeforeInstall, text)).toEqual([
      expect.stringMatching(/^(ONBUILD )?COPY \. \/app$/),
    ]);
    expect(asked(text)).toBeUndefined();
  });

  test("a copy that several stages stand on is told once", () => {
    const text =
      "FROM a AS code\nCOPY . /app\nFROM code AS b\nRUN pip install x\nFROM code AS c\nRUN pip install y\n";
    expect(wordsAtFault(copyBeforeInstall, text)).toEqual(["COPY . /app"]);
  });

  test("Windows line ends stay", () => {
    const text = "FROM python:3.12\r\nCOPY . /app\r\nRUN pip install numpy\r\nCMD a\r\n";
    expect(asked(text)).toBe("FROM python:3.12\r\nRUN pip install numpy\r\nCOPY . /app\r\nCMD a\r\n");
  });

  test.each([
    ["from another stage", "FROM python:3.12\nCOPY --from=build . /app\nRUN pip install numpy\n"],
    ["pip itself", "FROM python:3.12\nCOPY . /app\nRUN pip install -U pip && pip install /app\n"],
    [
      "installed before",
      "FROM python:3.12\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --no-install-project\nCOPY . .\nRUN uv sync\n",
    ],
    ["an install of another build", "FROM a\nCOPY . /app\nONBUILD RUN pip install einops\n"],
    ["what is not known", "FROM python:3.12\nCOPY . /app\nRUN /app/install.sh && pip install $PACKAGES\n"],
  ])("is silent on %s", (_, text) => {
    expect(wordsAtFault(copyBeforeInstall, text)).toEqual([]);
  });
});

test("-e with a folder's name is the project itself, with or without ./", () => {
  for (const folder of ["tool", "./tool", "tool[dev]"])
    expect(
      wordsAtFault(copyBeforeInstall, `FROM python:3.12\nCOPY . .\nRUN pip install -e ${folder}\n`),
    ).toEqual([]);
});
