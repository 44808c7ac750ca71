import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./processes.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

const LIFETIME_S = 300;
const SERVICE = "the bed's registry";
const ISSUER = "the bed's token server";

/**
 * @typedef {object} TokenUser
 * @property {string} password
 * @property {readonly string[]} repositories that they may push to and pull from; one that ends with `/` is all below it
 */

/**
 * @typedef {object} TokenServer
 * @property {string} realm where tokens are asked for
 * @property {string} service
 * @property {string} issuer
 * @property {string} certificate PEM; what is signed with its key is trusted
 * @property {string[]} scopes that were asked for, with who asked: `ada repository:lab/x:pull,push`
 * @property {() => Promise<void>} stop
 */

/**
 * A token server by Distribution's specification ("Token Authentication Specification" and "… Implementation"): Basic
 * in, or a refresh token by OAuth2; a signed JSON Web Token out, which holds what of the wanted scopes the user may.
 *
 * @param {{ users: Readonly<Record<string, TokenUser>>, readable?: readonly string[] }} options `readable`:
 *   repositories that anybody may pull
 * @returns {Promise<TokenServer>}
 */
export async function startTokenServer({ users, readable = [] }) {
  const { key, certificate } = await makeKey();
  /** @type {Map<string, string>} */
  const refreshTokens = new Map();
  /** @type {string[]} */
  const scopes = [];
  const server = createServer(async (request, response) => {
    /** @param {number} status @param {object} content */
    const answer = (status, content) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(content));
    };
    const asked = await readRequest(request);
    if (asked.query.get("service") !== SERVICE) {
      answer(400, { details: "unknown service" });
      return;
    }
    const refresh = asked.query.get("refresh_token");
    const user = refresh ? refreshTokens.get(refresh) : asked.user;
    const isKnown = refresh
      ? user !== undefined
      : asked.user === "" || users[asked.user]?.password === asked.password;
    if (!isKnown || user === undefined) {
      answer(401, { details: "incorrect username or password" });
      return;
    }
    const wanted = asked.query
      .getAll("scope")
      .flatMap((scope) => scope.split(" "))
      .filter(Boolean);
    scopes.push(...wanted.map((scope) => `${user} ${scope}`));
    const access = wanted.flatMap((scope) => granted(scope, users[user]?.repositories ?? [], readable));
    const token = makeToken(key, user, access);
    const content = {
      token,
      access_token: token,
      expires_in: LIFETIME_S,
      issued_at: new Date().toISOString(),
    };
    if (user && asked.query.get("offline_token") === "true") {
      const refreshToken = randomUUID();
      refreshTokens.set(refreshToken, user);
      answer(200, { ...content, refresh_token: refreshToken });
      return;
    }
    answer(200, content);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    realm: `http://127.0.0.1:${port}/token`,
    service: SERVICE,
    issuer: ISSUER,
    certificate,
    scopes,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/**
 * GET with a query and Basic, or POST with a form.
 *
 * @param {import("node:http").IncomingMessage} request
 */
async function readRequest(request) {
  let body = "";
  for await (const chunk of request) {
    body += chunk;
  }
  const query =
    request.method === "POST"
      ? new URLSearchParams(body)
      : new URL(request.url ?? "/", "http://127.0.0.1").searchParams;
  const basic = request.headers.authorization?.match(/^Basic (.*)$/i)?.[1] ?? "";
  const [, user = "", password = ""] =
    Buffer.from(basic, "base64")
      .toString()
      .match(/^([^:]*):(.*)$/s) ?? [];
  return {
    query,
    user: user || (query.get("username") ?? ""),
    password: password || (query.get("password") ?? ""),
  };
}

/**
 * What of a scope, `repository:NAME:pull,push`, is given.
 *
 * @param {string} scope
 * @param {readonly string[]} own
 * @param {readonly string[]} readable
 */
function granted(scope, own, readable) {
  const [type = "", ...rest] = scope.split(":");
  const actions = rest.pop()?.split(",") ?? [];
  const name = rest.join(":");
  /** @param {readonly string[]} repositories */
  const holds = (repositories) =>
    repositories.some((one) => name === one || (one.endsWith("/") && name.startsWith(one)));
  const allowed = actions.filter((action) => holds(own) || (action === "pull" && holds(readable)));
  return type === "repository" && allowed.length > 0 ? [{ type, name, actions: allowed }] : [];
}

/** @param {string | Buffer} content */
function base64url(content) {
  return Buffer.from(content).toString("base64url");
}

/**
 * The key's name in the token's head, as the registry computes it: libtrust's fingerprint.
 *
 * @param {import("node:crypto").KeyObject} key
 */
function fingerprint(key) {
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...createHash("sha256").update(der).digest().subarray(0, 30)]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  const letters = bits.replace(/.{5}/g, (five) => alphabet[Number.parseInt(five, 2)] ?? "");
  return letters.match(/.{4}/g)?.join(":") ?? "";
}

/**
 * @param {import("node:crypto").KeyObject} key
 * @param {string} subject
 * @param {object[]} access
 */
function makeToken(key, subject, access) {
  const now = Math.floor(Date.now() / 1000);
  const head = base64url(JSON.stringify({ typ: "JWT", alg: "RS256", kid: fingerprint(key) }));
  const claims = base64url(
    JSON.stringify({
      iss: ISSUER,
      sub: subject,
      aud: SERVICE,
      exp: now + LIFETIME_S,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    }),
  );
  const signature = sign("RSA-SHA256", Buffer.from(`${head}.${claims}`), key);
  return `${head}.${claims}.${base64url(signature)}`;
}

/** A key and a certificate of its own, which Node can not make. */
async function makeKey() {
  const system = await ensureSystemPackages([{ name: "openssl", commands: ["openssl"] }]);
  if (!system.ok) {
    throw new UnavailableError(`no token server: ${system.reason}`);
  }
  const folder = await mkdtemp(join(tmpdir(), "lab-token-"));
  try {
    const [keyFile, certificateFile] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
    const { code, output } = await run("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bed"],
      ...["-keyout", keyFile, "-out", certificateFile],
    ]);
    if (code !== 0) {
      throw new Error(`openssl: ${output}`);
    }
    return {
      key: createPrivateKey(await readFile(keyFile)),
      certificate: await readFile(certificateFile, "utf8"),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
