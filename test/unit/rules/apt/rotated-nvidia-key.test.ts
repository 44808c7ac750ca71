import { describe, expect, test } from "vitest";
import { rotatedNvidiaKey } from "../../../../server/rules/apt/rotated-nvidia-key.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(rotatedNvidiaKey);

const removal = "rm -f /etc/apt/sources.list.d/cuda.list /etc/apt/sources.list.d/nvidia-ml.list";

describe("apt/rotated-nvidia-key", () => {
  test.each([
    "nvidia/cuda:9.0-cudnn7-devel-ubuntu16.04",
    "nvidia/cuda:11.3.0-devel-ubuntu20.04",
    "nvcr.io/nvidia/cuda:10.1-devel-ubuntu18.04",
    "tensorflow/tensorflow:2.3.1-gpu",
    "pytorch/pytorch:1.10.0-cuda11.3-cudnn8-devel",
  ])("%s holds the old key", (base) => {
    expect(wordsAtFault(rotatedNvidiaKey, `FROM ${base}\nRUN apt-get update\nRUN apt-get update\n`)).toEqual([
      "apt-get update",
    ]);
  });

  test.each([
    "nvidia/cuda:11.1.1-cudnn8-devel-ubuntu18.04",
    "nvidia/cuda:10.2-cudnn7-devel-ubuntu18.04",
    "nvidia/cuda:11.2.0-devel-centos7",
    "tensorflow/tensorflow:2.15.0-gpu",
    "tensorflow/tensorflow:2.3.1",
    "pytorch/pytorch:1.13.0-cuda11.6-cudnn8-devel",
    "group/cuda:9.0",
    "nvidia/cuda:10.0-devel-ubuntu20.04",
  ])("%s does not, as far as is known", (base) => {
    expect(wordsAtFault(rotatedNvidiaKey, `FROM ${base}\nRUN apt-get update\n`)).toEqual([]);
  });

  test.each(["libnccl-dev libcudnn8-dev", "cuda-nsight-compute-11-2", "git tensorrt"])(
    "names the new key, and leaves the list, where %s comes from there",
    (packages) => {
      const text = `FROM nvidia/cuda:11.2.0-devel-ubuntu20.04\nRUN apt-get update\nRUN apt-get install -y ${packages}\n`;
      const [finding] = findings(rotatedNvidiaKey, text);
      expect(finding?.message).toContain("repos/ubuntu2004/x86_64/3bf863cc.pub");
      expect(finding?.fixes).toBeUndefined();
    },
  );

  test.each(["libcurl4-openssl-dev libcups2", "libcunit1-dev libcue2 libnvme-dev"])(
    "%s do not come from there",
    (packages) => {
      const text = `FROM nvidia/cuda:11.2.0-devel-ubuntu20.04\nRUN apt-get update && apt-get install -y ${packages}\n`;
      expect(fixed(rotatedNvidiaKey, text)).toContain(`RUN ${removal} && apt-get update`);
    },
  );

  test("what is only removed needs no list", () => {
    const text =
      "FROM nvidia/cuda:11.2.0-devel-ubuntu20.04\nRUN apt-get update && apt-get purge -y libnccl2\n";
    expect(fixed(rotatedNvidiaKey, text)).toContain(removal);
  });

  test("sudo, and the first update of a stage that builds on another one", () => {
    const text =
      "FROM nvidia/cuda:10.1-devel-ubuntu18.04 AS a\nFROM a\nRUN sudo apt-get update && sudo apt-get install -y git\n";
    expect(fixed(rotatedNvidiaKey, text)).toBe(text.replace("sudo apt", `sudo ${removal} && sudo apt`));
  });

  test("a RUN that only updates gets another one above it", () => {
    const text =
      "FROM nvidia/cuda:10.1-devel-ubuntu18.04\n# packages\nRUN apt-get update\nRUN apt-get install -y git\n";
    expect(fixed(rotatedNvidiaKey, text)).toBe(text.replace("# packages", `RUN ${removal}\n# packages`));
  });

  test.each([
    "RUN apt-get update && rm /etc/apt/sources.list.d/cuda.list /etc/apt/sources.list.d/nvidia-ml.list",
    "RUN <<EOF\napt-get update\nrm /etc/apt/sources.list.d/cuda.list\nEOF",
    "RUN apt-get update && apt-get install -y wget\nRUN rm -f /etc/apt/sources.list.d/*.list",
    "ONBUILD RUN apt-get update && apt-get install -y git",
  ])("what comes too late, or with the next image: %s", (body) => {
    const text = `FROM nvidia/cuda:10.1-devel-ubuntu18.04\n${body}\n`;
    expect(wordsAtFault(rotatedNvidiaKey, text)).toEqual(["apt-get update"]);
    // A list that is already gone would make the other rm fail.
    if (!/^RUN.*nvidia-ml|EOF/.test(body))
      expect(findings(rotatedNvidiaKey, fixed(rotatedNvidiaKey, text))).toEqual([]);
    else expect(fixed(rotatedNvidiaKey, text)).toBe(text);
  });

  test("what the parent stage did counts", () => {
    const text = `FROM nvidia/cuda:10.1-devel-ubuntu18.04 AS a\nRUN ${removal}\nFROM a\nRUN apt-get update\n`;
    expect(wordsAtFault(rotatedNvidiaKey, text)).toEqual([]);
  });
});
