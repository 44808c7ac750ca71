import type { Command } from "./command.ts";

/** Stops the language server and starts a new one. */
export const restartServer: Command = {
  id: "labImages.server.restart",
  run: ({ server }) => server.restart(),
};
