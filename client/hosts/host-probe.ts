import type { HostProbe } from "./host-states.ts";
import type { WorkspaceHosts } from "./workspace-hosts.ts";

/** Asks hosts over the connections that builds use too. */
export function hostProbe(hosts: WorkspaceHosts): HostProbe {
  return {
    connect: (host, options) => hosts.connect(host, options),
    async facts(connection, signal) {
      const { readHostFacts } = await import("../../engine/connection/host-facts.ts");
      return readHostFacts(connection, signal);
    },
    watch(connection, signal, changed) {
      void import("../../engine/images/watch-images.ts").then(({ watchImages }) =>
        watchImages(connection, signal, changed),
      );
    },
  };
}
