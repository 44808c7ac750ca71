import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { type LabImage, noLab } from "../../../core/lab/lab-image.ts";
import { type PinPlace, pinPlace } from "../../../server/features/refactor/pin-base.ts";
import { withCursor } from "./complete-at.ts";

function placeAt(marked: string, lab: LabImage = noLab): PinPlace & { text: string } {
  const { text, offset } = withCursor(marked);
  const dockerfile = parseDockerfile(text, lab);
  return { ...pinPlace({ dockerfile, lab }, { start: offset, end: offset }), text };
}

/** The image that is asked for, and the text with a digest in its place. */
function pinned(marked: string, lab?: LabImage): [string, string] {
  const place = placeAt(marked, lab);
  if (place.kind === "none") return expect.unreachable(place.why);
  const { text, at, before, reference } = place;
  return [reference, `${text.slice(0, at)}${before}@sha256:…${text.slice(at)}`];
}

const whyNot = (marked: string, lab?: LabImage) => {
  const place = placeAt(marked, lab);
  return place.kind === "none" ? place.why : expect.unreachable("there is a place");
};

describe("the digest goes behind the tag", () => {
  test("of a FROM", () => {
    expect(pinned("FROM nvidia/cu|da:12.2.2-devel-ubuntu22.04 AS build\nRUN a\n")).toEqual([
      "nvidia/cuda:12.2.2-devel-ubuntu22.04",
      "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04@sha256:… AS build\nRUN a\n",
    ]);
    expect(pinned('FROM --platform=linux/amd64 "ub|untu:22.04"\n')[1]).toBe(
      'FROM --platform=linux/amd64 "ubuntu:22.04@sha256:…"\n',
    );
  });

  test("of a COPY --from", () => {
    expect(pinned("FROM x:1\nCOPY --from=ghcr.io/astral-sh/uv:0.5 /u|v /bin/\n")).toEqual([
      "ghcr.io/astral-sh/uv:0.5",
      "FROM x:1\nCOPY --from=ghcr.io/astral-sh/uv:0.5@sha256:… /uv /bin/\n",
    ]);
  });

  test("in the default of its argument, from either end", () => {
    const text = "ARG BASE_IMG=nvcr.io/nvidia/pytorch:24.01-py3\nFROM ${BASE_IMG}\n";
    const expected = [
      "nvcr.io/nvidia/pytorch:24.01-py3",
      "ARG BASE_IMG=nvcr.io/nvidia/pytorch:24.01-py3@sha256:…\nFROM ${BASE_IMG}\n",
    ];
    expect(pinned(text.replace("FROM $", "FROM |$"))).toEqual(expected);
    expect(pinned(text.replace("ARG B", "ARG |B"))).toEqual(expected);
    expect(pinned("ARG TAG=22.04\nFROM ub|untu:${TAG}\n")[1]).toBe(
      "ARG TAG=22.04@sha256:…\nFROM ubuntu:${TAG}\n",
    );
  });

  test("with latest, where no tag is written", () => {
    expect(pinned("FROM ub|untu\n")).toEqual(["ubuntu:latest", "FROM ubuntu:latest@sha256:…\n"]);
  });
});

describe("there is no place", () => {
  test("where no image of a registry is named", () => {
    const none = "Put the cursor on a FROM or COPY --from that names an image with its tag.";
    expect(whyNot("FROM scr|atch\n")).toBe(none);
    expect(whyNot("FROM a:1 AS build\nFROM bu|ild\n")).toBe(none);
    expect(whyNot("FROM a:1\nRUN l|s\n")).toBe(none);
    expect(whyNot("FROM ${NOT|HING}\n")).toBe(none);
  });

  test("where there is a digest", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    expect(whyNot(`FROM ub|untu:22.04@${digest}\n`)).toBe("ubuntu is pinned by its digest already.");
  });

  test("where the tag is put together, or given from outside", () => {
    expect(whyNot("ARG CUDA=12.2.2\nFROM nvidia/cuda:${CUDA}-dev|el-ubuntu22.04\n")).toMatch(
      /^There is no one place here for the digest of nvidia\/cuda:12\.2\.2-devel-ubuntu22\.04: .*ARG CUDA\.$/,
    );
    const lab = { ...noLab, buildArguments: new Map([["BASE_IMG", "ubuntu:24.04"]]) };
    expect(whyNot("ARG BASE_IMG=ubuntu:22.04\nFROM ${BASE|_IMG}\n", lab)).toMatch(
      /digest of ubuntu:24\.04: .* BASE_IMG is given by lab-images\.json or by the build script: change it there\.$/,
    );
  });
});
