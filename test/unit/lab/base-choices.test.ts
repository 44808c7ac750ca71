import { describe, expect, test } from "vitest";
import { judgeCudaTag } from "../../../core/cuda/tags.ts";
import { firstJobCommand } from "../../../core/lab/job/job-requirements.ts";
import { baseChoices } from "../../../core/lab/new-image/base-choices.ts";

describe("the bases of a new image", () => {
  test("are published and supported, those that the driver knows first", () => {
    const choices = baseChoices("535.104");
    expect(choices[0]?.reference).toBe("nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04");
    expect(choices.some(({ cuda }) => cuda.startsWith("13."))).toBe(false);
    for (const { reference } of choices) expect(judgeCudaTag(reference.split(":")[1]).kind).toBe("published");
  });

  test("without a driver the newest comes first", () => {
    expect(baseChoices(undefined)[0]?.cuda).toMatch(/^13\./);
  });
});

describe("the job's first command", () => {
  test("keeps pip's cache on the lab's storage, where that is known", () => {
    expect(firstJobCommand("/cvlabdata2/home/gaspar/")).toBe(
      "export PIP_CACHE_DIR=/cvlabdata2/home/gaspar/pip_cache_dir && pip install -r requirements.txt",
    );
    expect(firstJobCommand(undefined)).toBe("pip install -r requirements.txt");
    expect(firstJobCommand("/home/${user}")).toBe("pip install -r requirements.txt");
  });

  test("is quoted for the shell", () => {
    expect(firstJobCommand("/my data/it's")).toContain("'/my data/it'\\''s/pip_cache_dir'");
  });
});
