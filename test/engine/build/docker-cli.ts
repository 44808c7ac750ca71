import { execFile } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian's own client: the one on PATH may be another, which has no BuildKit without a plug-in. */
const program = "/usr/bin/docker";

/** Whether there is a client to compare with. */
export const hasDockerCli = existsSync(program);

/**
 * `docker build`, as a user of the command line has it.
 *
 * @param config a folder for its settings, so that the user's own are left alone
 * @throws with its output where the build fails
 */
export function dockerBuild(
  socket: string,
  config: string,
  args: readonly string[],
  builder: "BuildKit" | "classic" = "BuildKit",
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      DOCKER_BUILDKIT: builder === "BuildKit" ? "1" : "0",
      DOCKER_HOST: `unix://${socket}`,
      DOCKER_CONFIG: config,
    };
    const progress = builder === "BuildKit" ? ["--progress=plain"] : [];
    execFile(program, ["build", ...progress, ...args], { env }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout + stderr),
    );
  });
}
