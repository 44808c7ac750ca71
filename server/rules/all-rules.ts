import { assumeYes } from "./apt/assume-yes.ts";
import { cleanLists } from "./apt/clean-lists.ts";
import { noInstallRecommends } from "./apt/no-install-recommends.ts";
import { preferAptGet } from "./apt/prefer-apt-get.ts";
import { updateInSameRun } from "./apt/update-in-same-run.ts";
import { floatingTag } from "./base/floating-tag.ts";
import { unresolvedArg } from "./base/unresolved-arg.ts";
import { condaClean } from "./conda/clean.ts";
import { removedTag } from "./cuda/removed-tag.ts";
import { unknownTag } from "./cuda/unknown-tag.ts";
import { legacyFormat } from "./env/legacy-format.ts";
import { lateCleanup } from "./layer/late-cleanup.ts";
import { lateRemoval } from "./layer/late-removal.ts";
import { rewrite } from "./layer/rewrite.ts";
import { noCacheDir } from "./pip/no-cache-dir.ts";
import type { Rule } from "./rule.ts";

/** Every rule, in the order of the conventions. */
export const allRules: readonly Rule[] = [
  updateInSameRun,
  noInstallRecommends,
  assumeYes,
  cleanLists,
  preferAptGet,
  noCacheDir,
  condaClean,
  lateCleanup,
  lateRemoval,
  rewrite,
  unknownTag,
  removedTag,
  floatingTag,
  unresolvedArg,
  legacyFormat,
];
