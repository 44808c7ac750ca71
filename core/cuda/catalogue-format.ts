/**
 * How far NVIDIA stands behind a CUDA release's images.
 * `removed`: deletion is on record (NVIDIA's own commit, or a failed pull that somebody reported).
 * `presumed-removed`: given up before 2023 and no report either way.
 * `end-of-life`: on NVIDIA's list of unsupported tags, which may be deleted at any time.
 */
export type ReleaseState = "supported" | "end-of-life" | "removed" | "presumed-removed";

/** One CUDA release's images, as `scripts/compact-cuda-catalogue.mjs` writes it. */
export interface ReleaseRow {
  /** The CUDA part of the tag: `12.2.2`, or two numbers up to `11.0`. */
  readonly cuda: string;
  readonly state: ReleaseState;
  /** `YYYY-MM` in which NVIDIA ended support, or deleted the images. */
  readonly since?: string;
  /** `YYYY-MM` by which NVIDIA's chart of December 2024 expected the deletion. */
  readonly deletion?: string;
  /** `YYYY-MM` in which somebody reported a pull that failed with "not found". */
  readonly reported?: string;
  /** Published within two months of the catalogue's date, so cuDNN or OS images may have followed since. */
  readonly fresh?: true;
  /** Index into `layouts`. */
  readonly layout: number;
  /** OS names, space separated, that a supported release no longer supports. */
  readonly droppedOs?: string;
  /** First Linux x86_64 driver of this toolkit (release notes), which runs it without compatibility packages. */
  readonly driver?: string;
  /** Driver branches, space separated, that the image's own NVIDIA_REQUIRE_CUDA lets through besides `driver`. */
  readonly branches?: string;
}

/** CUDA wheels of one PyTorch release (pytorch/pytorch RELEASE.md, "Release Compatibility Matrix"). */
export interface TorchRow {
  /** `2.9` */
  readonly torch: string;
  /** Index names, space separated, oldest CUDA first: `cu126 cu128 cu130`. */
  readonly wheels: string;
  /** Those of `wheels` that PyTorch calls experimental. */
  readonly experimental?: string;
  /** First and last Python with a wheel: `3.10-3.14`. */
  readonly python?: string;
  /** Index name of the build on PyPI, where a source states it. */
  readonly pypi?: string;
}

/** Driver range in which any toolkit of a CUDA major runs (CUDA minor version compatibility, Linux). */
export interface MinorCompatibility {
  /** CUDA major: 12. */
  readonly major: number;
  /** Lowest driver branch, or its full version where NVIDIA names one: `525`, `450.80.02`. */
  readonly driverMin: string;
}
