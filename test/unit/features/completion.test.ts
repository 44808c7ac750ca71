import { describe, expect, test } from "vitest";
import { judgeCudaTag } from "../../../core/cuda/tags.ts";
import { noLab } from "../../../core/lab/lab-image.ts";
import { contextWith } from "../context/memory-context.ts";
import { completeAt, labelsAt, take } from "./complete-at.ts";

const driver535 = { ...noLab, values: { gpuDriver: "535.104" } };

describe("a tag of nvidia/cuda, part by part", () => {
  test("releases: first the newest that the driver runs, then those it does not, then the unsupported", () => {
    const labels = labelsAt("FROM nvidia/cuda:|", driver535);
    // 535 came with CUDA 12.2; it runs later ones of that major through minor-version compatibility, and 13 not at all.
    expect(labels[0]).toBe("12.2.2");
    expect(labels.indexOf("12.9.1")).toBeGreaterThan(labels.indexOf("11.8.0"));
    expect(labels.indexOf("13.0.2")).toBeGreaterThan(labels.indexOf("12.9.1"));
    const items = completeAt("FROM nvidia/cuda:|", driver535);
    const firstDeprecated = items.findIndex(({ tags }) => tags?.length);
    expect(firstDeprecated).toBeGreaterThan(0);
    expect(items.slice(firstDeprecated).every(({ tags }) => tags?.length)).toBe(true);
    expect(items.find(({ label }) => label === "13.0.2")?.detail).toBe("needs a newer driver than 535.104");
  });

  test("what a registry has besides the catalogue, with its date", () => {
    const cudaTags = {
      registry: "docker.io",
      date: "2027-03-01",
      tags: new Set(["14.0.0-devel-ubuntu26.04", "12.2.2-devel-ubuntu26.04"]),
    };
    const [first] = completeAt("FROM nvidia/cuda:|", { ...noLab, cudaTags });
    expect(first).toMatchObject({ label: "14.0.0", detail: "CUDA 14.0.0, from docker.io, 2027-03-01" });
    const withDriver = completeAt("FROM nvidia/cuda:|", { ...driver535, cudaTags });
    // What 14 needs of a driver is not known here.
    expect(withDriver.find(({ label }) => label === "14.0.0")?.detail).toBe(first?.detail);
    const os = completeAt("FROM nvidia/cuda:12.2.2-devel-|", { ...noLab, cudaTags });
    const newer = os.find(({ label }) => label === "ubuntu26.04");
    expect(newer?.detail).toBe("Ubuntu 26.04, from docker.io, 2027-03-01");
    expect(newer?.documentation).toMatchObject({
      value: expect.stringContaining("Not in the catalogue: docker.io had it on 2027-03-01."),
    });
    expect(os.find(({ label }) => label === "ubuntu22.04")?.detail).toBe("Ubuntu 22.04");
  });

  test("without a driver the newest release comes first", () => {
    expect(labelsAt("FROM nvidia/cuda:|")[0]).toBe("13.1.0");
  });

  test("cuDNN as the release has it, then flavours", () => {
    expect(labelsAt("FROM nvidia/cuda:12.2.2-|")).toEqual(["cudnn8", "devel", "runtime", "base"]);
    expect(labelsAt("FROM nvidia/cuda:12.3.2-|")[0]).toBe("cudnn9");
    expect(labelsAt("FROM nvidia/cuda:12.2.0-|")).toEqual(["devel", "runtime", "base"]);
    expect(labelsAt("FROM nvidia/cuda:12.2.2-cudnn8-|")).toEqual(["devel", "runtime"]);
  });

  test("every tag that the steps lead to was published, and a whole one asks for no more", () => {
    const visit = (tag: string): number =>
      completeAt(`FROM nvidia/cuda:${tag}|`).reduce((sum, item) => {
        const text = (item.textEdit as { newText: string }).newText;
        if (text.endsWith("-")) return sum + visit(text);
        expect(judgeCudaTag(text).kind, text).toMatch(/^(published|unsupported)$/);
        expect(item.command, text).toBeUndefined();
        return sum + 1;
      }, 0);
    expect(visit("12.2.2-")).toBe(40);
    expect(visit("11.8.0-")).toBeGreaterThan(20);
  });

  test("what stands behind the cursor is replaced; a digest or a stage name is not", () => {
    expect(take("FROM nvidia/cuda:12.2.2-cu|dnn7-devel AS build", "cudnn8")).toBe(
      "FROM nvidia/cuda:12.2.2-cudnn8- AS build",
    );
    expect(
      take("FROM --platform=linux/amd64 nvcr.io/nvidia/cuda:12.2.2-cudnn8-devel-ub|", "ubuntu22.04"),
    ).toBe("FROM --platform=linux/amd64 nvcr.io/nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04");
  });

  test("the documentation names driver, OS and Python, and the catalogue's date", () => {
    const item = completeAt("FROM nvidia/cuda:12.2.2-cudnn8-devel-|", driver535).find(
      ({ label }) => label === "ubuntu22.04",
    );
    for (const part of [
      "Ubuntu 22.04",
      "Python 3.10",
      "525",
      "Runs on the lab's driver 535.104",
      "2025-12-15",
    ])
      expect(JSON.stringify(item?.documentation)).toContain(part);
  });

  test("nothing for a release that was never published, or in the name of another image", () => {
    expect(labelsAt("FROM nvidia/cuda:12.9.9-|")).toEqual([]);
    expect(labelsAt("FROM lab/nvidia/cuda:|").slice(0, 1)).toEqual(["nvidia/cuda:"]);
  });
});

describe("bases", () => {
  const lab = { ...noLab, siblings: ["base"], referenceOf: (name: string) => `registry.lab/${name}:ssh` };

  test("stages above, then the lab's images, then known ones", () => {
    const labels = labelsAt("FROM ubuntu:22.04 AS tools\nFROM |\nFROM alpine AS later\n", lab);
    expect(labels.slice(0, 3)).toEqual(["tools", "registry.lab/base:ssh", "nvidia/cuda:"]);
    expect(labels).not.toContain("later");
    expect(labels).toContain("scratch");
  });

  test("the same behind --from, and the word is replaced whole", () => {
    expect(take("FROM ubuntu:22.04 AS tools\nFROM ubuntu:22.04\nCOPY --from=t|x /a /b", "tools")).toBe(
      "FROM ubuntu:22.04 AS tools\nFROM ubuntu:22.04\nCOPY --from=tools /a /b",
    );
  });

  test("are offered beside another Dockerfile extension too", () => {
    expect(completeAt("FROM |", noLab, true).length).toBeGreaterThan(5);
  });
});

describe("the language", () => {
  test("instructions at the beginning of a line; ARG and FROM before the first FROM", () => {
    expect(labelsAt("FROM x\nCO|").some((label) => label.startsWith("COPY"))).toBe(true);
    expect(labelsAt("|").every((label) => /^(ARG|FROM|escape|#)/.test(label))).toBe(true);
  });

  test("flags of the current syntax, only in front of the arguments", () => {
    expect(labelsAt("FROM x\nCOPY --|")).toEqual(
      expect.arrayContaining(["--from", "--chown", "--chmod", "--link", "--parents", "--exclude"]),
    );
    expect(labelsAt("FROM x\nADD --|")).toContain("--checksum");
    expect(labelsAt("FROM x\nCOPY a --|")).not.toContain("--link");
    expect(labelsAt("FROM x\nRUN ls --|")).toEqual([]);
  });

  test("mounts: types, then the options of the type that are not there yet", () => {
    expect(labelsAt("FROM x\nRUN --mount=|")[0]).toBe("type");
    expect(labelsAt("FROM x\nRUN --mount=type=|")).toContain("cache");
    const options = labelsAt("FROM x\nRUN --mount=type=cache,target=/root/.cache/pip,|");
    expect(options).toContain("sharing");
    expect(options).not.toContain("target");
    expect(take("FROM x\nRUN --mount=type=cache,sh| pip install x", "sharing")).toBe(
      "FROM x\nRUN --mount=type=cache,sharing= pip install x",
    );
    expect(labelsAt("FROM x\nRUN --mount=type=cache,sharing=|")).toEqual(["locked", "shared", "private"]);
  });

  test("variables where Docker replaces them: those of FROM above it, those of a stage in it", () => {
    const file = "ARG BASE_IMG=ubuntu:22.04\nFROM ubuntu:22.04\nENV HOME_DIR=/opt\n";
    expect(labelsAt(`${file}WORKDIR $|`)).toEqual(["HOME_DIR"]);
    const stages = "FROM x AS one\nARG DIR=/a\nFROM y\nARG OTHER\nFROM one\nARG OWN\n";
    expect(labelsAt(`${stages}WORKDIR $|`)).toEqual(["DIR", "OWN"]);
    expect(labelsAt("ARG BASE_IMG=ubuntu:22.04\nFROM ${BA|}")[0]).toBe("BASE_IMG");
    expect(take("ARG BASE_IMG=ubuntu:22.04\nFROM ${BA|}", "BASE_IMG")).toBe(
      "ARG BASE_IMG=ubuntu:22.04\nFROM ${BASE_IMG}",
    );
  });

  test("paths of the build context, what .dockerignore leaves out excepted", () => {
    const context = contextWith({
      "tools/run.sh": "",
      "data/x.bin": 1,
      "req.txt": "",
      ".dockerignore": "data\n",
    });
    const lab = { ...noLab, context };
    expect(labelsAt("FROM x\nCOPY |", lab)).toEqual(["tools/", ".dockerignore", "req.txt"]);
    expect(take("FROM x\nCOPY tools/r| /opt/", "run.sh", lab)).toBe("FROM x\nCOPY tools/run.sh /opt/");
    expect(labelsAt("FROM x\nCOPY --from=y |", lab)).toEqual([]);
  });

  test("nothing in comments, here-documents and shell, and none of it beside another Dockerfile extension", () => {
    expect(labelsAt("FROM x\n# CO|")).toEqual([]);
    expect(labelsAt("FROM x\nRUN <<EOF\nCO|\nEOF\n")).toEqual([]);
    expect(labelsAt("FROM x\nRUN apt-get install |")).toEqual([]);
    expect(completeAt("FROM x\nCO|", noLab, true)).toEqual([]);
    expect(completeAt("FROM x\nCOPY --|", noLab, true)).toEqual([]);
  });

  test("a continued instruction is one", () => {
    expect(labelsAt("FROM x\nRUN --network=none \\\n    --mount=type=|")).toContain("secret");
    expect(labelsAt("FROM x\nRUN --network=none \\\n# why\n    --mount=type=|")).toContain("secret");
  });

  test("a continued instruction goes on in the empty line at the end of the file, not behind it", () => {
    const context = contextWith({ "req.txt": "" });
    const lab = { ...noLab, context };
    for (const end of ["\\\n|", "\\\n    |", "\\ \r\n  |", "\\\n# why\n  |", "\\\n  |\nRUN b\n"]) {
      expect(labelsAt(`FROM x\nRUN a ${end}`)).toEqual([]);
      expect(labelsAt(`FROM x\nCOPY ${end}`, lab)).toContain("req.txt");
    }
    for (const end of ["\n|", "\n# why\n|", " \\\n  b\n|"])
      expect(labelsAt(`FROM x\nRUN a${end}`)).toEqual(labelsAt("FROM x\n|"));
  });
});
