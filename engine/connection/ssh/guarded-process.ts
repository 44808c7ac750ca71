import { type ChildProcess, spawn } from "node:child_process";

/**
 * Runs a command that must not outlive this process, however that ends. The shell waits at a pipe whose other end only
 * this process holds: when the pipe closes, also by SIGKILL, it ends the command, what that started (a ProxyCommand),
 * and the folder that is the first argument. ssh misses a SIGTERM now and then: it gets another one, then SIGKILL.
 */
const guard = `
folder=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- & child=$!
{ read -r _; kill "$child"; sleep 0.2; kill "$child"; sleep 1; kill -9 "$child"; } <&3 3<&- >/dev/null 2>&1 &
exec 3<&- 2>/dev/null
trap 'kill "$child"' TERM INT HUP
while :; do wait "$child"; code=$?; kill -0 "$child" || break; done
trap '' TERM
kill 0
rm -rf -- "$folder"
exit "$code"
`;

/** How long a command may take to end by itself. */
const graceMs = 3_000;

/** A process that ends with this one. */
export interface GuardedProcess {
  readonly child: ChildProcess;
  /** Resolves when it and all its children have been ended. */
  end(): Promise<void>;
}

/**
 * Starts a command away from the terminal (no signal and no question of it reaches one), in a process group of its own.
 * Its folder goes with it. Needs a POSIX shell.
 */
export function startGuarded(
  command: string,
  args: readonly string[],
  { folder, env }: { readonly folder: string; readonly env: NodeJS.ProcessEnv },
): GuardedProcess {
  const child = spawn("/bin/sh", ["-c", guard, "lab-images", folder, command, ...args], {
    stdio: ["pipe", "ignore", "pipe"],
    detached: true,
    env,
  });
  child.stdin?.on("error", () => {});
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  // Where the shell was killed, nobody is left to end the command.
  void exited.then(() => {
    child.stdin?.destroy();
    killGroup(child);
  });
  return {
    child,
    end: async () => {
      child.stdin?.destroy();
      const timer = setTimeout(() => killGroup(child), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
