import { assumeYes } from "./apt/assume-yes.ts";
import { cleanLists } from "./apt/clean-lists.ts";
import { mirror } from "./apt/mirror.ts";
import { noInstallRecommends } from "./apt/no-install-recommends.ts";
import { noninteractive } from "./apt/noninteractive.ts";
import { preferAptGet } from "./apt/prefer-apt-get.ts";
import { rotatedNvidiaKey } from "./apt/rotated-nvidia-key.ts";
import { updateInSameRun } from "./apt/update-in-same-run.ts";
import { endOfLife } from "./base/end-of-life.ts";
import { floatingTag } from "./base/floating-tag.ts";
import { registry } from "./base/registry.ts";
import { unresolvedArg } from "./base/unresolved-arg.ts";
import { unboundedMake } from "./build/unbounded-make.ts";
import { condaClean } from "./conda/clean.ts";
import { contextLarge } from "./context/large.ts";
import { missingSource } from "./context/missing-source.ts";
import { archList } from "./cuda/arch-list.ts";
import { develInFinal } from "./cuda/devel-in-final.ts";
import { driver } from "./cuda/driver.ts";
import { removedTag } from "./cuda/removed-tag.ts";
import { torchIndex } from "./cuda/torch-index.ts";
import { unknownTag } from "./cuda/unknown-tag.ts";
import { legacyFormat } from "./env/legacy-format.ts";
import { libraryPath } from "./env/library-path.ts";
import { secret } from "./env/secret.ts";
import { cycle } from "./image/cycle.ts";
import { archiveLeft } from "./layer/archive-left.ts";
import { buildToolsLeft } from "./layer/build-tools-left.ts";
import { copyBeforeInstall } from "./layer/copy-before-install.ts";
import { gitHistory } from "./layer/git-history.ts";
import { lateCleanup } from "./layer/late-cleanup.ts";
import { lateDelete } from "./layer/late-delete.ts";
import { lateRemoval } from "./layer/late-removal.ts";
import { rewrite } from "./layer/rewrite.ts";
import { cleanCache } from "./packages/clean-cache.ts";
import { cacheDir } from "./pip/cache-dir.ts";
import { externallyManaged } from "./pip/externally-managed.ts";
import { jobRequirement } from "./pip/job-requirement.ts";
import { noCacheDir } from "./pip/no-cache-dir.ts";
import type { Rule } from "./rule.ts";
import { noCache as uvNoCache } from "./uv/no-cache.ts";

/** Every rule, in the order of the conventions. */
export const allRules: readonly Rule[] = [
  updateInSameRun,
  noInstallRecommends,
  assumeYes,
  cleanLists,
  preferAptGet,
  mirror,
  noninteractive,
  rotatedNvidiaKey,
  noCacheDir,
  cacheDir,
  externallyManaged,
  jobRequirement,
  condaClean,
  uvNoCache,
  cleanCache,
  lateCleanup,
  lateRemoval,
  lateDelete,
  rewrite,
  archiveLeft,
  gitHistory,
  buildToolsLeft,
  copyBeforeInstall,
  unknownTag,
  removedTag,
  driver,
  torchIndex,
  develInFinal,
  archList,
  floatingTag,
  endOfLife,
  unresolvedArg,
  registry,
  legacyFormat,
  secret,
  libraryPath,
  unboundedMake,
  missingSource,
  contextLarge,
  cycle,
];
