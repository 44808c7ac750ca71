// A build in a process of its own, for tests that kill it: build-process.ts SOCKET FOLDER
import { join } from "node:path";
import { startBuild } from "../../../engine/build/start-build.ts";
import { socketConnection } from "../daemon.ts";
import { noCredentials } from "./run-build.ts";

const [socket = "", context = ""] = process.argv.slice(2);
const request = { context, dockerfile: join(context, "Dockerfile"), tags: [] };
const build = await startBuild(socketConnection(socket), request, { credentials: noCredentials });
for await (const message of build) if (message.kind === "error") console.error(message.message);
