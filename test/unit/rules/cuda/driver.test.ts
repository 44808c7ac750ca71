import { describe, expect, test } from "vitest";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { driver } from "../../../../server/rules/cuda/driver.ts";
import { removedTag } from "../../../../server/rules/cuda/removed-tag.ts";
import { unknownTag } from "../../../../server/rules/cuda/unknown-tag.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(driver);

const labWith = (gpuDriver: string) => ({ ...noLab, values: { gpuDriver } });

describe("how a driver runs an image", () => {
  test.each([
    // driver, tag, severity
    ["580.65.06", "13.0.2-devel-ubuntu22.04", undefined],
    ["580", "13.1.0-devel-ubuntu22.04", undefined],
    ["535.104", "12.2.2-devel-ubuntu22.04", undefined],
    ["535.54.03", "12.2.2-devel-ubuntu22.04", undefined],
    ["525", "12.9.1-devel-ubuntu22.04", undefined],
    ["450.80.02", "11.8.0-devel-ubuntu22.04", undefined],
    ["450.51", "11.8.0-devel-ubuntu22.04", "warning"],
    ["535.104", "13.0.2-devel-ubuntu22.04", "info"],
    ["470.256.02", "12.2.2-devel-ubuntu22.04", "info"],
    ["418.87", "11.1.1-devel-ubuntu20.04", "info"],
    ["510.108", "12.2.2-devel-ubuntu22.04", "warning"],
    ["470.256.02", "13.0.2-devel-ubuntu22.04", "warning"],
    ["384.81", "10.2-devel-ubuntu18.04", "warning"],
    ["470.256.02", "12.2-devel-ubuntu22.04", undefined],
    ["470.256.02", "13.4.1-devel-ubuntu24.04", undefined],
    ["R535", "13.0.2-devel-ubuntu22.04", undefined],
  ])("driver %s and %s: %s", (gpuDriver, tag, severity) => {
    const found = findings(driver, `FROM nvidia/cuda:${tag}\n`, labWith(gpuDriver));
    expect(found.map((each) => each.severity)).toEqual(severity ? [severity] : []);
  });

  test("is silent where the lab names no driver", () => {
    expect(wordsAtFault(driver, "FROM nvidia/cuda:13.0.2-devel-ubuntu22.04\n")).toEqual([]);
  });

  test("says through what it runs, and what else to write", () => {
    const [info] = findings(driver, "FROM nvidia/cuda:13.0.2-devel-ubuntu22.04\n", labWith("535.104"));
    expect(info?.message).toContain("compatibility packages");
    expect(info?.message).toContain("580 or later");
    expect(info?.message).toContain("`nvidia/cuda:12.9.1-devel-ubuntu22.04`");
    const [warning] = findings(driver, "FROM nvidia/cuda:13.0.2-devel-ubuntu22.04\n", labWith("470.82"));
    expect(warning?.message).toMatch(/cannot run CUDA 13\.0\.2.*does not start/);
  });
});

describe("fixes", () => {
  test.each([
    ["525.147", "13.0.2-cudnn-runtime-ubuntu22.04", "12.4.1-cudnn-runtime-ubuntu22.04"],
    ["470.82", "13.0.2-base-rockylinux8", "11.8.0-base-rockylinux8"],
    ["470.82", "13.0.2-cudnn-devel-ubuntu22.04", "11.8.0-cudnn8-devel-ubuntu22.04"],
  ])("driver %s: %s becomes %s", (gpuDriver, tag, next) => {
    const after = fixed(driver, `FROM nvidia/cuda:${tag} AS train\n`, labWith(gpuDriver));
    expect(after).toBe(`FROM nvidia/cuda:${next} AS train\n`);
    for (const rule of [driver, removedTag, unknownTag])
      expect(wordsAtFault(rule, after, labWith(gpuDriver))).toEqual([]);
  });

  test("writes the default of an argument", () => {
    const text = (tag: string) => `ARG BASE_IMG=nvidia/cuda:${tag}\nFROM \${BASE_IMG}\n`;
    expect(fixed(driver, text("13.0.2-devel-ubuntu22.04"), labWith("525.147"))).toBe(
      text("12.4.1-devel-ubuntu22.04"),
    );
  });

  test.each([
    ["an OS that no such release has", "FROM nvidia/cuda:13.0.2-devel-ubuntu24.04\n", "470.82"],
    ["what runs through compatibility packages", "FROM nvidia/cuda:13.0.2-devel-ubuntu22.04\n", "535.104"],
    [
      "a pin elsewhere",
      "FROM nvidia/cuda:13.0.2-devel-ubuntu22.04\nRUN pip install --no-cache-dir torch==2.9.0+cu130\n",
      "525.147",
    ],
  ])("leaves alone %s", (_, text, gpuDriver) => {
    expect(findings(driver, text, labWith(gpuDriver))).toHaveLength(1);
    expect(fixed(driver, text, labWith(gpuDriver))).toBe(text);
  });
});

test("looks through the stages that the final image builds on", () => {
  const text = "FROM nvidia/cuda:13.0.2-devel-ubuntu22.04 AS os\nFROM os AS train\n";
  expect(wordsAtFault(driver, text, labWith("470.82"))).toEqual(["13.0.2-devel-ubuntu22.04"]);
});
