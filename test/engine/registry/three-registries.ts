import { afterAll, beforeAll } from "vitest";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { startTokenServer, type TokenServer } from "../../bed/token-server.mjs";

/** A registry of each kind; they are there once the tests begin. */
export interface ThreeRegistries {
  readonly open: Registry;
  /** With passwords. */
  readonly basic: Registry;
  /** Behind the token server. */
  readonly bearer: Registry;
  readonly tokens: Pick<TokenServer, "realm" | "service" | "scopes">;
}

/**
 * Starts them for a test file, and ends them after it. `ada` may log in, for the repositories that begin with her name.
 *
 * @param options `storage`: the folder that all three keep their images in; each its own without it
 */
export function useThreeRegistries(
  password: string,
  { storage, readable = [] }: { storage?: string; readable?: string[] } = {},
): ThreeRegistries {
  let tokens: TokenServer | undefined;
  let registries: Registry[] = [];

  beforeAll(async () => {
    tokens = await startTokenServer({ users: { ada: { password, repositories: ["ada/"] } }, readable });
    const common = storage === undefined ? {} : { storage };
    registries = await Promise.all([
      startRegistry(common),
      startRegistry({ ...common, users: { ada: password } }),
      startRegistry({ ...common, tokens }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([...registries, tokens].map((each) => each?.stop()));
  });

  const late = (index: number): Registry => ({
    get host() {
      return registries[index]!.host;
    },
    get port() {
      return registries[index]!.port;
    },
    stop: () => registries[index]!.stop(),
  });
  return {
    open: late(0),
    basic: late(1),
    bearer: late(2),
    tokens: {
      get realm() {
        return tokens!.realm;
      },
      get service() {
        return tokens!.service;
      },
      get scopes() {
        return tokens!.scopes;
      },
    },
  };
}
