import { spawnSync } from "node:child_process";
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEndOrNow, findCommand, run, start, stop } from "./processes.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

const START_MS = 15_000;
/** Compiled into Debian's sshd; its service makes it, and there is no service here. */
const SSHD_RUN_FOLDER = "/run/sshd";

/**
 * @typedef {object} SshHostOptions
 * @property {string} [address] of loopback; 127.0.0.1
 * @property {string} [dockerHost] the login's DOCKER_HOST
 * @property {string} [path] the login's PATH
 * @property {string} [jump] the name of a host of this bed to go through
 * @property {(port: number) => Promise<number>} [link] the port that the user knows in place of its own
 * @property {boolean} [known] false: its key is not in known_hosts
 * @property {string} [identity] a private key; the bed's own, without a passphrase
 * @property {string[]} [sshd] more lines of sshd_config: `AllowStreamLocalForwarding no`
 * @property {string[]} [ssh] more lines of its block in the user's ssh_config
 */

/**
 * @typedef {object} SshHost
 * @property {string} name in the user's ssh_config
 * @property {string} address
 * @property {number} port
 * @property {string} fingerprint of its host key, as ssh shows it
 * @property {() => number[]} connections the processes that serve one connection each
 * @property {() => void} drop ends every connection at once, as a lost network does
 * @property {() => Promise<void>} changeKey from now on it is another machine, as far as ssh can tell
 * @property {() => Promise<void>} stop
 */

/**
 * @typedef {object} SshBed
 * @property {string} folder
 * @property {string} configFile the user's ssh_config; it names every host
 * @property {string} bin a folder for the front of PATH, whose ssh is the machine's with that configuration
 * @property {string} knownHosts
 * @property {string} key the user's private key; every host lets it in
 * @property {(passphrase: string) => Promise<string>} makeKey another one that every host lets in
 * @property {(keys: string[]) => Promise<{ socket: string }>} startAgent with the keys in it
 * @property {(name: string, options?: SshHostOptions) => Promise<SshHost>} startHost
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<number>} a port that is free now */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * @param {string} command
 * @param {string[]} args
 */
async function must(command, args) {
  const { code, output } = await run(command, args);
  if (code !== 0) {
    throw new UnavailableError(`${command} ${args.join(" ")}: ${output.trim()}`);
  }
  return output;
}

/**
 * @param {string} file
 * @param {string} passphrase
 */
async function generateKey(file, passphrase) {
  await must("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "lab-images-bed", "-f", file]);
  return readFile(`${file}.pub`, "utf8");
}

/**
 * Until sshd says that it listens.
 *
 * @param {import("node:child_process").ChildProcess} sshd
 * @returns {Promise<void>}
 */
function listening(sshd) {
  return new Promise((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => reject(new UnavailableError(`sshd does not listen: ${log}`)), START_MS);
    sshd.stderr?.on("data", (text) => {
      log += text;
      if (log.includes("Server listening")) {
        clearTimeout(timer);
        resolve();
      }
    });
    sshd.on("exit", () => {
      clearTimeout(timer);
      reject(new UnavailableError(`sshd ended: ${log.trim()}`));
    });
    sshd.on("error", reject);
  });
}

/** The processes that a process has started, in one go: it is asked while this one ends.
 * @param {number | undefined} pid */
function childrenOf(pid) {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return stdout.trim().split(/\s+/).filter(Boolean).map(Number);
}

/**
 * SSH hosts on loopback, and a user who may log in to them: keys, known hosts and configuration are in a scratch folder.
 * Nothing of the machine's own SSH is used or changed. A login is the user of this process.
 *
 * @returns {Promise<SshBed>}
 */
export async function startSshBed() {
  const system = await ensureSystemPackages([
    { name: "openssh-server", commands: ["sshd", "/usr/sbin/sshd"] },
    { name: "openssh-client", commands: ["ssh"] },
    { name: "procps", commands: ["ps"] },
  ]);
  if (!system.ok) {
    throw new UnavailableError(`no SSH host: ${system.reason}`);
  }
  const sshdCommand = findCommand("sshd", `${process.env.PATH}:/usr/sbin`) ?? "/usr/sbin/sshd";
  await mkdir(SSHD_RUN_FOLDER, { recursive: true, mode: 0o755 }).catch(() => {
    throw new UnavailableError(`no SSH host: ${SSHD_RUN_FOLDER} cannot be made`);
  });
  const folder = await mkdtemp(join(tmpdir(), "lab-sshd-"));
  const configFile = join(folder, "ssh_config");
  const bin = join(folder, "bin");
  const knownHosts = join(folder, "known_hosts");
  const authorizedKeys = join(folder, "authorized_keys");
  const key = join(folder, "user_key");
  await writeFile(authorizedKeys, await generateKey(key, ""), { mode: 0o600 });
  await writeFile(configFile, "", { mode: 0o600 });
  await writeFile(knownHosts, "", { mode: 0o600 });
  await mkdir(bin);
  const shim = `#!/bin/sh\nexec ${findCommand("ssh")} -F ${configFile} "$@"\n`;
  await writeFile(join(bin, "ssh"), shim, { mode: 0o755 });

  /** @type {Set<() => Promise<void>>} */
  const stops = new Set();
  const cleanUp = async () => {
    await Promise.all([...stops].map((each) => each()));
    await rm(folder, { recursive: true, force: true });
  };
  const stopBed = atEndOrNow(cleanUp);
  let keys = 0;

  /**
   * @param {string} name
   * @param {SshHostOptions} options
   * @returns {Promise<SshHost>}
   */
  async function startHost(name, options = {}) {
    const { address = "127.0.0.1", dockerHost, path, jump, known = true, identity = key } = options;
    const port = await freePort();
    const at = join(folder, name);
    await mkdir(at);
    const hostKey = join(at, "host_key");
    const publicKey = await generateKey(hostKey, "");
    const environment = [
      ...(dockerHost ? [`DOCKER_HOST=${dockerHost}`] : []),
      ...(path ? [`PATH=${path}`] : []),
    ];
    const config = [
      ...(options.sshd ?? []),
      `ListenAddress ${address}:${port}`,
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${authorizedKeys}`,
      `PidFile ${join(at, "pid")}`,
      "UsePAM no",
      // The scratch folder lies in one that everybody may write to.
      "StrictModes no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      ...(environment.length > 0 ? [`SetEnv ${environment.join(" ")}`] : []),
    ];
    await writeFile(join(at, "sshd_config"), `${config.join("\n")}\n`);
    const startSshd = async () => {
      const sshd = start(sshdCommand, ["-D", "-e", "-f", join(at, "sshd_config")]);
      await listening(sshd);
      return sshd;
    };
    let sshd = await startSshd();
    const knownPort = (await options.link?.(port)) ?? port;
    const connections = () => childrenOf(sshd.pid);
    const drop = () => {
      for (const pid of connections()) {
        process.kill(pid, "SIGKILL");
      }
    };
    const stopHost = async () => {
      // They have process groups of their own.
      drop();
      await stop(sshd);
    };
    stops.add(stopHost);
    if (known) {
      await appendFile(knownHosts, `[${address}]:${knownPort} ${publicKey}`);
    }
    const block = [
      ...(options.ssh ?? []),
      `HostName ${address}`,
      `Port ${knownPort}`,
      `IdentityFile ${identity}`,
      "IdentitiesOnly yes",
      `UserKnownHostsFile ${knownHosts}`,
      "GlobalKnownHostsFile /dev/null",
      ...(jump ? [`ProxyJump ${jump}`] : []),
    ];
    await appendFile(configFile, `Host ${name}\n${block.map((line) => `  ${line}\n`).join("")}`);
    const print = await must("ssh-keygen", ["-l", "-f", `${hostKey}.pub`]);
    return {
      name,
      address,
      port,
      fingerprint: print.split(" ")[1] ?? "",
      connections,
      drop,
      changeKey: async () => {
        await stopHost();
        await rm(hostKey);
        await generateKey(hostKey, "");
        sshd = await startSshd();
      },
      stop: async () => {
        stops.delete(stopHost);
        await stopHost();
      },
    };
  }

  return {
    folder,
    configFile,
    bin,
    knownHosts,
    key,
    makeKey: async (passphrase) => {
      const file = join(folder, `key_${++keys}`);
      await appendFile(authorizedKeys, await generateKey(file, passphrase));
      return file;
    },
    startAgent: async (added) => {
      const socket = join(folder, `agent_${++keys}`);
      const agent = start("ssh-agent", ["-D", "-a", socket]);
      stops.add(() => stop(agent));
      const deadline = performance.now() + START_MS;
      while ((await run("test", ["-S", socket])).code !== 0 && performance.now() < deadline) {
        await new Promise((done) => setTimeout(done, 20));
      }
      for (const each of added) {
        const { code, output } = await run("ssh-add", ["-q", each], {
          env: { ...process.env, SSH_AUTH_SOCK: socket },
        });
        if (code !== 0) {
          throw new UnavailableError(`ssh-add: ${output.trim()}`);
        }
      }
      return { socket };
    },
    startHost,
    stop: stopBed,
  };
}
