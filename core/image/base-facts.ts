/** An operating system release as `/etc/os-release` names it. */
export interface OsRelease {
  /** `ID`: `ubuntu`, `debian`, `rocky`, `alpine` … */
  readonly id: string;
  /** `VERSION_ID`: `22.04`, `12`, `9`. */
  readonly version: string;
}

/** What a base image is known to provide. A part that is not known is left out, never guessed. */
export interface BaseFacts {
  readonly os?: OsRelease;
  readonly packageManager?: "apt" | "dnf" | "yum" | "microdnf" | "apk" | "zypper";
  /** The CUDA toolkit or runtime that the image ships; `version` as in its tag: `12.2.2`, or `12.4` where no more is known. */
  readonly cuda?: {
    readonly version: string;
    readonly flavour?: "base" | "runtime" | "devel";
    /** Major version of cuDNN, where the image has one. */
    readonly cudnn?: number;
  };
  /** The Python that `python3` starts; `owner` tells who installed it, and so whether PEP 668 applies. */
  readonly python?: { readonly version: string; readonly owner: "os" | "image" | "conda" };
  /** Whether something may make `python3` start another Python, which is not known: a venv on PATH, an installer, a COPY. */
  readonly otherPython?: true;
  /** ENV that the image sets, as far as rules care. */
  readonly environment: ReadonlyMap<string, string>;
  /** What is installed by name, as far as rules care: `conda`, `mamba`, `uv`, `torch`, `build-essential` … */
  readonly provides: ReadonlySet<string>;
  /** When the image was published, where the tag or the catalogue tells: `2021-08`. */
  readonly published?: string;
  /** Where the facts come from, for a person who asks why: "nvidia/cuda:12.2.2-… (catalogue of 2025-12-15)". */
  readonly source: string;
}

/** Nothing is known. */
export const noFacts: BaseFacts = {
  environment: new Map(),
  provides: new Set(),
  source: "an image that is not known here",
};
