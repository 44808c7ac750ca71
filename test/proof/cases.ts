import { DEBIAN_WITH_LISTS } from "../bed/debian-base.mjs";
import type { TarEntry } from "../bed/docker-tar.mjs";

/** How an example of a rule is built here. */
export interface ProofCase {
  /** The example's title. */
  readonly title: string;
  /**
   * What is written in `bad` and in `good` in place of the example's own words: small packages for large ones. The
   * rule has to make the one of the other all the same.
   */
  readonly replace?: Readonly<Record<string, string>>;
  /** The build context. */
  readonly files?: Readonly<Record<string, TarEntry>>;
  /** The mistake is that it does not build: what the build prints. */
  readonly failsWith?: RegExp;
  /** The fix leaves packages out on purpose: of the packages and files before none but they may be missing. */
  readonly installs?: "less";
}

/** An example that cannot be built here. */
export interface Unproven {
  readonly title: string;
  readonly why: string;
}

/** Images that the Debian base goes by. */
export const debianNames = ["ubuntu:22.04"];

/** Images with Python and pip: the Debian base with Debian's own. */
export const pythonNames = [
  "python:3.11",
  "python:3.12-slim",
  "pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime",
  "nvidia/cuda:12.2.2-devel-ubuntu22.04",
  "nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04",
];

/** What pip finds in the index that the proof serves. */
export const pythonPackages: Readonly<Record<string, string>> = {
  einops: "0.8.0",
  numpy: "2.0.0",
  "opencv-python": "4.10.0",
  torch: "2.4.0",
  torchvision: "0.19.0",
  ultralytics: "8.3.0",
};

/** Rules whose fixes are there to save bytes: each has to, or to say by its severity that it does not. */
export const rulesAboutBytes: readonly string[] = [
  "apt/clean-lists",
  "apt/no-install-recommends",
  "conda/clean",
  "layer/late-cleanup",
  "layer/late-removal",
  "layer/rewrite",
  "pip/no-cache-dir",
];

const onLists = { "ubuntu:22.04": DEBIAN_WITH_LISTS };

const unanswered = /Do you want to continue\? \[Y\/n\] Abort\./;

const noConda = "conda is not in Debian, and its channels are not on this network";

const otherEnvironment = "the fix is another ENV, so the images differ on purpose";

const nothingToCompile = "the example has no sources, and how many jobs run leaves no trace in the image";

const noUv = "uv is not in Debian";

const noIndex = "it installs from PyPI, which is not on this network";

const noDownload = "what it fetches is not on this network";

const payload = Buffer.alloc(4_000_000, "weights ");
const scripts = {
  "scripts/train.sh": { content: "#!/bin/sh\n", mode: 0o644 },
  "scripts/data/weights.bin": payload,
};
const app = { "train.py": "import torch\n", "data/weights.bin": payload };

/** Every fixable example whose base is made here is in this table, by its rule's code. */
export const cases: Readonly<Record<string, readonly (ProofCase | Unproven)[]>> = {
  "apt/update-in-same-run": [
    { title: "update and install in two RUNs", replace: { "python3 python3-pip git": "less file" } },
    { title: "the update at the end of another RUN", replace: { "vim nano": "less nano" } },
    {
      title: "an install that relies on an earlier layer",
      replace: { "install -y git": "install -y less", "ninja-build": "file" },
      failsWith: /Unable to locate package file/,
    },
  ],
  "apt/no-install-recommends": [
    {
      title: "install with everything that is recommended",
      replace: { "python3 python3-pip git": "wget file" },
      installs: "less",
    },
    {
      title: "several lines, options in front of the command",
      replace: { "sudo htop tmux": "sudo curl" },
      installs: "less",
    },
    { title: "what the commands behind it need is named", why: noDownload },
    { title: "exec form", replace: { ...onLists, python3: "wget" }, installs: "less" },
  ],
  "apt/assume-yes": [
    { title: "install without -y", replace: { "git tmux": "tmux" }, failsWith: unanswered },
    {
      title: "DEBIAN_FRONTEND does not answer apt itself",
      replace: { "vim nano": "nano file" },
      failsWith: unanswered,
    },
    { title: "removing asks too", replace: { "build-essential": "tzdata" }, failsWith: unanswered },
    { title: "exec form", replace: { ...onLists, python3: "file" }, failsWith: unanswered },
  ],
  "apt/clean-lists": [
    { title: "apt-get clean is not enough", replace: { "sudo htop tmux locate mc less": "sudo htop less" } },
    { title: "nothing is deleted", replace: { "gcc g++": "file less" } },
    { title: "deleted too early", replace: { "recommends git": "recommends less" } },
  ],
  "apt/prefer-apt-get": [
    { title: "apt in a RUN", replace: { "ffmpeg libgl1": "file less" } },
    { title: "a command that apt-get calls otherwise" },
    { title: "upgrade, with what it newly depends on" },
    { title: "exec form", replace: { ...onLists, python3: "file" } },
  ],
  "pip/no-cache-dir": [
    { title: "an install" },
    {
      title: "every spelling of pip",
      replace: { "--upgrade pip": "--upgrade numpy", "wheel .": "wheel einops", "-dir .": "-dir einops" },
    },
    { title: "exec form" },
  ],
  "conda/clean": [{ title: "cleaned too early", why: noConda }],
  "layer/late-cleanup": [
    {
      title: "package lists deleted in a RUN of their own",
      replace: { "recommends git": "recommends less" },
    },
    {
      title: "everything cleaned at the end of the file",
      replace: { "python3-pip": "file" },
    },
    { title: "the cache among other things that a later RUN deletes", why: noConda },
  ],
  "layer/late-removal": [
    {
      title: "installed and removed",
      replace: {
        ...onLists,
        "install very-big-package": "install -y fonts-dejavu-core",
        "remove very-big-package": "remove -y fonts-dejavu-core",
      },
    },
    { title: "another build of the same package" },
  ],
  "layer/rewrite": [
    { title: "the owner set after copying", files: app },
    { title: "the mode set after copying", files: scripts },
    { title: "WORKDIR made the directory: that alone still changes its owner", files: app },
  ],
  "env/legacy-format": [
    { title: "a value" },
    { title: "a value with blanks" },
    { title: "a value with quotes and blanks outside them" },
  ],
  "apt/mirror": [{ title: "no mirror", why: "the lab's mirror is not on this network" }],
  "apt/noninteractive": [
    { title: "tzdata asks for the time zone", replace: { "git tzdata": "less tzdata" } },
    { title: "in the image for ever", why: otherEnvironment },
    { title: "among other variables", why: otherEnvironment },
  ],
  "cuda/torch-index": [
    { title: "PyPI's torch on a CUDA 12 base", why: "PyTorch's own index is not on this network" },
  ],
  "env/library-path": [
    { title: "a library of one's own", why: otherEnvironment },
    { title: "among other variables, in quotes", why: otherEnvironment },
  ],
  "build/unbounded-make": [
    { title: "make without a number", why: nothingToCompile },
    { title: "cmake and ninja", why: nothingToCompile },
  ],
  "uv/no-cache": [
    { title: "an install", why: noUv },
    { title: "a project", why: noUv },
    { title: "cleaned too late", why: noUv },
  ],
  "packages/clean-cache": [
    { title: "poetry", why: noIndex },
    { title: "pipx", why: noIndex },
  ],
  "layer/archive-left": [
    { title: "fetched, unpacked and forgotten", why: noDownload },
    { title: "left outside the build folder", why: noDownload },
    { title: "a package file", why: noDownload },
  ],
  "layer/git-history": [{ title: "a tag", why: noDownload }],
  "pip/cache-dir": [
    { title: "another user's folder", why: otherEnvironment },
    { title: "an install whose cache stays in the image, below the job's mount" },
  ],
};
