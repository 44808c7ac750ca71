import type { LabValues } from "./lab-image.ts";

/** The values of labs that ship with the extension, by the name that `extends` calls them by. */
export const presets: ReadonlyMap<string, LabValues> = new Map([
  [
    "epfl-cvlab",
    {
      registry: "ic-registry.epfl.ch/cvlab/${user}",
      allowedRegistries: ["docker.io/nvidia", "nvcr.io"],
      aptMirror: "ubuntu.ethz.ch",
      storage: "/cvlabdata2/home/${user}",
      gpuDriver: "535.104",
      gpuArch: ["7.0", "8.0"],
      timezone: "Europe/Zurich",
      build: { network: "host" },
    },
  ],
]);
