import { parse } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import { judgeCudaTag } from "../../../../core/cuda/tags.ts";
import { Lab } from "../../../../core/lab/lab.ts";
import { type LabImage, noLab } from "../../../../core/lab/lab-image.ts";
import { unresolvedArg } from "../../../../server/rules/base/unresolved-arg.ts";
import type { Fix } from "../../../../server/rules/rule.ts";
import { memoryFiles } from "../../lab/memory-files.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";

testRule(unresolvedArg);

describe("words at fault", () => {
  test.each([
    ["FROM ${BASE_IMG}", ["${BASE_IMG}"]],
    ["ARG BASE_IMG=\nFROM $BASE_IMG AS a", ["$BASE_IMG"]],
    ['ARG BASE_IMG=""\nFROM "$BASE_IMG"', ["$BASE_IMG"]],
    ["ARG A\nARG B\nFROM $A:$B-$A", ["$A", "$B"]],
    ["ARG A\nFROM $A AS x\nFROM $A AS y\nFROM x", ["$A", "$A"]],
    ["ARG V\nARG B=nvidia/cuda:$V\nFROM $B", ["$B"]],
    ["ARG TAG=\nFROM ubuntu:${TAG}", ["${TAG}"]],
    ["ARG REG\nFROM ${REG}/base:ssh", ["${REG}"]],
    ["FROM x:1\nARG B\nFROM ${B}", ["${B}"]],
    ["ARG B\nFROM --platform=$BUILDPLATFORM $\\\n{B}", ["$\\\n{B}"]],
  ])("%s", (text, words) => {
    expect(wordsAtFault(unresolvedArg, text)).toEqual(words);
    const windows = words.map((each) => each.replaceAll("\n", "\r\n"));
    expect(wordsAtFault(unresolvedArg, text.replaceAll("\n", "\r\n"))).toEqual(windows);
  });
});

describe("silent", () => {
  test.each([
    "FROM",
    "FROM ubuntu-$TARGETARCH",
    "ARG V=1.0\nFROM x:$V",
    "ARG SUFFIX=\nFROM x:1$SUFFIX",
    "ARG HUB\nFROM ${HUB}ubuntu:22.04",
    'ARG HUB\nFROM "${HUB}ubuntu:22.04"',
    "ARG V\nFROM x:${V:-1.0}",
    "ARG V\nFROM x:${V:?give a version}",
    "FROM 'x:$V'",
    "FROM x:\\$V",
    "ARG A=${B#x}\nFROM $A",
  ])("%s", (text) => {
    expect(wordsAtFault(unresolvedArg, text)).toEqual([]);
  });

  test("where the lab gives a value, known here or not", () => {
    for (const value of ["ubuntu:22.04", null]) {
      const lab = { ...noLab, buildArguments: new Map([["B", value]]) };
      expect(wordsAtFault(unresolvedArg, "ARG B\nFROM $B", lab)).toEqual([]);
      expect(wordsAtFault(unresolvedArg, "ARG B\nARG C=$B\nFROM $C", lab)).toEqual([]);
    }
  });
});

const path = "/lab/lab-images.json";
const inLab = (more: Partial<LabImage>): LabImage => ({
  ...noLab,
  name: "pytorch",
  manifestPath: path,
  siblings: ["base"],
  ...more,
});

function fixOf(text: string, lab: LabImage): Fix | undefined {
  const found = findings(unresolvedArg, text, lab);
  expect(found.length).toBe(1);
  expect(found[0]?.fixes?.every(({ edits }) => edits.length === 0) ?? true).toBe(true);
  return found[0]?.fixes?.[0];
}

/** The value that the fix writes to the image's arguments. */
function written(text: string, lab: LabImage): string | undefined {
  const fix = fixOf(text, lab);
  if (!fix?.otherFile) return undefined;
  const args = parse(fix.otherFile.after).images[lab.name!].args as Record<string, string>;
  return Object.values(args).at(-1);
}

const base = "ARG BASE_IMG\nFROM ${BASE_IMG}\n";

describe("the fix", () => {
  test("makes a manifest where there is none", () => {
    expect(fixOf(base, inLab({}))).toEqual({
      title: "Set BASE_IMG to ${image:base} in lab-images.json",
      automatic: true,
      edits: [],
      otherFile: {
        path,
        before: undefined,
        after: `{
  "images": {
    "pytorch": {
      "args": {
        "BASE_IMG": "\${image:base}"
      }
    }
  }
}
`,
      },
    });
  });

  test("keeps the manifest's comments, layout and line ends", () => {
    const before = `{
\t// Ours.
\t"registry": "r/\${user}", /* kept */
\t"images": {
\t\t"base": { "tag": "ssh" }, // first
\t\t"pytorch": {
\t\t\t"tag": "torch210",
\t\t},
\t},
}
`.replaceAll("\n", "\r\n");
    const after = fixOf(base, inLab({ manifestText: before }))?.otherFile?.after ?? "";
    expect(parse(after).images.pytorch).toEqual({ tag: "torch210", args: { BASE_IMG: "${image:base}" } });
    for (const part of ["// Ours.", "/* kept */", "// first", '\t\t"base": { "tag": "ssh" }'])
      expect(after).toContain(part);
    expect(after.replaceAll("\r\n", "")).not.toContain("\n");
    expect(after).toContain('\t\t\t"args": {\r\n\t\t\t\t"BASE_IMG"');
  });

  test.each([
    ["not JSON", "{ images: "],
    ["empty", ""],
    ["a list", "[]"],
    ["images is no object", '{ "images": [] }'],
    ["args is no object", '{ "images": { "pytorch": { "args": "x" } } }'],
    ["the argument is something else", '{ "images": { "pytorch": { "args": { "BASE_IMG": null } } } }'],
  ])("is none where the manifest is %s", (_, manifestText) => {
    expect(fixOf(base, inLab({ manifestText }))).toBeUndefined();
  });

  test("the message says that the manifest is not valid", () => {
    const [finding] = findings(unresolvedArg, base, inLab({ manifestText: "{ images: " }));
    expect(finding?.message).toContain("lab-images.json is not valid JSON");
  });

  test("is none without a lab", () => {
    expect(findings(unresolvedArg, base)[0]?.fixes).toBeUndefined();
    expect(findings(unresolvedArg, base, inLab({ manifestPath: undefined }))[0]?.fixes).toBeUndefined();
    expect(findings(unresolvedArg, base, inLab({ name: undefined }))[0]?.fixes).toBeUndefined();
  });
});

describe("the value", () => {
  const newest = "nvidia/cuda:12.9.1-cudnn-devel-ubuntu22.04";

  test.each<[string, Partial<LabImage>, string | undefined]>([
    [base, {}, "${image:base}"],
    [base, { siblings: ["base", "jax"] }, "${image:base}"],
    [base, { siblings: ["os"] }, "${image:os}"],
    [base, { siblings: ["os", "jax"] }, newest],
    [base, { siblings: [] }, newest],
    [base, { name: "base", siblings: ["pytorch"] }, newest],
    ["ARG CUDA_IMG\nFROM $CUDA_IMG", {}, newest],
    ['ARG BASE\nFROM "$BASE"', {}, "${image:base}"],
    ["ARG TAG\nFROM nvidia/cuda:$TAG", {}, "12.9.1-cudnn-devel-ubuntu22.04"],
    ["ARG V\nFROM nvidia/cuda:$V-devel-ubuntu22.04", {}, "12.9.1"],
    ["ARG V\nARG OS=22.04\nFROM nvidia/cuda:$V-cudnn8-devel-ubuntu$OS", {}, "12.2.2"],
    ["ARG OS\nFROM nvidia/cuda:12.2.2-devel-ubuntu$OS", {}, undefined],
    ["ARG V\nFROM nvidia/cuda:$V-devel-plan9", {}, undefined],
    ["ARG REGISTRY\nFROM $REGISTRY/x:1", {}, undefined],
    ["ARG TORCH\nFROM pytorch/pytorch:$TORCH", {}, undefined],
    ["ARG TORCH_IMAGE\nFROM $TORCH_IMAGE", {}, undefined],
    ["FROM $BASE_IMG", {}, undefined],
    ["ARG BASE_IMG=\nFROM $BASE_IMG", {}, undefined],
  ])("%s %o: %s", (text, more, value) => {
    expect(written(text, inLab(more))).toBe(value);
  });

  test("is published", () => {
    expect(judgeCudaTag(newest.split(":")[1]).kind).toBe("published");
  });

  test("of a lone image that is not called base is a choice", () => {
    expect(fixOf(base, inLab({ siblings: ["os"] }))?.automatic).toBe(false);
  });

  test("of a base that the guide does not name, outside of a lab's folder, is a choice", () => {
    const text = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nRUN nvidia-smi\n";
    expect(fixOf(text, inLab({ siblings: [] }))?.automatic).toBe(false);
    expect(fixOf(text, inLab({ siblings: [], manifestText: "{}" }))?.automatic).toBe(true);
    expect(fixOf(text.replaceAll("IMAGE", "IMG"), inLab({ siblings: [] }))?.automatic).toBe(true);
  });

  test("is no image that builds on this one", () => {
    const manifestText = '{ "images": { "base": { "args": { "BASE_IMG": "${image:pytorch}" } } } }';
    expect(written(base, inLab({ manifestText }))).toBe(newest);
  });

  test("is none where two different images hang on it", () => {
    const found = findings(unresolvedArg, "ARG TAG\nFROM nvidia/cuda:$TAG\nFROM x:$TAG", inLab({}));
    expect(found.map(({ fixes }) => fixes)).toEqual([undefined, undefined]);
  });

  test("clears the finding", () => {
    const text = "ARG V\nFROM nvidia/cuda:$V-devel-ubuntu22.04";
    const buildArguments = new Map([["V", written(text, inLab({})) ?? null]]);
    expect(findings(unresolvedArg, text, inLab({ buildArguments }))).toEqual([]);
  });
});

test("the message says what is wrong and where a value can be given", () => {
  const message = (text: string, lab?: LabImage) => findings(unresolvedArg, text, lab)[0]?.message;
  expect(message(base, inLab({}))).toBe(
    "Nothing gives BASE_IMG a value: Docker takes it as empty, and the build stops or takes another image. " +
      "Write a default (ARG BASE_IMG=…), or give the value in lab-images.json under images.pytorch.args or in the build script.",
  );
  expect(message("FROM $X")).toMatch(/^X is not declared: .*Write ARG X=… above the first FROM\.$/);
  expect(message("FROM a:1\nARG X=1\nFROM $X")).toMatch(/^X is declared only below the first FROM/);
  expect(message("ARG V\nARG B=x:$V\nFROM $B")).toMatch(/^B is made of V, and nothing gives V a value/);
});

describe("a file that is not read for its builds gives the argument", () => {
  const found = (files: Readonly<Record<string, string>>, text = "ARG BASE\nARG V\nFROM ${BASE}:$V\n") => {
    const lab = new Lab("/lab", memoryFiles({ "/lab/a/Dockerfile": text, ...files }));
    return wordsAtFault(unresolvedArg, text, lab.image("/lab/a/Dockerfile"));
  };

  test.each([
    [
      "/lab/a/docker_build.sh",
      'cd ..\ndocker build --build-arg BASE="$1" --build-arg V=$2 -f a/Dockerfile .\n',
    ],
    ["/lab/a/Makefile", "all:\n\tdocker build --build-arg BASE=$(BASE) --build-arg V=1 .\n"],
    ["/lab/docker-compose.yml", "services:\n  a:\n    build:\n      args:\n        BASE: x\n        - V=1\n"],
    ["/lab/a/docker-bake.hcl", 'target "a" {\n  args = {\n    BASE = "x"\n    "V" = 1\n  }\n}\n'],
  ])("%s", (path, text) => {
    expect(found({ [path]: text })).toEqual([]);
  });

  const elsewhere = "/lab/.git/HEAD";
  test.each([
    ["/lab/tools/build.py", "cmd += f' --build-arg BASE={base}'\ncmd += ['--build-arg', f'V={version}']\n"],
    ["/lab/docker/images.py", "client.images.build(path=p, buildargs={\"BASE\": base, 'V': v})\n"],
    ["/lab/docker/images.py", 'build_args = {}\nbuild_args["BASE"] = x\nbuild_args["V"] = y\n'],
    ["/lab/scripts/images.mk", "all:\n\tdocker build --build-arg BASE=$(BASE) --build-arg=V=1 .\n"],
    [
      "/lab/.github/workflows/images.yml",
      "      with:\n        build-args: |\n          BASE=${{ matrix.base }}\n          V=1\n",
    ],
    ["/lab/.gitlab-ci.yml", 'script:\n  - docker build --build-arg BASE="$B" --build-arg "V=1" a\n'],
    ["/lab/.devcontainer/devcontainer.json", '{ "build": { "args": { "BASE": "x", "V": "1" } } }\n'],
    [
      "/lab/deploy/compose.gpu.yaml",
      "services:\n  a:\n    build:\n      args:\n        BASE: x\n        V: 1\n",
    ],
    ["/lab/.azure_pipelines/a.yaml", "- script: docker build --build-arg BASE=${{ x }} --build-arg V=1\n"],
    ["/lab/Jenkinsfile", "docker.build('a', '--build-arg BASE=x --build-arg V=1 a')\n"],
  ])("of the same repository: %s", (path, text) => {
    expect(found({ [path]: text, [elsewhere]: "" })).toEqual([]);
    expect(found({ [path.replace("/lab/", "/lab/node_modules/")]: text, [elsewhere]: "" })).toHaveLength(2);
  });

  test("none that speaks of no build argument, or gives others", () => {
    expect(found({ "/lab/tools/x.py": 'config = {"BASE": 1, "V": 2}\n', [elsewhere]: "" })).toHaveLength(2);
    expect(found({ "/lab/tools/x.py": "'--build-arg BASE_IMG=x'", [elsewhere]: "" })).toHaveLength(2);
    expect(found({ "/lab/docs/x.md": "--build-arg BASE=x --build-arg V=1", [elsewhere]: "" })).toHaveLength(
      2,
    );
    expect(found({ "/lab/tools/x.py": "'--build-arg BASE=x'" }, "ARG BASE\nFROM $BASE\n")).toHaveLength(1);
  });

  test("others do not", () => {
    expect(found({})).toEqual(["${BASE}", "$V"]);
    expect(found({ "/lab/a/build.sh": "docker build --build-arg BASE=x --build-arg VERSION=1 .\n" })).toEqual(
      ["$V"],
    );
    expect(
      found({ "/lab/a/README.md": "--build-arg BASE=x", "/lab/b/x.sh": "--build-arg BASE=x" }),
    ).toHaveLength(2);
    expect(found({ "/lab/a/x.sh": "--build-arg V=1" }, "ARG V\nARG B=nvidia/cuda:$V\nFROM $B\n")).toEqual([]);
  });
});
