import type { Rule } from "../rule.ts";
import { cudaTagReports } from "./cuda-tag.ts";

/** Finds `nvidia/cuda` tags that NVIDIA has withdrawn, or no longer supports and may delete. */
export const removedTag: Rule = {
  code: "cuda/removed-tag",
  severity: "warning",
  summary: "an nvidia/cuda tag that NVIDIA has withdrawn or put past its support",
  why: `NVIDIA supports the last patch of a CUDA release only. It deletes the images of the others some months
later: on a machine that still has them the Dockerfile goes on building, and fails on every other one. The last
patch of the same release (\`12.1.1\` for \`12.1.0\`) is the same CUDA with its mistakes corrected.`,
  examples: [
    {
      title: "a patch that is past its support",
      bad: "FROM nvidia/cuda:12.1.0-cudnn8-devel-ubuntu22.04\n",
      good: "FROM nvidia/cuda:12.1.1-cudnn8-devel-ubuntu22.04\n",
      at: ["12.1.0-cudnn8-devel-ubuntu22.04"],
    },
    {
      title: "a withdrawn image as an argument's default",
      bad: "ARG BASE_IMG=nvidia/cuda:11.7.0-runtime-ubuntu20.04\nFROM ${BASE_IMG}\n",
      good: "ARG BASE_IMG=nvidia/cuda:11.7.1-runtime-ubuntu20.04\nFROM ${BASE_IMG}\n",
      at: ["${BASE_IMG}"],
    },
    {
      title: "a release with no patch left: another one is the author's choice",
      bad: "FROM nvidia/cuda:10.2-cudnn7-devel-ubuntu18.04\n",
      at: ["10.2-cudnn7-devel-ubuntu18.04"],
    },
  ],
  fine: [
    "FROM nvidia/cuda:12.1.1-cudnn8-devel-ubuntu22.04\n",
    "FROM nvidia/cuda:11.8.0-cudnn8-devel-ubuntu22.04\n",
    "# Never published: another finding.\nFROM nvidia/cuda:12.1-devel-ubuntu22.04\n",
    "FROM nvidia/cudagl:11.3.0-devel-ubuntu20.04\n",
  ],
  check: (image) => cudaTagReports(image, ["removed", "unsupported"]),
};
