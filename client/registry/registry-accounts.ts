import type { RegistryContents } from "../../engine/registry/contents/registry-contents.ts";

/** Milliseconds: somebody waits in front of the editor. */
const patience = 15_000;

/** Registries as this user may ask them, with the logins that docker keeps. The engine is loaded with the first one. */
export class RegistryAccounts {
  /** What a registry has, for one look. */
  async contentsOf(registry: string): Promise<RegistryContents> {
    const [{ RegistryContents }, { DockerCredentials }] = await Promise.all([
      import("../../engine/registry/contents/registry-contents.ts"),
      import("../../engine/registry/docker-credentials.ts"),
    ]);
    return new RegistryContents({ registry, credentials: new DockerCredentials(), timeout: patience });
  }

  /** Whether docker keeps a login for a registry. @throws {EngineFailure} where its config or a helper fails */
  async hasLogin(registry: string): Promise<boolean> {
    const { DockerCredentials } = await import("../../engine/registry/docker-credentials.ts");
    return (await new DockerCredentials().get(registry)) !== undefined;
  }
}
