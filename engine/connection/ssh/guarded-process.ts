import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, existsSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs a command that must not outlive those who use it, however they end. The shell waits at a pipe whose other end only
 * this process holds: when the pipe closes, also by SIGKILL, it ends the command, what that started (a ProxyCommand),
 * and the folder that is the first argument. ssh misses a SIGTERM now and then: it gets another one, then SIGKILL.
 *
 * Where the second argument names a link, others who find the folder by it hold the command by a named pipe in the folder
 * in the same way. Whoever writes a number before he closes his end has it kept for so many seconds. Before the end the
 * link is taken away, and whoever found it till then is waited for.
 */
const guard = `
folder=$1; link=$2; shift 2
exec 3<&0 </dev/null
if [ -n "$link" ] && mkfifo -m 600 "$folder/hold" 2>/dev/null; then exec 4<>"$folder/hold" 5<"$folder/hold" 4>&-
else link=; exec 5</dev/null; fi
"$@" 3<&- 5<&- & child=$!
until_closed() { while read -r word; do keep=$word; done; }
unlink_own() { [ -z "$link" ] || [ "$(readlink "$link")" != "$folder" ] || rm -f -- "$link"; }
{
  keep=; until_closed <&3
  while until_closed <&5; [ -n "$keep" ]; do sleep "$keep"; keep=; done
  if [ -n "$link" ]; then unlink_own; sleep 0.3; until_closed <&5; fi
  kill "$child"; sleep 0.2; kill "$child"; sleep 1; kill -9 "$child"
} >/dev/null 2>&1 &
exec 3<&- 5<&- 2>/dev/null
trap 'kill "$child"' TERM INT HUP
while :; do wait "$child"; code=$?; kill -0 "$child" || break; done
trap '' TERM
kill 0
unlink_own
rm -rf -- "$folder"
exit "$code"
`;

/** How long a command may take to end by itself. */
const graceMs = 3_000;

/** This process's hold on a command that runs for it, and may run for others. */
export interface Hold {
  /** Lets go of it; where nobody else holds it, resolves when it and all its children have ended. */
  end(): Promise<void>;
  /** Whether others can hold it too. */
  readonly isShared: boolean;
  /** Lets go of it, but has it kept for so many seconds. */
  leave(seconds: number): void;
}

/** A process that ends with those who hold it. */
export interface GuardedProcess extends Hold {
  readonly child: ChildProcess;
}

/**
 * Starts a command away from the terminal (no signal and no question of it reaches one), in a process group of its own.
 * Its folder goes with it. Needs a POSIX shell.
 *
 * @param options `link`: a symbolic link to the folder, once it is made, goes with it too
 */
export function startGuarded(
  command: string,
  args: readonly string[],
  { folder, link = "", env }: { folder: string; link?: string | undefined; env: NodeJS.ProcessEnv },
): GuardedProcess {
  const child = spawn("/bin/sh", ["-c", guard, "lab-images", folder, link, command, ...args], {
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
    get isShared() {
      return link !== "" && existsSync(join(folder, "hold"));
    },
    end: async () => {
      child.stdin?.destroy();
      const timer = setTimeout(() => killGroup(child), graceMs);
      await exited;
      clearTimeout(timer);
    },
    leave: (seconds) => {
      child.stdin?.end(`${seconds}\n`);
      child.stderr?.destroy();
      child.unref();
    },
  };
}

/** Holds the command whose folder this is; undefined where there is none any more, or it is not shared. */
export function holdGuarded(folder: string): Hold | undefined {
  let pipe: number;
  try {
    pipe = openSync(join(folder, "hold"), constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch {
    return undefined;
  }
  let isOpen = true;
  // Once: by then its number may be another file's.
  const close = (last: () => void = () => {}) => {
    if (!isOpen) return;
    isOpen = false;
    last();
    closeSync(pipe);
  };
  return {
    isShared: true,
    end: async () => close(),
    leave: (seconds) =>
      close(() => {
        try {
          writeSync(pipe, `${seconds}\n`);
        } catch {
          // The command has ended by itself.
        }
      }),
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
