import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { AskUser, SshQuestion } from "../../../engine/connection/connection.ts";
import { startAskpass } from "../../../engine/connection/ssh/askpass.ts";
import { sshHost } from "./ssh-host.ts";

// As OpenSSH starts it for a key that has to be touched: no such key can be had here.
test("that a key waits to be touched is shown until ssh ends it, and is no answer to anything", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-askpass-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const asked: { readonly question: SshQuestion; readonly signal: AbortSignal }[] = [];
  const ask: AskUser = async (question, signal) => {
    asked.push({ question, signal });
    return question.kind === "secret" ? "open sesame" : undefined;
  };
  const askpass = await startAskpass(folder, sshHost("node"), ask, new AbortController().signal);
  onTestFinished(() => askpass.close());
  const start = (prompt: string, kind?: string) =>
    spawn(askpass.env.SSH_ASKPASS ?? "", [prompt], {
      env: { ...process.env, ...(kind && { SSH_ASKPASS_PROMPT: kind }) },
      stdio: ["ignore", "pipe", "inherit"],
    });
  const notice = start("Confirm user presence for key ED25519-SK", "none");
  await expect.poll(() => asked.length).toBe(1);
  expect(asked[0]?.question).toMatchObject({
    kind: "notice",
    prompt: "Confirm user presence for key ED25519-SK",
  });
  // What is asked beside it is asked all the same.
  const secret = start("Enter passphrase: ");
  const [said] = await once(secret.stdout, "data");
  expect(String(said)).toBe("open sesame\n");
  expect(asked[0]?.signal.aborted).toBe(false);
  notice.kill();
  await expect.poll(() => asked[0]?.signal.aborted).toBe(true);
  expect(askpass.declined).toBeUndefined();
});
