/** Ids of commands that more than their own file names. */
export const cancelBuildCommand = "labImages.build.cancel";
export const showBuildsCommand = "labImages.build.show";
