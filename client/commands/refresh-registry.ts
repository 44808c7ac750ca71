import { refuseUntrusted } from "../registry/ask-registry.ts";
import type { Command } from "./command.ts";

/** Asks the registries of the view anew. */
export const refreshRegistry: Command = {
  id: "labImages.registry.refresh",
  run({ registry }) {
    refuseUntrusted();
    registry.refresh();
  },
};
