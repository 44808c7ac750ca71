import type { Command } from "./command.ts";

/** Shows what the extension and its server wrote down. */
export const showLog: Command = {
  id: "labImages.log.show",
  run: ({ log }) => log.show(),
};
