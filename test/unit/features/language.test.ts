import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { LineIndex } from "../../../core/dockerfile/span.ts";
import { Lab } from "../../../core/lab/lab.ts";
import { noLab } from "../../../core/lab/lab-image.ts";
import { codeLenses } from "../../../server/features/code-lenses.ts";
import { baseDefinition, manifestDefinition } from "../../../server/features/definition.ts";
import { foldingRanges } from "../../../server/features/folding.ts";
import { imageLinks } from "../../../server/features/links.ts";
import { selectionRange } from "../../../server/features/selection-ranges.ts";
import { semanticTokens, semanticTokensLegend } from "../../../server/features/semantic-tokens.ts";
import { documentSymbols, imageSymbols } from "../../../server/features/symbols.ts";
import { memoryFiles } from "../lab/memory-files.ts";
import { withCursor } from "./complete-at.ts";

/** The words that are coloured, with their types, in order. */
function coloured(text: string): string[] {
  const { data } = semanticTokens(parseDockerfile(text));
  const lines = text.split("\n");
  const words: string[] = [];
  let [line, character] = [0, 0];
  for (let at = 0; at < data.length; at += 5) {
    const [down = 0, right = 0, length = 0, type = 0] = data.slice(at, at + 4);
    character = down > 0 ? right : character + right;
    line += down;
    words.push(
      `${semanticTokensLegend.tokenTypes[type]} ${lines[line]!.slice(character, character + length)}`,
    );
  }
  return words;
}

describe("semantic tokens", () => {
  test("instructions, stages, flags, variables and comments", () => {
    expect(coloured("# hi\nARG BASE=x\nFROM --platform=linux/amd64 ${BASE} AS build\nFROM build\n")).toEqual([
      "comment # hi",
      "keyword ARG",
      "property BASE",
      "keyword FROM",
      "parameter --platform=linux/amd64",
      "variable ${BASE}",
      "namespace build",
      "keyword FROM",
      "namespace build",
    ]);
  });

  test("the shell inside RUN, over continuation lines and comments between them", () => {
    expect(coloured('FROM x\nRUN A=1 echo "to $HOME" \\\n# why\n  && if true; then ls -l; fi\n')).toEqual([
      "keyword FROM",
      "class x",
      "keyword RUN",
      "property A",
      "function echo",
      'string "to ',
      "variable $HOME",
      'string "',
      "comment # why",
      "keyword if",
      "function true",
      "function ls",
      "parameter -l",
    ]);
  });

  test("a string over two lines is cut at the line end", () => {
    expect(coloured('FROM x\nRUN echo "a \\\n  b"\n').slice(3)).toEqual([
      "function echo",
      'string "a ',
      'string   b"',
    ]);
  });

  test("tokens never overlap and never reach over a line, whatever stands there", () => {
    const odd =
      'FROM x\nRUN <<EOF\necho "$(ls "$A")" `x`\nEOF\nRUN ["bash", "-c", "echo $A"]\nRUN echo \'open\nRUN (((\n';
    for (const text of [odd, odd.replaceAll("\n", "\r\n"), "\u0000", "RUN", ""]) {
      const { data } = semanticTokens(parseDockerfile(text));
      let end = 0;
      for (let at = 0; at < data.length; at += 5) {
        const [down = 0, right = 0, length = 0] = data.slice(at, at + 3);
        expect(length).toBeGreaterThan(0);
        if (down === 0 && at > 0) expect(right).toBeGreaterThanOrEqual(end);
        end = length;
      }
    }
  });
});

test("the outline: what stands before the stages, then stages with their instructions", () => {
  const symbols = documentSymbols(
    parseDockerfile("ARG A=1\nFROM x AS build\nRUN make\nFROM y\nCOPY --from=build /a /b\n"),
  );
  expect(
    symbols.map(({ name, children }) => [name, children?.map((each) => `${each.name} ${each.detail}`)]),
  ).toEqual([
    ["ARG", undefined],
    ["build", ["RUN make"]],
    ["y", ["COPY /a /b"]],
  ]);
});

test("workspace symbols hold the letters in their order, whatever they are", () => {
  const images = [
    { name: "base", dockerfile: "/lab/base/Dockerfile" },
    { name: "pytorch", dockerfile: "/lab/pytorch/Dockerfile" },
  ];
  expect(imageSymbols(images, "").map(({ name }) => name)).toEqual(["base", "pytorch"]);
  expect(imageSymbols(images, "ptc").map(({ name }) => name)).toEqual(["pytorch"]);
  expect(imageSymbols(images, "(.*[")).toEqual([]);
});

test("links go to the page of a base's tags, through its argument too; a lab's own images have none", () => {
  const lab = new Lab(
    "/lab",
    memoryFiles({
      "/lab/build": "docker build base -t reg.lab/base:1\n",
      "/lab/base/Dockerfile": "FROM x\n",
    }),
  );
  const image = lab.image("/lab/other/Dockerfile");
  const text =
    "ARG B=nvidia/cuda:12.2.2-base-ubuntu22.04\nFROM $B\nFROM ubuntu:22.04\nFROM nvcr.io/nvidia/pytorch:24.01-py3\nFROM reg.lab/base:1\nCOPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/\n";
  expect(imageLinks(parseDockerfile(text, image), image).map(({ target }) => target)).toEqual([
    "https://hub.docker.com/r/nvidia/cuda/tags",
    "https://hub.docker.com/_/ubuntu/tags",
    "https://catalog.ngc.nvidia.com/orgs/nvidia/containers/pytorch/tags",
  ]);
});

describe("definition", () => {
  const lab = new Lab(
    "/lab",
    memoryFiles({
      "/lab/build":
        "docker build base -t reg.lab/base:1\ndocker build top --build-arg BASE=reg.lab/base:1 -t reg.lab/top:1\n",
      "/lab/base/Dockerfile": "FROM ubuntu:22.04\n",
      "/lab/top/Dockerfile": "ARG BASE\nFROM ${BASE}\n",
    }),
  );

  test("of a base goes to the Dockerfile of the lab that builds it", () => {
    const image = lab.image("/lab/top/Dockerfile");
    const { text, position } = withCursor("ARG BASE\nFROM ${BA|SE}\n");
    expect(baseDefinition(parseDockerfile(text, image), image, position)?.uri).toBe(
      "file:///lab/base/Dockerfile",
    );
  });

  test("of an image in the manifest goes to its Dockerfile", () => {
    const manifest = '{ "images": { "top": { "args": { "BASE": "${image:base}" } } } }';
    const at = (offset: number) => {
      const lines = new LineIndex(manifest);
      return manifestDefinition({ text: manifest, lines }, lines.positionAt(offset), lab)?.uri;
    };
    expect(at(manifest.indexOf("image:base"))).toBe("file:///lab/base/Dockerfile");
    expect(at(manifest.indexOf("args"))).toBeUndefined();
  });

  test("of any other base is none", () => {
    const { text, position } = withCursor("FROM ubun|tu:22.04\n");
    expect(baseDefinition(parseDockerfile(text), noLab, position)).toBeUndefined();
  });
});

test("stages, instructions of several lines and blocks of comments fold", () => {
  const text = "# a\n# b\nFROM x\nRUN a \\\n  && b\nFROM y\nRUN <<EOF\nls\nEOF\n# alone\n";
  expect(
    foldingRanges(parseDockerfile(text)).map(({ startLine, endLine, kind }) => [startLine, endLine, kind]),
  ).toEqual([
    [2, 4, undefined],
    [5, 8, undefined],
    [3, 4, undefined],
    [6, 8, undefined],
    [0, 1, "comment"],
  ]);
});

test("a selection grows from the word to the command, the instruction, the stage, the file", () => {
  const { text, position } = withCursor("ARG A\nFROM x\nRUN apt-get update && apt-get install -y g|it\n");
  const dockerfile = parseDockerfile(text);
  const taken: string[] = [];
  for (
    let at: ReturnType<typeof selectionRange> | undefined = selectionRange(dockerfile, position);
    at;
    at = at.parent
  )
    taken.push(
      text.slice(dockerfile.lines.offsetAt(at.range.start), dockerfile.lines.offsetAt(at.range.end)),
    );
  expect(taken).toEqual([
    "git",
    "apt-get install -y git",
    "RUN apt-get update && apt-get install -y git",
    "FROM x\nRUN apt-get update && apt-get install -y git",
    text,
  ]);
});

describe("code lenses", () => {
  const lab = new Lab(
    "/lab",
    memoryFiles({
      "/lab/lab-images.json": '{ "registry": "reg.lab/me", "images": { "base": { "tag": "ssh" } } }',
      "/lab/base/Dockerfile": "FROM x\n",
    }),
  ).image("/lab/base/Dockerfile");
  const lenses = (uri: string, text: string) =>
    codeLenses(uri, parseDockerfile(text), lab).map(({ range, command }) => [
      range.start.line,
      command?.title,
    ]);

  test("stand over the first FROM, with the image's name as it will be pushed", () => {
    expect(lenses("file:///lab/base/Dockerfile", "ARG A\nFROM x AS a\nFROM y\n")).toEqual([
      [1, "Build"],
      [1, "Build and push"],
      [1, "reg.lab/me/base:ssh"],
    ]);
  });

  test("not without a FROM, and not over what is on no disk", () => {
    expect(lenses("file:///lab/base/Dockerfile", "ARG A\n")).toEqual([]);
    expect(lenses("untitled:Untitled-1", "FROM x\n")).toEqual([]);
  });
});
