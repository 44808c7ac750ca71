/** Ids of commands that more than their own file names. */
export const buildStaleCommand = "labImages.lab.buildStale";
export const pushCommand = "labImages.image.push";
export const cancelBuildCommand = "labImages.build.cancel";
export const showBuildsCommand = "labImages.build.show";
