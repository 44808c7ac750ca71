import { request } from "node:http";
import { makeTar } from "./docker-tar.mjs";

const FRAME_HEADER = 8;
const STDERR = 2;
const LOG_TAIL = 2_000;

/** @typedef {import("node:stream").Readable} Readable */
/** @typedef {Record<string, string>} Query */
/** @typedef {{ Id: string, Config: { Env: string[] | null, Labels: Record<string, string> | null } }} ImageDetails */
/** @typedef {{ Id: string, CreatedBy: string, Size: number }} HistoryEntry */
/** @typedef {{ ok: true, id: string } | { ok: false, error: string }} BuildResult */

/**
 * @param {Readable} stream
 * @returns {Promise<Buffer>}
 */
async function readAll(stream) {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The output of a container without a terminal: frames with the stream's number and their length in front.
 *
 * @param {Buffer} frames
 */
function splitOutput(frames) {
  /** @type {Buffer[]} */
  const stdout = [];
  /** @type {Buffer[]} */
  const stderr = [];
  for (let at = 0; at + FRAME_HEADER <= frames.length; ) {
    const end = at + FRAME_HEADER + frames.readUInt32BE(at + 4);
    (frames[at] === STDERR ? stderr : stdout).push(frames.subarray(at + FRAME_HEADER, end));
    at = end;
  }
  return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/**
 * The fields of a protobuf message that hold bytes, text or a message.
 *
 * @param {Buffer} message
 * @param {number} wanted the field's number
 */
function* fieldsOf(message, wanted) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; at < message.length; factor *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        break;
      }
    }
    return value;
  };
  while (at < message.length) {
    const key = varint();
    const type = key & 7;
    if (type === 0) {
      varint();
      continue;
    }
    const length = type === 2 ? varint() : type === 1 ? 8 : 4;
    if (type === 2 && key >> 3 === wanted) {
      yield message.subarray(at, at + length);
    }
    at += length;
  }
}

/**
 * What the steps printed: `moby.buildkit.v1.StatusResponse` holds `VertexLog`s in field 3, their text in field 4.
 *
 * @param {any[]} messages
 */
function logOf(messages) {
  let log = "";
  for (const { id, aux } of messages) {
    if (id === "moby.buildkit.trace") {
      for (const entry of fieldsOf(Buffer.from(aux, "base64"), 3)) {
        log += Buffer.concat([...fieldsOf(entry, 4)]);
      }
    }
  }
  return log.trim().slice(-LOG_TAIL);
}

/**
 * As much of Docker's API as the bed needs, over the daemon's socket.
 *
 * @param {string} socketPath
 */
export function dockerClient(socketPath) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {{ query?: Query, body?: Buffer | Readable, type?: string }} [options]
   * @returns {Promise<Readable>} the answer's body; an error's text is thrown
   */
  function call(method, path, { query = {}, body, type = "application/json" } = {}) {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          socketPath,
          method,
          path: `${path}?${new URLSearchParams(query)}`,
          headers: body ? { "Content-Type": type } : {},
        },
        async (response) => {
          const status = response.statusCode ?? 0;
          if (status < 400) {
            resolve(response);
            return;
          }
          const text = await readAll(response).catch(() => Buffer.alloc(0));
          reject(new Error(`${method} ${path}: ${status} ${text}`));
        },
      );
      sent.on("error", reject);
      if (body && !Buffer.isBuffer(body)) {
        body.on("error", (error) => sent.destroy(error));
        body.pipe(sent);
      } else {
        sent.end(body);
      }
    });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [content]
   */
  async function json(method, path, content) {
    const body = content === undefined ? undefined : Buffer.from(JSON.stringify(content));
    const text = await readAll(await call(method, path, body ? { body } : {}));
    return text.length > 0 ? JSON.parse(text.toString()) : undefined;
  }

  return {
    async answers() {
      return call("GET", "/_ping")
        .then(readAll)
        .then(
          (text) => text.toString() === "OK",
          () => false,
        );
    },

    /**
     * Builds with BuildKit on the host's network.
     *
     * @param {string} dockerfile its text
     * @param {{ files?: Record<string, import("./docker-tar.mjs").TarEntry>, tag?: string }} [options]
     * @returns {Promise<BuildResult>}
     */
    async build(dockerfile, { files = {}, tag } = {}) {
      const query = { version: "2", networkmode: "host", ...(tag ? { t: tag } : {}) };
      const body = makeTar({ ...files, Dockerfile: dockerfile });
      const answer = await readAll(await call("POST", "/build", { query, body, type: "application/x-tar" }));
      const messages = answer
        .toString()
        .split("\n")
        .filter((line) => line.trim())
        .map((line) => JSON.parse(line));
      const error = messages.find((message) => message.error)?.error;
      if (error) {
        return { ok: false, error: `${error}\n${logOf(messages)}` };
      }
      const id = messages.find((message) => message.id === "moby.image.id")?.aux.ID;
      return { ok: true, id };
    },

    /**
     * Makes an image of a root filesystem.
     *
     * @param {Readable | Buffer} tar
     * @param {string} name
     */
    async import(tar, name) {
      const query = { fromSrc: "-", repo: name, changes: 'CMD ["/bin/sh"]' };
      const answer = await readAll(
        await call("POST", "/images/create", { query, body: tar, type: "application/x-tar" }),
      );
      const error = answer.toString().match(/"error":.*/)?.[0];
      if (error) {
        throw new Error(`import of ${name}: ${error}`);
      }
    },

    /**
     * @param {string} image
     * @param {string} name with its tag, if it has one
     */
    async tag(image, name) {
      const [, repo = name, tag = "latest"] = name.match(/^(.*):([^:/]+)$/) ?? [];
      await readAll(await call("POST", `/images/${image}/tag`, { query: { repo, tag } }));
    },

    /**
     * @param {string} image
     * @returns {Promise<ImageDetails>}
     */
    image: (image) => json("GET", `/images/${image}/json`),

    /**
     * @param {string} image
     * @returns {Promise<HistoryEntry[]>} the last layer first
     */
    history: (image) => json("GET", `/images/${image}/history`),

    /** @param {string} image */
    async remove(image) {
      await readAll(await call("DELETE", `/images/${image}`, { query: { force: "1" } }));
    },

    /** Forgets everything that builds left: cached steps, and what was sent of contexts. */
    async pruneBuilds() {
      await readAll(await call("POST", "/build/prune", { query: { all: "1" } }));
    },

    /**
     * Runs a command in a throw-away container that sees no network.
     *
     * @param {string} image
     * @param {string[]} command
     */
    async run(image, command) {
      const { Id: id } = await json("POST", "/containers/create", {
        Image: image,
        Entrypoint: command,
        Cmd: [],
        User: "0",
        HostConfig: { NetworkMode: "none" },
      });
      try {
        await json("POST", `/containers/${id}/start`);
        const { StatusCode: code } = await json("POST", `/containers/${id}/wait`);
        const frames = await call("GET", `/containers/${id}/logs`, { query: { stdout: "1", stderr: "1" } });
        return { code: /** @type {number} */ (code), ...splitOutput(await readAll(frames)) };
      } finally {
        await readAll(await call("DELETE", `/containers/${id}`, { query: { force: "1", v: "1" } }));
      }
    },
  };
}
