import { isCudaRepository } from "../../../core/cuda/tags.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import type { Rule, RuleReport } from "../rule.ts";
import { isKnownRepository, isMoving, replacementOf } from "./moving-tag.ts";
import { anyOf, originOf, tagFixes } from "./tag-fixes.ts";
import { type UsedImage, usedImages } from "./used-image.ts";

/** Finds bases whose tag moves from release to release. */
export const floatingTag: Rule = {
  code: "base/floating-tag",
  severity: "warning",
  summary: "a base with no tag, with `latest`, or with another tag that moves",
  why: `\`latest\`, \`stable\` or \`python:3\` name another image every few months: a new OS, a new Python, a new CUDA.
The Dockerfile that built yesterday fails or gives other results next year, and on a machine that still has an older
\`latest\` it builds something else today. A tag that names a release stays what it is, but for corrections.`,
  examples: [
    {
      title: "no tag",
      bad: "FROM ubuntu\nRUN echo train > /etc/motd\n",
      good: "FROM ubuntu:26.04\nRUN echo train > /etc/motd\n",
      at: ["ubuntu"],
    },
    {
      title: "a variant without a release keeps its variant",
      bad: "FROM python:3-slim AS build\nFROM python:slim-bookworm\nCOPY --from=build /app /app\n",
      good: "FROM python:3.14-slim AS build\nFROM python:3.14-slim-bookworm\nCOPY --from=build /app /app\n",
      at: ["3-slim", "slim-bookworm"],
    },
    {
      title: "an argument's default",
      bad: "ARG BASE_IMG=debian:stable-slim\nFROM ${BASE_IMG}\n",
      good: "ARG BASE_IMG=debian:trixie-slim\nFROM ${BASE_IMG}\n",
      at: ["${BASE_IMG}"],
    },
    {
      title: "which CUDA the driver can run is the author's to know",
      bad: "FROM pytorch/pytorch:latest\n",
      at: ["latest"],
    },
    {
      title: "an image of which no tags are known",
      bad: "FROM tensorflow/tensorflow:latest-gpu\n",
      at: ["latest-gpu"],
    },
  ],
  fine: [
    "FROM ubuntu:22.04\n",
    "FROM debian:bookworm-slim\n",
    "FROM python:3.11-slim\n",
    "FROM ic-registry.epfl.ch/cvlab/me/base:ssh\n",
    "FROM python:3.12 AS build\nFROM build\nFROM scratch\n",
    `FROM ubuntu@sha256:${"0123456789abcdef".repeat(4)}\n`,
    "# Has no `latest`: another finding.\nFROM nvidia/cuda:latest\n",
  ],
  *check(image) {
    for (const used of image.facts.get(usedImages)) {
      const { place, reference } = used;
      if (place !== "FROM" || isCudaRepository(reference.repository) || !isMoving(reference)) continue;
      if (!isOwnImage(used, image.lab)) yield report(used);
    }
  },
};

/** Registries of vendors and of the public: a lab pushes its images elsewhere. */
const publicRegistries =
  /^(?:(?:index\.|registry-1\.)?docker\.io|nvcr\.io|gcr\.io|quay\.io|public\.ecr\.aws|mcr\.microsoft\.com)$/;

/** Whether the lab builds the image itself, as an image of this folder: then its build decides what the tag holds. */
function isOwnImage({ reference, arguments: used }: UsedImage, lab: LabImage): boolean {
  const { name, tag, registry, repository } = reference;
  if (lab.dockerfileOf(tag === undefined ? name : `${name}:${tag}`) !== undefined) return true;
  const last = name.slice(name.lastIndexOf("/") + 1);
  if (!lab.siblings.includes(last) || isKnownRepository(repository)) return false;
  const given = used.some((argument) => argument.given !== undefined);
  return given || name === last || (registry !== undefined && !publicRegistries.test(registry));
}

function report(used: UsedImage): RuleReport {
  const { name, tag } = used.reference;
  const replacement = replacementOf(used.reference);
  const what =
    tag === undefined
      ? `\`${name}\` names no tag, so it takes whatever \`latest\` is on the day of the build`
      : `\`${name}:${tag}\` moves from release to release`;
  const cost = "the same Dockerfile gives another image some months on, or fails";
  const fixes = replacement ? tagFixes(used, replacement.tags, replacement.month !== undefined) : [];
  return {
    span: used.span,
    message: `${what}: ${cost}. ${adviceOf(name, replacement)}${originOf(used)}`,
    ...(fixes.length > 0 ? { fixes } : {}),
  };
}

function adviceOf(name: string, replacement: ReturnType<typeof replacementOf>): string {
  if (!replacement)
    return "Write a tag that names a version, or pin the image by its digest (`name@sha256:…`).";
  const [first = "", ...others] = replacement.tags.map((each) => `\`${name}:${each}\``);
  if (replacement.month === undefined)
    return `Write a tag that names a version, such as ${anyOf([first, ...others])}.`;
  const instead = others.length > 0 ? `; or choose ${anyOf(others)}` : "";
  return `Write ${first}, which it stood for in ${replacement.month}${instead}.`;
}
