import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SshBed, startSshBed } from "../../bed/sshd.mjs";
import { useProgram } from "../../cli/program.ts";
import { type Answer, atTerminal } from "../at-terminal.ts";
import { daemonSocket } from "../daemon.ts";

const program = useProgram("fixture");

describe.skipIf(!daemonSocket)("from a terminal, with the user's own ssh", () => {
  const dockerHost = `unix://${daemonSocket}`;
  let bed: SshBed;
  let env: Record<string, string>;

  beforeAll(async () => {
    bed = await startSshBed();
    await bed.startHost("node", { dockerHost });
    await bed.startHost("other-user", { identity: join(bed.folder, "no-such-key") });
    await bed.startHost("unknown", { dockerHost, known: false });
    await bed.startHost("locked", { dockerHost, identity: await bed.makeKey("correct horse") });
    env = { HOME: bed.folder, PATH: `${bed.bin}:${process.env.PATH}` };
  });
  afterAll(() => bed?.stop());

  test("hosts says that the current one answers", async () => {
    const { code, stdout } = await program.run(bed.folder, ["hosts", "-H", "ssh://node"], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\* node {3}ssh:\/\/node .* named by --host\n {4}answers: Docker \d+\.\d+/);
  });

  test.each([
    ["node", 0, /^ok {4}Login {7}logged in as /m],
    ["other-user", 4, /^FAIL {2}Login {7}other-user does not let this user in$/m],
    ["unknown", 4, /^FAIL {2}Host key {4}the key of unknown is unknown and was not accepted$/m],
    ["no-such-host.invalid", 3, /^FAIL {2}Name {8}the name no-such-host\.invalid does not resolve$/m],
  ])("doctor of %s has the exit code %i", async (name, expected, line) => {
    const { code, stdout } = await program.run(bed.folder, ["doctor", "-H", `ssh://${name}`], env);
    expect(stdout).toMatch(line);
    expect(code).toBe(expected);
  });

  test("questions are asked there, and answered", async () => {
    const first = await ask(["doctor", "-H", "ssh://unknown"], [/\(yes\/no.*\)\?/, "yes\r"]);
    expect(first.screen).toMatch(/ED25519 key fingerprint is SHA256:/);
    expect(first.screen).toMatch(/ok.*Login +logged in as/);
    expect(first.code).toBe(0);
    const second = await ask(
      ["doctor", "-H", "ssh://locked"],
      [/Enter passphrase for key .*:/, "correct horse\r"],
    );
    expect(second.screen).toMatch(/ok.*Login +logged in as/);
    expect(second.screen).not.toContain("correct horse");
  });

  test("Ctrl+C at a question ends it, exit code 130", async () => {
    const { code, screen } = await ask(["doctor", "-H", "ssh://locked"], [/Enter passphrase/, "\u0003"]);
    expect(code).toBe(130);
    expect(screen).not.toMatch(/ok.*Login/);
  });

  const ask = (args: readonly string[], answer: Answer) =>
    atTerminal([process.execPath, program.path, ...args], env, [answer]);
});
