import type { EngineFailure } from "../../failure.ts";

/** What a registry is asked, as far as failures speak of it. */
export interface RegistryQuestion {
  /** What for, as a verb: `list the tags of docker.io/nvidia/cuda`. */
  readonly purpose: string;
  /** What the answer would be about, as the user named it: `docker.io/nvidia/cuda:13.0`. */
  readonly subject: string;
  readonly registry: string;
  /** Whom the registry was shown; undefined for nobody. */
  readonly user: string | undefined;
  /** What no message may repeat, though the registry does: a password, a token. */
  readonly secrets: readonly string[];
  /** Why no credentials could be looked up. */
  readonly noCredentials: EngineFailure | undefined;
  /** Ends it. */
  readonly signal: AbortSignal | undefined;
}
