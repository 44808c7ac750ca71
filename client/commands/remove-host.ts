import { isHostSubject } from "../hosts/host-subject.ts";
import type { Command } from "./command.ts";

/** Takes a host off the user's own list; gives whether one was handed over. */
export const removeHost: Command = {
  id: "labImages.host.remove",
  async run({ hostsDesk }, subject): Promise<boolean> {
    if (!isHostSubject(subject)) return false;
    await hostsDesk.list.remove(subject.host);
    hostsDesk.states.disconnect(subject.host);
    return true;
  },
};
