import { textSetting } from "../text-setting.ts";

/**
 * The user's own name in the lab, `labImages.user` or else LAB_IMAGES_USER: one for the whole window, so that an image is
 * built under the name that it was checked by. Undefined where neither says it.
 */
export function userName(): string | undefined {
  return userSetting() ?? (process.env.LAB_IMAGES_USER || undefined);
}

/** What the setting says of it; undefined where it is empty. */
export function userSetting(): string | undefined {
  return textSetting("user") || undefined;
}
