import { writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { AskUser, SshQuestion } from "../connection.ts";
import type { Host } from "../host.ts";
import { shellWord } from "./shell-word.ts";

/** What ssh starts to ask something: hands the question to the process that answers, prints the answer. */
const helper = `"use strict";
const socket = require("node:net").connect(process.argv[2]);
let answer = "";
socket.setEncoding("utf8");
socket.on("data", (text) => (answer += text));
socket.on("error", () => process.exit(1));
socket.on("end", () => {
  const { value } = JSON.parse(answer || "{}");
  if (value === undefined) process.exit(1);
  process.stdout.write(value + "\\n");
});
socket.write(JSON.stringify({ prompt: process.argv[3], kind: process.env.SSH_ASKPASS_PROMPT }) + "\\n");
`;

/** Answers what ssh asks while it logs in. */
export interface Askpass {
  /** The environment with which ssh asks here, and nowhere else. */
  readonly env: Readonly<Record<string, string>>;
  /** The first question that was declined; all after it are too. */
  readonly declined: SshQuestion | undefined;
  close(): void;
}

/**
 * Listens in `folder`, which only this user may enter, for the questions of an ssh.
 * Answers are passed on and kept nowhere.
 */
export async function startAskpass(
  folder: string,
  host: Host,
  ask: AskUser,
  signal: AbortSignal,
): Promise<Askpass> {
  const socketPath = join(folder, "a");
  const script = join(folder, "askpass");
  let declined: SshQuestion | undefined;
  // ssh asks one thing after the other; a jump host's ssh asks beside it.
  let last: Promise<unknown> = Promise.resolve();

  const answer = async (question: SshQuestion): Promise<string | undefined> => {
    if (declined || signal.aborted) return undefined;
    const value = await ask(question, signal).catch(() => undefined);
    if (value === undefined) declined = question;
    return value;
  };
  const take = (question: SshQuestion | undefined, socket: Socket) => {
    if (question?.kind === "notice") {
      // ssh ends who shows it once the key was touched.
      const over = new AbortController();
      socket.once("close", () => over.abort());
      void ask(question, AbortSignal.any([signal, over.signal])).catch(() => {});
      return;
    }
    const turn = last.then(() => question && answer(question));
    last = turn;
    void turn.then((value) => socket.end(JSON.stringify(value === undefined ? {} : { value })));
  };
  const open = new Set<Socket>();
  const server = createServer((socket: Socket) => {
    open.add(socket);
    let text = "";
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    socket.once("close", () => open.delete(socket));
    socket.on("data", (more: string) => {
      const before = text;
      text += more;
      // The question is one line; nothing follows it.
      if (!before.includes("\n") && text.includes("\n")) take(questionOf(text, host), socket);
    });
  });
  await writeFile(join(folder, "askpass.cjs"), helper, { mode: 0o600 });
  await writeFile(
    script,
    `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${shellWord(process.execPath)} ${shellWord(join(folder, "askpass.cjs"))} ${shellWord(socketPath)} "$1"\n`,
    { mode: 0o700 },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  server.unref();
  return {
    // An ssh before 8.4 knows no SSH_ASKPASS_REQUIRE: it asks so when there is a DISPLAY and no terminal.
    env: { SSH_ASKPASS: script, SSH_ASKPASS_REQUIRE: "force", DISPLAY: process.env.DISPLAY || ":0" },
    get declined() {
      return declined;
    },
    close: () => {
      server.close();
      for (const socket of open) socket.end();
    },
  };
}

function questionOf(text: string, host: Host): SshQuestion | undefined {
  try {
    const { prompt, kind } = JSON.parse(text) as { prompt?: unknown; kind?: unknown };
    if (typeof prompt !== "string") return undefined;
    // "none" is a notice, to touch a key: there is nothing to answer (OpenSSH's readpass.c, notify_start).
    if (kind === "none") return { kind: "notice", prompt: prompt.trim(), host };
    const confirms = kind === "confirm" || /\(yes\/no|type 'yes'/.test(prompt);
    return { kind: confirms ? "confirm" : "secret", prompt: prompt.trim(), host };
  } catch {
    return undefined;
  }
}
