import { homedir } from "node:os";
import { join } from "node:path";

/** What of the user's machine decides about hosts. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** undefined on Windows. */
  readonly uid: number | undefined;
  /** The user's ssh configuration. */
  readonly sshConfigFile: string;
}

/** The machine that this runs on. */
export function thisMachine(sshConfigFile?: string): Machine {
  const home = homedir();
  return {
    env: process.env,
    home,
    platform: process.platform,
    uid: process.getuid?.(),
    sshConfigFile: sshConfigFile ?? join(home, ".ssh", "config"),
  };
}

/** Docker's own folder of configuration: DOCKER_CONFIG, or `.docker` at home. */
export function dockerConfigFolder({ env, home }: Pick<Machine, "env" | "home">): string {
  return env.DOCKER_CONFIG || join(home, ".docker");
}
