import type { ShownImage } from "../views/images/image-nodes.ts";
import type { Command } from "./command.ts";

/**
 * Looks for the labs anew and asks their hosts how the images stand, connecting to them where need be; gives what the view
 * shows then.
 */
export const refreshImages: Command = {
  id: "labImages.images.refresh",
  async run({ images }): Promise<readonly ShownImage[]> {
    await images.refresh();
    return images.shown;
  },
};
