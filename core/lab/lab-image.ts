/** What a lab says of the image that a Dockerfile defines; all of it is optional. */
export interface LabImage {
  /** The image's name: the manifest's key, or the Dockerfile's folder; undefined for a file on its own. */
  readonly name: string | undefined;
  /** Absolute path of the manifest that holds, or would hold, the image; undefined for a file on its own. */
  readonly manifestPath: string | undefined;
  /** The manifest's text; undefined while there is none. */
  readonly manifestText: string | undefined;
  /**
   * Build arguments that the manifest or the lab's build script gives, `${image:…}` replaced;
   * `null` for one that is given a value which cannot be known here.
   */
  readonly buildArguments: ReadonlyMap<string, string | null>;
  /** The other images of the folder, by name. */
  readonly siblings: readonly string[];
  /** The environment of the workspace image that `reference` names, as far as known. */
  readonly baseEnvironment: (reference: string) => ReadonlyMap<string, string> | undefined;
}

/** A Dockerfile of which no lab says anything. */
export const noLab: LabImage = {
  name: undefined,
  manifestPath: undefined,
  manifestText: undefined,
  buildArguments: new Map(),
  siblings: [],
  baseEnvironment: () => undefined,
};
