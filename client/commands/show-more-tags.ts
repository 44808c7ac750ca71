import { refuseUntrusted } from "../registry/ask-registry.ts";
import type { MoreNode, RepositoryNode } from "../views/registry/registry-tree.ts";
import type { Command } from "./command.ts";

/** Shows the next tags of a repository of the view, or asks again where the last question failed. */
export const showMoreTags: Command = {
  id: "labImages.registry.showMore",
  async run({ registry }, subject): Promise<number> {
    refuseUntrusted();
    const node = subject as MoreNode | RepositoryNode | undefined;
    const repository = node?.kind === "more" ? node.repository : node;
    if (repository?.kind !== "repository") return 0;
    await registry.tree.more(repository);
    return repository.tags.length;
  },
};
