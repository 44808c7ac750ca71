import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A docker config of a test's own, with helpers on a PATH of its own. */
export class DockerHome {
  readonly folder = mkdtempSync(join(tmpdir(), "lab-docker-home-"));
  readonly #bin = join(this.folder, "bin");
  readonly configPath = join(this.folder, "config", "config.json");
  readonly env: NodeJS.ProcessEnv = {
    HOME: this.folder,
    DOCKER_CONFIG: join(this.folder, "config"),
    PATH: `${this.#bin}:/usr/bin:/bin`,
    KEPT: join(this.folder, "kept"),
  };

  constructor() {
    for (const name of ["bin", "config", "kept"]) mkdirSync(join(this.folder, name));
  }

  get config(): string {
    return readFileSync(this.configPath, "utf8");
  }

  writeConfig(content: string | object): void {
    writeFileSync(this.configPath, typeof content === "string" ? content : JSON.stringify(content));
  }

  /** A shell script on the PATH, as `docker-credential-NAME`. */
  addHelper(name: string, script: string): void {
    const path = join(this.#bin, `docker-credential-${name}`);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  /** A helper that speaks docker-credential-helpers' protocol and keeps one file a server. */
  addWorkingHelper(name: string, before = ""): void {
    this.addHelper(
      name,
      `${before}
input=$(cat)
file() { printf '%s' "$1" | tr -c 'a-zA-Z0-9.\\n' _; }
case "$1" in
  store)
    server=$(printf '%s' "$input" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/')
    printf '%s' "$input" > "$KEPT/$(file "$server")" ;;
  get)
    kept="$KEPT/$(file "$input")"
    if [ -f "$kept" ]; then cat "$kept"; else echo "credentials not found in native keychain"; exit 1; fi ;;
  erase) rm -f "$KEPT/$(file "$input")" ;;
esac`,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
