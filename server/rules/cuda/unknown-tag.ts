import type { Rule } from "../rule.ts";
import { cudaTagReports } from "./cuda-tag.ts";

/** Finds `nvidia/cuda` tags that were never published. */
export const unknownTag: Rule = {
  code: "cuda/unknown-tag",
  severity: "error",
  summary: "an nvidia/cuda tag that was never published",
  why: `NVIDIA publishes \`nvidia/cuda\` without \`latest\`: every tag names a CUDA release with its patch, a
flavour (\`base\`, \`runtime\`, \`devel\`) and an OS. Not every release has every OS, and cuDNN changed its name on
the way: \`cudnn8\` up to 12.2.2, \`cudnn9\` on 12.3.2 only, \`cudnn\` from 12.4.1. A tag that does not exist stops
the build at its first line. Releases newer than the catalogue are not judged.`,
  examples: [
    {
      title: "cuDNN is spelt without a number since 12.4.1",
      bad: "FROM nvidia/cuda:12.4.1-cudnn8-devel-ubuntu22.04\n",
      good: "FROM nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04\n",
      at: ["12.4.1-cudnn8-devel-ubuntu22.04"],
    },
    {
      title: "without the patch number",
      bad: "FROM nvidia/cuda:11.7-devel-ubuntu22.04 AS build\n",
      good: "FROM nvidia/cuda:11.7.1-devel-ubuntu22.04 AS build\n",
      at: ["11.7-devel-ubuntu22.04"],
    },
    {
      title: "in an argument's default",
      bad: "ARG CUDA_TAG=12.2.2-devel-ubuntu2204\nFROM nvidia/cuda:${CUDA_TAG}\n",
      good: "ARG CUDA_TAG=12.2.2-devel-ubuntu22.04\nFROM nvidia/cuda:${CUDA_TAG}\n",
      at: ["${CUDA_TAG}"],
    },
    {
      title: "no tag: another CUDA release is the author's choice",
      bad: "FROM nvidia/cuda\n",
      at: ["nvidia/cuda"],
    },
  ],
  fine: [
    "FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04\n",
    "FROM nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04\nCOPY --from=nvidia/cuda:12.4.1-devel-ubuntu22.04 /usr/local/cuda/bin/nvcc /usr/local/bin/\n",
    "# Newer than the catalogue.\nFROM nvidia/cuda:14.0.1-devel-ubuntu26.04\n",
    "ARG CUDA\nFROM nvidia/cuda:${CUDA}-devel-ubuntu22.04\n",
    "FROM ic-registry.epfl.ch/cvlab/nvidia/cuda:latest\n",
  ],
  check: (image) => cudaTagReports(image, ["unknown"]),
};
