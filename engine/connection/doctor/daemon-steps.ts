import { openSession } from "../../buildkit/session.ts";
import { noCredentials } from "../../registry/credentials.ts";
import { askDaemon } from "../ask-daemon.ts";
import type { Connection, Transport } from "../connection.ts";
import { type DaemonFacts, freeBytes, gpusFor, gpusOf } from "../daemon-facts.ts";
import { refusalOf } from "../daemon-refusal.ts";
import { type DoctorStep, step } from "./doctor-step.ts";

/** The first API with BuildKit's session (Docker 18.09). */
const buildKitApi = "1.39";
const gib = 1024 ** 3;
/** A CUDA image with its build tree takes about so much. */
const tightSpace = 20 * gib;
const noSpace = 2 * gib;
/** Registries' tokens are refused over a difference of about a minute; the header has whole seconds. */
const clockToleranceMs = 5_000;

const transportNames: Readonly<Record<Transport, string>> = {
  socket: "by its socket",
  tcp: "by its port",
  "ssh-tunnel": "by one ssh tunnel",
  "ssh-stdio-shared": "by docker system dial-stdio over one ssh connection",
  "ssh-stdio": "by docker system dial-stdio over an ssh connection each",
};

export function dockerStep({ info }: DaemonFacts, { transport }: Connection): DoctorStep {
  const parts = [info.OperatingSystem, info.Architecture].filter(Boolean).join(", ");
  const what = `Docker ${info.ServerVersion ?? "of unknown version"}${parts ? ` on ${parts}` : ""}, ${transportNames[transport]}`;
  if (!transport.startsWith("ssh-stdio")) return step("docker", "ok", what);
  return step(
    "docker",
    "warn",
    `${what}: slower than a tunnel`,
    "Have AllowStreamLocalForwarding set in its sshd_config",
  );
}

export function apiStep({ apiVersion }: DaemonFacts): DoctorStep {
  if (isAtLeast(apiVersion, buildKitApi)) return step("api", "ok", apiVersion);
  return step(
    "api",
    "warn",
    `${apiVersion || "unknown"}: without BuildKit, which ${buildKitApi} has`,
    "Have Docker 18.09 or later installed there",
  );
}

/** Opens a session as a build does: the only sure sign. */
export async function buildKitStep(connection: Connection, signal: AbortSignal): Promise<DoctorStep> {
  const services = {
    folders: new Map(),
    credentials: noCredentials,
    secrets: new Map(),
    sshAgents: new Map(),
  };
  try {
    const session = await openSession(connection, services, "lab-images-doctor", signal);
    session.close();
    return step("buildkit", "ok", "takes build sessions");
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    return {
      ...step(
        "buildkit",
        "warn",
        "none: each build sends its whole context to the classic builder",
        "Have a Docker with BuildKit installed there",
      ),
      said: refusal.said,
    };
  }
}

export async function diskStep(facts: DaemonFacts): Promise<DoctorStep> {
  const { info, run } = facts;
  const root = info.DockerRootDir;
  if (!run || !root) return step("disk", "skipped", "the daemon does not say how much is free");
  const free = await freeBytes(facts);
  if (free === undefined) return step("disk", "skipped", `how much is free at ${root} cannot be asked`);
  const what = `${(free / gib).toFixed(1)} GiB free at ${root}`;
  if (free >= tightSpace) return step("disk", "ok", what);
  const next =
    "Remove what nobody needs: docker system df shows it, docker builder prune frees the build cache";
  if (free >= noSpace) return step("disk", "warn", `${what}: tight for GPU images`, next);
  return { ...step("disk", "fail", `${what}: too little for a build`, next), cause: "disk-full" };
}

/** GPUs are needed to run an image, not to build it: without one it is no fault. */
export async function gpuStep(facts: DaemonFacts): Promise<DoctorStep> {
  const { devices, usable } = gpusFor(facts);
  const gpus = await gpusOf(facts);
  if (!gpus && facts.run) {
    if (!usable) return step("gpus", "skipped", "what there is cannot be asked");
    return step(
      "gpus",
      "warn",
      "nvidia-smi gives no answer there: images build, and may find no GPU",
      "Ask who runs the machine to look at its GPUs",
    );
  }
  if (gpus?.length) {
    const what = `${gpus.length}: ${[...new Set(gpus)].join("; ")}`;
    if (usable) return step("gpus", "ok", what);
    return step(
      "gpus",
      "warn",
      `${what}, which containers cannot use`,
      "Have the NVIDIA Container Toolkit installed there (nvidia-ctk runtime configure)",
    );
  }
  if (usable)
    return step("gpus", "ok", devices.length > 0 ? devices.join(", ") : "Docker has the nvidia runtime");
  if (!facts.run) return step("gpus", "skipped", "the daemon names none");
  return step("gpus", "ok", "none: images build without one, and run elsewhere");
}

export async function clockStep({ docker }: Connection, signal: AbortSignal): Promise<DoctorStep> {
  const before = Date.now();
  const { headers } = await askDaemon(docker, "/_ping", signal);
  const now = (before + Date.now()) / 2;
  const there = Date.parse(headers.date ?? "");
  if (Number.isNaN(there)) return step("clock", "skipped", "the daemon does not say what time it is");
  // The header is cut to whole seconds.
  const ahead = there + 500 - now;
  if (Math.abs(ahead) <= clockToleranceMs) return step("clock", "ok", "as here");
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return step(
    "clock",
    "warn",
    `${seconds} s ${ahead > 0 ? "ahead of" : "behind"} this machine: registries may refuse its tokens`,
    "Have NTP set up on both",
  );
}

function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
