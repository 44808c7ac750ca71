import { spawn } from "node:child_process";

/** What the screen shows, and what is typed then. */
export type Answer = readonly [pattern: RegExp, text: string];

/** Runs a command at a terminal of its own; types each text when the screen shows its pattern since the one before. */
export function atTerminal(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  answers: readonly Answer[],
  cwd?: string,
): Promise<{ code: number | null; screen: string }> {
  const command = words.map((word) => `'${word}'`).join(" ");
  const child = spawn("/usr/bin/script", ["-qec", command, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm", SHELL: "/bin/sh" },
  });
  return new Promise((resolve, reject) => {
    let screen = "";
    let read = 0;
    const left = [...answers];
    child.stdout.on("data", (data) => {
      screen += data;
      const [next] = left;
      if (!next?.[0].test(screen.slice(read))) return;
      left.shift();
      read = screen.length;
      child.stdin.write(next[1]);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, screen }));
  });
}
