import type { OsRelease } from "../../../core/image/base-facts.ts";
import { knownBase } from "../../../core/image/known-bases.ts";
import {
  osTitle,
  supportDataMonth,
  supportEnded,
  supportedReleases,
} from "../../../core/image/os-support.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { usedImages } from "./used-image.ts";

/** Bases on an operating system that gets no more security updates. */
export const endOfLife: Rule = {
  code: "base/end-of-life",
  severity: "info",
  summary: "a base on an OS release past its support",
  why: `A project may need an old OS, and then this is for information. Such a release gets no security updates; new
versions of compilers, CUDA and Python packages stop coming for it, and one day its package archive moves, after which
\`apt-get update\` fails and the image cannot be rebuilt. The end of Ubuntu's standard support and of Debian's long-term
support count.`,
  examples: [
    {
      title: "an Ubuntu release past its standard support",
      bad: "FROM nvidia/cuda:11.3.1-cudnn8-devel-ubuntu18.04\n",
      at: ["11.3.1-cudnn8-devel-ubuntu18.04"],
    },
    {
      title: "a Debian release by its name, in an argument",
      bad: "ARG BASE_IMG=python:3.8-slim-buster\nFROM ${BASE_IMG}\n",
      at: ["${BASE_IMG}"],
    },
    {
      title: "the system of a framework's image",
      bad: "FROM pytorch/pytorch:1.11.0-cuda11.3-cudnn8-runtime\n",
      at: ["1.11.0-cuda11.3-cudnn8-runtime"],
    },
  ],
  fine: [
    "FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04\n",
    "FROM debian:bookworm-slim\nFROM python:3.12-slim\nFROM rockylinux:8\n",
    "# Which release this is, is not known here.\nFROM ubuntu\nFROM tensorflow/tensorflow:2.3.1-gpu\n",
  ],
  *check(image: ImageUnderCheck): Iterable<RuleReport> {
    for (const { place, reference, span } of image.facts.get(usedImages)) {
      if (place !== "FROM") continue;
      const os = knownBase(`${reference.name}${reference.tag ? `:${reference.tag}` : ""}`)?.os;
      const ended = os && supportEnded(os);
      if (os && ended) yield { span, message: messageOf(os, ended) };
    }
  },
};

function messageOf(os: OsRelease, ended: string): string {
  const others = supportedReleases(os.id).map((version) => osTitle({ id: os.id, version }));
  const advice =
    others.length > 0
      ? `If nothing holds you there, take a base on ${others.slice(0, -1).join(", ")}${others.length > 1 ? " or " : ""}${others.at(-1)}`
      : "If nothing holds you there, take a base on a release that is supported";
  return (
    `${osTitle(os)} has had no security updates since ${ended} (as of ${supportDataMonth}), and the day its package ` +
    `archive moves, this image cannot be rebuilt. ${advice}.`
  );
}
