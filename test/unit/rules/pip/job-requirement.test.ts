import { describe, expect, test } from "vitest";
import { Lab } from "../../../../core/lab/lab.ts";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { jobRequirement } from "../../../../server/rules/pip/job-requirement.ts";
import { memoryFiles } from "../../lab/memory-files.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";

/** What a lab with these files says of `/lab/extra/Dockerfile`. */
function labOf(content: Readonly<Record<string, string>> = {}, user = "gaspar") {
  const files = { "extra/Dockerfile": "FROM python:3.11-slim\n", ...content };
  const texts = Object.entries(files).map(([path, text]) => [`/lab/${path}`, text]);
  return new Lab("/lab", memoryFiles(Object.fromEntries(texts)), { user }).image("/lab/extra/Dockerfile");
}

testRule(jobRequirement, undefined, labOf());

const from = "FROM python:3.11-slim\n";

describe("pip/job-requirement", () => {
  test.each([
    "RUN pip install tqdm && rm -rf /root/.cache/pip",
    "ENV PIP_NO_CACHE_DIR=1\nRUN pip install -U pip && pip3 install tqdm 'rich>=13'",
    "RUN pip install tqdm || true",
    "LABEL a=b\nRUN set -e; python3 -m pip install --break-system-packages tqdm",
  ])("finds one thing in %s", (body) => {
    expect(wordsAtFault(jobRequirement, `${from}${body}\n`, labOf())).toHaveLength(1);
  });

  test.each([
    "RUN pip install $PACKAGES",
    "RUN pip install git+https://github.com/tqdm/tqdm",
    "RUN pip install -r requirements.txt tqdm",
    "RUN pip install tqdm --index-url https://pypi.lab.org/simple",
    "RUN if true; then pip install tqdm; fi",
    "RUN pip install tqdm\nWORKDIR /work",
    "RUN pip install tqdm\nENV DATA=/data",
    "RUN pip install -U pip",
    "RUN pip uninstall -y tqdm",
    "RUN pip install tqdm numpy",
    "ONBUILD RUN pip install tqdm",
    "",
  ])("is silent: %s", (body) => {
    expect(wordsAtFault(jobRequirement, `${from}${body}\n`, labOf())).toEqual([]);
  });

  test("is silent of a file that belongs to no lab", () => {
    expect(findings(jobRequirement, `${from}RUN pip install tqdm\n`, noLab)).toEqual([]);
  });

  const text = `${from}RUN pip install --no-cache-dir tqdm\n\nRUN pip install --no-cache-dir rich==13.7.1\n`;
  const fixOf = (content: Readonly<Record<string, string>>) =>
    findings(jobRequirement, text, labOf(content))[0]?.fixes?.[0];

  test("moves the packages, and says how the job begins, with the cache on the lab's storage", () => {
    const fix = fixOf({ "lab-images.json": '{ "storage": "/data/${user}" }' });
    expect(fix?.automatic).toBe(false);
    expect(fix?.otherFile).toEqual({
      path: "/lab/extra/requirements.txt",
      before: undefined,
      after: "tqdm\nrich==13.7.1\n",
    });
    expect(applyEdits(text, fix?.edits ?? [])).toBe(
      `${from}# First in the job: export PIP_CACHE_DIR=/data/gaspar/pip_cache_dir && pip install -r requirements.txt\n\n`,
    );
  });

  test("loses nothing of a requirements.txt that is there, and repeats nothing", () => {
    const before = "# ours\r\ntqdm  # bars\r\nnumpy";
    expect(fixOf({ "extra/requirements.txt": before })?.otherFile?.after).toBe(
      `${before}\r\nrich==13.7.1\r\n`,
    );
    const both = "rich==13.7.1\ntqdm\n";
    expect(fixOf({ "extra/requirements.txt": both })?.otherFile?.after).toBe(both);
  });

  test("says the command without a cache where the storage is not known", () => {
    expect(findings(jobRequirement, text, labOf())[0]?.message).toContain(
      'with "pip install -r requirements.txt".',
    );
  });
});
