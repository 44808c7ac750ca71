import { homedir } from "node:os";
import { join } from "node:path";
import { dockerConfigFolder } from "../connection/machine.ts";
import type { EngineFailure } from "../failure.ts";
import { type HelperOptions, helperErase, helperGet, helperStore } from "./credential-helper.ts";
import type { CredentialStore, RegistryCredentials } from "./credentials.ts";
import { type DockerConfig, readDockerConfig } from "./docker-config.ts";
import { type AuthChange, writeAuths } from "./docker-config-file.ts";
import { configKeyOf, dockerHub, registryOfKey } from "./registry-host.ts";

/** Where docker's config is, and how its helpers are run. */
export interface DockerCredentialsOptions {
  /** Of the process without it: `DOCKER_CONFIG`, and the `PATH` that helpers are found on. */
  readonly env?: NodeJS.ProcessEnv;
  readonly home?: string;
  /** Milliseconds that a helper may take. */
  readonly helperTimeout?: number;
}

/** Where credentials were put: with a helper, or as plain text in the config file, which its reader can use. */
export type CredentialPlace =
  | { readonly kind: "helper"; readonly helper: string }
  | { readonly kind: "file"; readonly path: string };

const defaultHelperTimeout = 30_000;

/**
 * The credentials that `docker login` keeps, read and written as docker does (docker/cli `cli/config`): the helper of
 * the registry (`credHelpers`), else that of all (`credsStore`), and `auths` of the file where neither has any. The file
 * is read anew each time, as another program may log in.
 */
export class DockerCredentials implements CredentialStore {
  readonly #path: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #timeout: number;

  constructor({
    env = process.env,
    home = homedir(),
    helperTimeout = defaultHelperTimeout,
  }: DockerCredentialsOptions = {}) {
    this.#path = join(dockerConfigFolder({ env, home }), "config.json");
    this.#env = env;
    this.#timeout = helperTimeout;
  }

  async get(registry: string, signal?: AbortSignal): Promise<RegistryCredentials | undefined> {
    const config = await readDockerConfig(this.#path);
    const inFile = () => fromFile(config, registry);
    const helper = helperOf(config, registry);
    if (helper === undefined) return inFile();
    try {
      return (await helperGet(helper, configKeyOf(registry), this.#helper(signal))) ?? inFile();
    } catch (error) {
      // A helper that came with another machine's config is no reason to lose what stands in the file.
      const known = (error as EngineFailure).details?.cause === "cancelled" ? undefined : inFile();
      if (known) return known;
      throw error;
    }
  }

  /** Where {@link store} would keep a registry's credentials. @throws {EngineFailure} `registry-auth` */
  async placeFor(registry: string): Promise<CredentialPlace> {
    return this.#placeIn(await readDockerConfig(this.#path), registry);
  }

  /**
   * The registries that the config file has logins for, by itself or with a helper of their own; what `credsStore` keeps
   * stands there too, as docker writes it.
   *
   * @throws {EngineFailure} `registry-auth`
   */
  async registries(): Promise<readonly string[]> {
    const { auths, credHelpers } = await readDockerConfig(this.#path);
    return [...new Set([...auths.keys(), ...credHelpers.keys()].map(registryOfKey))].sort();
  }

  /**
   * Keeps credentials as `docker login` does, with the helper where the config names one.
   * @throws {EngineFailure} `registry-auth`
   */
  async store(
    registry: string,
    credentials: RegistryCredentials,
    signal?: AbortSignal,
  ): Promise<CredentialPlace> {
    const config = await readDockerConfig(this.#path);
    const key = configKeyOf(registry);
    const place = this.#placeIn(config, registry);
    if (place.kind === "helper") await helperStore(place.helper, key, credentials, this.#helper(signal));
    await writeAuths(this.#path, (now) => [
      ...removalsOf(keysOf(now, registry).filter((each) => each !== key)),
      [key, place.kind === "helper" ? {} : entryOf(credentials)],
    ]);
    return place;
  }

  /**
   * Forgets credentials as `docker logout` does. False where there were none.
   * @throws {EngineFailure} `registry-auth`
   */
  async erase(registry: string, signal?: AbortSignal): Promise<boolean> {
    const config = await readDockerConfig(this.#path);
    const helper = helperOf(config, registry);
    let found = keysOf(config, registry).length > 0;
    if (helper !== undefined) {
      const key = configKeyOf(registry);
      found ||= (await helperGet(helper, key, this.#helper(signal))) !== undefined;
      await helperErase(helper, key, this.#helper(signal));
    }
    await writeAuths(this.#path, (now) => removalsOf(keysOf(now, registry)));
    return found;
  }

  #placeIn(config: DockerConfig, registry: string): CredentialPlace {
    const helper = helperOf(config, registry);
    return helper === undefined ? { kind: "file", path: this.#path } : { kind: "helper", helper };
  }

  #helper(signal: AbortSignal | undefined): HelperOptions {
    return { env: this.#env, timeout: this.#timeout, signal };
  }
}

/** The helper that keeps a registry's credentials; undefined where the file does. */
function helperOf({ credHelpers, credsStore }: DockerConfig, registry: string): string | undefined {
  // Docker looks for its own key only, but people write the name.
  const keys =
    registry === dockerHub ? [configKeyOf(registry), dockerHub, "index.docker.io"] : [configKeyOf(registry)];
  const own = keys.map((key) => credHelpers.get(key)).find((helper) => helper !== undefined);
  return (own ?? credsStore) || undefined;
}

/** Docker's own key wins over other spellings. */
function fromFile(config: DockerConfig, registry: string): RegistryCredentials | undefined {
  const keys = [configKeyOf(registry), ...keysOf(config, registry)];
  return keys.map((key) => config.auths.get(key)).find((credentials) => credentials !== undefined);
}

function keysOf({ auths }: DockerConfig, registry: string): string[] {
  return [...auths.keys()].filter((key) => registryOfKey(key) === registry);
}

function removalsOf(keys: readonly string[]): AuthChange[] {
  return keys.map((key) => [key, undefined]);
}

/** As `docker login` writes it: an identity token stands in the place of the password. */
function entryOf(credentials: RegistryCredentials): object {
  const password = credentials.kind === "password" ? credentials.password : "";
  const auth = Buffer.from(`${credentials.username}:${password}`).toString("base64");
  return credentials.kind === "password" ? { auth } : { auth, identitytoken: credentials.token };
}
