/** Before that, a time is no time: images that are the same whenever they are built have 1970 or 1980. */
const firstTime = Date.UTC(2000, 0, 1);

/** When an image was made, in milliseconds since 1970, if what is said of it can be true. */
export function knownTime(time: number | undefined): number | undefined {
  return time !== undefined && time >= firstTime ? time : undefined;
}
