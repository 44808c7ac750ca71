import type { BuildContext } from "../context/build-context.ts";
import type { RegistryTags } from "../cuda/registry-tags.ts";
import type { GivenArguments } from "./given-argument.ts";
import type { LabFolder } from "./lab-folder.ts";
import type { VariableValues } from "./manifest-variables.ts";

/** What is not in the lab's committed manifest. */
export interface LabOptions {
  /** The lab member's own name, for `${user}`. */
  readonly user?: string | undefined;
  /** What `${env:NAME}` stands for: only where something is built, pushed or run, and the lab may be trusted with it. */
  readonly environment?: VariableValues["environment"];
  /** Where build contexts are read; without it no image has one. */
  readonly contexts?: ContextSource | undefined;
  /** Newer tags of `nvidia/cuda`, where the user has asked a registry. */
  readonly cudaTags?: RegistryTags | undefined;
  /** What the folder holds, where that is known already. */
  readonly folder?: LabFolder | undefined;
  /** What the files around labs give; labs that are made at the same time share it. */
  readonly given?: GivenArguments | undefined;
}

/** Gives the build context of the Dockerfile at a path: the folder that is named, else by custom. */
export interface ContextSource {
  of(dockerfile: string, named: string | undefined): BuildContext;
}
