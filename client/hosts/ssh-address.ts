import type { HostUrl } from "../../engine/connection/host.ts";
import { parseHostUrl } from "../../engine/connection/host-url.ts";
import { EngineFailure } from "../../engine/failure.ts";

/** What somebody typed as the address of an SSH host: its URL, or what is wrong with it. */
export type SshAddress = { readonly url: HostUrl } | { readonly fault: string };

/** Reads `user@host:port`, a name of the ssh configuration, or an `ssh://` URL; nothing that ssh could take for an option. */
export function readSshAddress(typed: string): SshAddress {
  const text = typed.trim();
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `ssh://${text}`;
  try {
    if (parseHostUrl(url, "The address").kind === "ssh") return { url };
    return { fault: "This is no SSH host. Write user@host, or a name of your ssh configuration." };
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    const { what, next } = error.details;
    // What was typed is in front of the user.
    return { fault: `${upperFirst(what.replace(/^.*?": /, ""))}. ${next ?? ""}`.trim() };
  }
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
