import { refuseUntrusted } from "../registry/ask-registry.ts";
import type { Command } from "./command.ts";

/** Logs in to a registry, which a menu hands over or the user picks; gives whether somebody has logged in. */
export const logIn: Command = {
  id: "labImages.registry.logIn",
  titleId: "labImages.registry.logInToAny",
  async run({ logins, labs }, subject): Promise<boolean> {
    refuseUntrusted();
    const [{ chooseRegistry, registryIn }, { scopeOfRegistry }] = await Promise.all([
      import("../registry/choose-registry.ts"),
      import("../registry/registry-scope.ts"),
    ]);
    const registry = registryIn(subject) ?? (await chooseRegistry(await labs.all(), await logins.known()));
    return registry !== undefined && logins.logIn(registry, await scopeOfRegistry(registry, labs));
  },
};
