import { describe, expect, test } from "vitest";
import type { BaseFacts } from "../../../../core/image/base-facts.ts";
import { knownBase } from "../../../../core/image/known-bases.ts";

/** The facts that have one value each, in a line: what a person compares. */
function told(facts: BaseFacts | undefined): string | undefined {
  if (!facts) return undefined;
  const { os, packageManager, cuda, python } = facts;
  return [
    os && `${os.id} ${os.version}`,
    packageManager,
    cuda &&
      ["cuda", cuda.version, cuda.flavour, cuda.cudnn && `cudnn${cuda.cudnn}`].filter(Boolean).join(" "),
    python && `python ${python.version} of ${python.owner}`,
  ]
    .filter(Boolean)
    .join(", ");
}

describe("known bases", () => {
  test.each([
    ["nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04", "ubuntu 22.04, apt, cuda 12.2.2 devel cudnn8"],
    ["nvcr.io/nvidia/cuda:12.4.1-cudnn-runtime-rockylinux9", "rocky 9, dnf, cuda 12.4.1 runtime cudnn9"],
    ["nvidia/cuda:10.2-cudnn7-devel-centos7", "centos 7, yum, cuda 10.2 devel cudnn7"],
    ["nvidia/cuda:11.8.0-base-ubi8", "rhel 8, dnf, cuda 11.8.0 base"],
    ["nvidia/cudagl:11.3.0-devel-ubuntu20.04", "ubuntu 20.04, apt, cuda 11.3.0 devel"],
    ["nvcr.io/nvidia/cuda-dl-base:25.01-cuda12.8-devel-ubuntu24.04", "ubuntu 24.04, apt, cuda 12.8 devel"],
    ["ubuntu:22.04", "ubuntu 22.04, apt"],
    ["docker.io/library/ubuntu:jammy-20240808", "ubuntu 22.04, apt"],
    ["ubuntu", "apt"],
    ["debian:12.5-slim", "debian 12, apt"],
    ["debian:bookworm-slim", "debian 12, apt"],
    ["python:3.11-slim-bookworm", "debian 12, apt, python 3.11 of image"],
    ["python:3.12-alpine3.20", "alpine 3.20, apk, python 3.12 of image"],
    ["python:3.12", "debian 13, apt, python 3.12 of image"],
    ["python:3.12.4-slim", "apt, python 3.12 of image"],
    ["python:3", "apt"],
    [
      "pytorch/pytorch:1.11.0-cuda11.3-cudnn8-runtime",
      "ubuntu 18.04, apt, cuda 11.3 runtime cudnn8, python 3.8 of conda",
    ],
    [
      "pytorch/pytorch:2.1.0-cuda12.1-cudnn8-devel",
      "ubuntu 20.04, apt, cuda 12.1 devel cudnn8, python 3.10 of conda",
    ],
    ["pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime", "apt, cuda 12.8 runtime cudnn9"],
    ["pytorch/pytorch:latest", "apt"],
    ["nvcr.io/nvidia/pytorch:23.10-py3", "ubuntu 22.04, apt, cuda 12.2 devel, python 3.10 of image"],
    ["nvcr.io/nvidia/pytorch:23.04-py3", "apt"],
    ["condaforge/miniforge3:24.3.0-0", "apt"],
    ["mambaorg/micromamba:1.5.10-jammy-cuda-12.1.1", "ubuntu 22.04, apt, cuda 12.1.1 base"],
    ["ghcr.io/astral-sh/uv:python3.12-bookworm-slim", "debian 12, apt, python 3.12 of image"],
    ["ghcr.io/astral-sh/uv:0.8", ""],
    ["rockylinux:9.3-minimal", "rocky 9, microdnf"],
    ["redhat/ubi9-minimal:9.4", "rhel 9, microdnf"],
    ["registry.access.redhat.com/ubi8/ubi:8.10", "rhel 8, dnf"],
    ["alpine:3.20.1", "alpine 3.20, apk"],
    ["osrf/ros:humble-desktop", "ubuntu 22.04, apt, python 3.10 of os"],
    ["quay.io/jupyter/minimal-notebook:python-3.11", "apt, python 3.11 of conda"],
    [`ubuntu:24.04@sha256:${"0123456789abcdef".repeat(4)}`, "ubuntu 24.04, apt"],
    [`python@sha256:${"0123456789abcdef".repeat(4)}`, "apt"],
  ])("%s: %s", (reference, expected) => {
    expect(told(knownBase(reference))).toBe(expected);
  });

  test.each([
    "somebody/ubuntu:22.04",
    "registry.local/ubuntu:22.04",
    "base",
    "",
    "not a reference",
    "scratch",
  ])("nothing is known of %j", (reference) => {
    expect(knownBase(reference)).toBeUndefined();
  });

  test("what is installed by name", () => {
    const provided = (reference: string) => [...(knownBase(reference)?.provides ?? [])];
    expect(provided("nvidia/cuda:12.2.2-devel-ubuntu22.04")).toContain("nvcc");
    expect(provided("nvidia/cuda:12.2.2-runtime-ubuntu22.04")).toEqual([]);
    expect(provided("pytorch/pytorch:2.4.0-cuda12.4-cudnn9-runtime")).toEqual(["torch", "conda"]);
    expect(provided("python:3.11")).toContain("gcc");
    expect(provided("python:3.11-slim")).toEqual([]);
    expect(provided("continuumio/miniconda3")).toEqual(["conda"]);
  });

  test("what an image sets, and when it came", () => {
    const { environment, published } = knownBase("nvcr.io/nvidia/pytorch:25.10-py3")!;
    expect([environment.get("PIP_CONSTRAINT"), published]).toEqual(["/etc/pip/constraint.txt", "2025-10"]);
  });
});
