/** What is known from outside the file. */
export interface DockerfileSurroundings {
  /** Build arguments that the build will be given (manifest, build script): they win over ARG's defaults; `null`: not known here. */
  readonly buildArguments?: ReadonlyMap<string, string | null>;
  /** The environment of the image that `reference` names, as far as known. */
  readonly baseEnvironment?: (reference: string) => ReadonlyMap<string, string> | undefined;
}
