import { describe, expect, test } from "vitest";
import { type LabImage, noLab } from "../../../../core/lab/lab-image.ts";
import { knownRepositories } from "../../../../server/rules/base/fixed-tags.ts";
import { floatingTag } from "../../../../server/rules/base/floating-tag.ts";
import { isMoving } from "../../../../server/rules/base/moving-tag.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(floatingTag);

const inFrom = (image: string) => `FROM ${image}\nRUN true\n`;

describe("fixed tags of known repositories", () => {
  test.each([
    ["ubuntu", "ubuntu:26.04"],
    ["ubuntu:rolling", "ubuntu:26.04"],
    ["ubuntu:devel", "ubuntu:26.10"],
    ["docker.io/library/ubuntu:latest", "docker.io/library/ubuntu:26.04"],
    ["debian", "debian:trixie"],
    ["debian:oldstable-slim", "debian:bookworm-slim"],
    ["debian:testing", "debian:forky"],
    ["alpine:3", "alpine:3.24"],
    ["fedora:latest", "fedora:44"],
    ["python", "python:3.14"],
    ["python:3", "python:3.14"],
    ["python:slim", "python:3.14-slim"],
    ["python:3-slim-bookworm", "python:3.14-slim-bookworm"],
    ["python:alpine", "python:3.14-alpine"],
    ["node", "node:26"],
    ["node:lts", "node:24"],
    ["node:lts-bookworm-slim", "node:24-bookworm-slim"],
    ["node:slim", "node:26-slim"],
    ["golang:1-bookworm", "golang:1.27-bookworm"],
    ["rust:slim", "rust:1.98-slim"],
    ["mambaorg/micromamba", "mambaorg/micromamba:2.6.1"],
    ["quay.io/condaforge/miniforge3:latest", "quay.io/condaforge/miniforge3:26.3.2-3"],
    ["continuumio/miniconda3", "continuumio/miniconda3:26.5.3-1"],
  ])("%s: %s", (moving, still) => {
    expect(fixed(floatingTag, inFrom(moving))).toBe(inFrom(still));
    expect(wordsAtFault(floatingTag, inFrom(still))).toEqual([]);
  });

  test("none of them moves", () => {
    for (const { repositories, fixed: rows } of knownRepositories)
      for (const repository of repositories)
        for (const tag of rows.flatMap(({ tags }) => tags))
          for (const part of tag.includes("$1") ? ["", "-slim", "slim"] : [""])
            expect(isMoving({ repository, tag: tag.replace("$1", part), digest: undefined })).toBe(false);
  });
});

describe("found, with no automatic fix", () => {
  test.each([
    ["debian:sid", "sid"],
    ["alpine:edge", "edge"],
    ["rockylinux", "rockylinux"],
    ["python:slim-bullseye", "slim-bullseye"],
    ["python:rc", "rc"],
    ["pytorch/pytorch", "pytorch/pytorch"],
    ["tensorflow/tensorflow:nightly-gpu", "nightly-gpu"],
    ["tensorflow/tensorflow:latest-gpu-jupyter", "latest-gpu-jupyter"],
    ["ghcr.io/astral-sh/uv:latest", "latest"],
    ["vllm/vllm-openai:nightly", "nightly"],
    ["some/image:main", "main"],
    ["some/image:cuda-latest", "cuda-latest"],
    ["nvcr.io/nvidia/pytorch", "nvcr.io/nvidia/pytorch"],
    ["localhost:5000/base", "localhost:5000/base"],
    ["nvidia/cudagl", "nvidia/cudagl"],
  ])("%s", (image, words) => {
    expect(wordsAtFault(floatingTag, inFrom(image))).toEqual([words]);
    expect(fixed(floatingTag, inFrom(image))).toBe(inFrom(image));
    expect(findings(floatingTag, inFrom(image))[0]?.message).toMatch(
      / Write a tag that names a version.*\.$/,
    );
  });
});

describe("silent", () => {
  test.each([
    "ubuntu:noble",
    "ubuntu:jammy-20240808",
    "debian:12",
    "debian:bookworm-slim",
    "rockylinux:9",
    "fedora:44",
    "python:3.11",
    "python:3.15-rc",
    "python:2",
    "node:22",
    "node:lts-krypton",
    "node:22-bookworm-slim",
    "nvcr.io/nvidia/pytorch:24.05-py3",
    "pytorch/pytorch:2.4.0-cuda12.4-cudnn9-runtime",
    "tensorflow/tensorflow:2.15.0-gpu-jupyter",
    "osrf/ros:humble-desktop",
    "ic-registry.epfl.ch/cvlab/me/pytorch:torch210",
    "registry/lab:nightly-20240101",
    "registry/lab:latest-2024-01-01",
    "nvidia/cuda",
    "nvcr.io/nvidia/cuda:latest",
    "scratch",
    "${BASE}",
    "ubuntu:${TAG}",
    `ubuntu:latest@sha256:${"0a".repeat(32)}`,
  ])("%s", (image) => {
    expect(wordsAtFault(floatingTag, inFrom(image))).toEqual([]);
  });

  test("what COPY takes from is no base", () => {
    const text = "FROM ubuntu:22.04\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/\n";
    expect(wordsAtFault(floatingTag, text)).toEqual([]);
  });
});

describe("arguments", () => {
  test.each([
    ["ARG IMG=python\nFROM ${IMG}", "ARG IMG=python:3.14\nFROM ${IMG}", ["${IMG}"]],
    ["ARG TAG=latest\nFROM ubuntu:${TAG} AS a", "ARG TAG=26.04\nFROM ubuntu:${TAG} AS a", ["${TAG}"]],
    ["ARG IMG=ubuntu\nFROM $IMG:latest", "ARG IMG=ubuntu\nFROM $IMG:26.04", ["latest"]],
    ['ARG IMG="debian"\nFROM $IMG', 'ARG IMG="debian:trixie"\nFROM $IMG', ["$IMG"]],
    [
      "ARG HUB=docker.io/\nFROM ${HUB}ubuntu",
      "ARG HUB=docker.io/\nFROM ${HUB}ubuntu:26.04",
      ["${HUB}ubuntu"],
    ],
    ["ARG SUFFIX=\nFROM ubuntu${SUFFIX}", "ARG SUFFIX=\nFROM ubuntu${SUFFIX}", ["ubuntu${SUFFIX}"]],
    ["ARG V=-slim\nFROM debian:stable$V", "ARG V=-slim\nFROM debian:stable$V", ["stable$V"]],
  ])("%s", (bad, good, words) => {
    expect(wordsAtFault(floatingTag, bad)).toEqual(words);
    expect(fixed(floatingTag, bad)).toBe(good);
  });
});

describe("images of the lab", () => {
  const lab = (args: [string, string][]): LabImage => ({
    ...noLab,
    name: "pytorch",
    siblings: ["base", "pytorch", "python"],
    buildArguments: new Map(args),
  });

  test.each([
    ["FROM base", []],
    ["FROM ic-registry.epfl.ch/cvlab/me/base", []],
    ["FROM ic-registry.epfl.ch/cvlab/me/other", ["ic-registry.epfl.ch/cvlab/me/other"]],
    ["FROM pytorch/pytorch", ["pytorch/pytorch"]],
    ["FROM nvcr.io/nvidia/pytorch", ["nvcr.io/nvidia/pytorch"]],
    ["FROM python", ["python"]],
  ])("%s", (text, words) => {
    expect(wordsAtFault(floatingTag, text, lab([]))).toEqual(words);
  });

  test("an argument that the lab gives", () => {
    const text = "ARG BASE_IMG\nFROM $BASE_IMG";
    expect(wordsAtFault(floatingTag, text, lab([["BASE_IMG", "cvlab/base"]]))).toEqual([]);
    const [finding] = findings(floatingTag, text, lab([["BASE_IMG", "ubuntu"]]));
    expect(finding?.fixes).toBeUndefined();
    expect(finding?.message).toMatch(/BASE_IMG is given by .*: change it there\.$/);
  });
});
