import { driverFit, surelyRuns } from "../../cuda/drivers.ts";
import { cudaReleases, cudnnParts, hasImage, isSupportedOn, tagName } from "../../cuda/releases.ts";

/** A base that a new image may start from. */
export interface BaseChoice {
  readonly reference: string;
  readonly cuda: string;
  /** `ubuntu22.04` */
  readonly os: string;
  /** Whether the lab's driver knows the release itself, without CUDA's compatibility within a major. */
  readonly native: boolean;
}

const systems = ["ubuntu22.04", "ubuntu24.04"];

/**
 * NVIDIA's runtime images with cuDNN, supported and published: those that the lab's driver knows first, newest first,
 * then those that it runs through CUDA's compatibility within a major. Without a driver, all of them.
 */
export function baseChoices(driver: string | undefined): BaseChoice[] {
  const choices: BaseChoice[] = [];
  for (const release of cudaReleases.values()) {
    if (driver !== undefined && !surelyRuns(release.cuda, driver)) continue;
    for (const os of systems) {
      const library = cudnnParts(release).find((each) =>
        hasImage(release, { library: each, flavour: "runtime", os }),
      );
      if (!library || !isSupportedOn(release, os)) continue;
      const tag = tagName({ cuda: release.cuda, library, flavour: "runtime", os });
      const native = driver === undefined || driverFit(release.cuda, driver) === "native";
      choices.push({ reference: `nvidia/cuda:${tag}`, cuda: release.cuda, os, native });
    }
  }
  return choices.sort((a, b) => Number(b.native) - Number(a.native));
}
