import * as vscode from "vscode";
import type { HostUrl } from "../../engine/connection/host.ts";
import { hostOfSubject } from "../hosts/host-subject.ts";
import type { Command } from "./command.ts";

/** Copies the URL of a host; gives it, undefined when dismissed. */
export const copyHostAddress: Command = {
  id: "labImages.host.copyAddress",
  async run({ hostsDesk }, subject): Promise<HostUrl | undefined> {
    const host = await hostOfSubject(
      subject,
      hostsDesk.list,
      vscode.l10n.t("The host whose address is copied"),
    );
    if (host) await vscode.env.clipboard.writeText(host.url);
    return host?.url;
  },
};
