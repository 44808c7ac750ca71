import { createHash } from "node:crypto";
import { createServer } from "node:http";

// A fake: Harbor itself (seven containers and a database) cannot run here. It speaks the part of Harbor's API that is
// asked of it, as goharbor/harbor documents it (api/v2.0/swagger.yaml) and limits it for the secrets of command lines
// (src/server/middleware/security/oidc_cli.go).

const PAGE = 10;
const MOST_IN_PAGE = 100;

/**
 * @typedef {object} FakeArtifact
 * @property {readonly string[]} tags
 * @property {string} pushed
 * @property {string} [created]
 * @property {readonly string[]} [environment]
 * @property {Readonly<Record<string, string>>} [labels]
 * @property {readonly string[]} [architectures] several make it an index
 * @property {string} [type] `IMAGE` without it
 */

/**
 * @typedef {object} FakeHarborOptions
 * @property {Readonly<Record<string, readonly FakeArtifact[]>>} repositories artifacts by path: `project/some/name`
 * @property {Readonly<Record<string, string>>} [users] who may log in; all of it is public without
 * @property {"oidc_auth" | "db_auth"} [mode] how people log in; under OIDC passwords are secrets for command lines
 */

/** @param {unknown} content */
function digestOf(content) {
  return `sha256:${createHash("sha256").update(JSON.stringify(content)).digest("hex")}`;
}

/** @param {FakeArtifact} artifact */
function artifactJson({
  tags,
  pushed,
  created,
  environment,
  labels,
  architectures = ["amd64"],
  type = "IMAGE",
}) {
  const [architecture] = architectures;
  const several = architectures.length > 1;
  return {
    type,
    digest: digestOf([tags, pushed]),
    size: 1_234_567_890,
    push_time: pushed,
    pull_time: "0001-01-01T00:00:00.000Z",
    extra_attrs: several
      ? null
      : {
          architecture,
          os: "linux",
          author: "",
          created,
          config: { Env: environment ?? null, Labels: labels ?? null },
        },
    references: several
      ? [...architectures, "unknown"].map((each) => ({
          child_digest: digestOf([tags, each]),
          platform: { architecture: each, os: each === "unknown" ? "unknown" : "linux" },
        }))
      : null,
    tags: tags.length > 0 ? tags.map((name) => ({ name, push_time: pushed, immutable: false })) : null,
  };
}

/** What a secret for command lines may ask under OIDC.
 * @param {string} method
 * @param {string} path */
function isForCommandLines(method, path) {
  if (method === "DELETE")
    return /^\/api\/v2\.0\/projects\/.*\/repositories\/.*\/artifacts\/.*\/tags\/.*$/.test(path);
  return (
    path === "/api/v2.0/projects" ||
    path === "/api/v2.0/systeminfo" ||
    /^\/api\/v2\.0\/projects\/.*\/repositories$/.test(path) ||
    /^\/api\/v2\.0\/projects\/.*\/repositories\/.*\/artifacts$/.test(path)
  );
}

/**
 * @param {FakeHarborOptions} options
 * @returns {Promise<{ host: string, requests: string[], stop: () => Promise<void> }>} `requests` as they came, `GET /api/…`
 */
export async function startFakeHarbor({ repositories, users, mode = "db_auth" }) {
  const contents = new Map(Object.entries(repositories).map(([path, artifacts]) => [path, [...artifacts]]));
  /** @type {string[]} */
  const requests = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://fake");
    const method = request.method ?? "";
    requests.push(`${method} ${request.url}`);
    /**
     * @param {number} status
     * @param {unknown} body
     * @param {Record<string, string>} [headers]
     */
    const send = (status, body, headers = {}) =>
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify(body));
    /** @param {number} status @param {string} code @param {string} message */
    const fail = (status, code, message) => send(status, { errors: [{ code, message }] });
    const [user = "", password = ""] = Buffer.from(
      request.headers.authorization?.replace(/^Basic /, "") ?? "",
      "base64",
    )
      .toString()
      .split(":");
    const isKnown = users === undefined || (users[user] !== undefined && users[user] === password);
    const isLoggedIn = isKnown && (mode !== "oidc_auth" || isForCommandLines(method, url.pathname));
    /** @param {readonly unknown[]} all */
    const page = (all) => {
      const size = Number(url.searchParams.get("page_size") ?? PAGE);
      if (size > MOST_IN_PAGE)
        return fail(422, "UNPROCESSABLE_ENTITY", "page_size in query should be less than or equal to 100");
      const start = (Number(url.searchParams.get("page") ?? 1) - 1) * size;
      return send(200, all.slice(start, start + size), { "x-total-count": String(all.length) });
    };
    if (url.pathname === "/api/v2.0/systeminfo")
      return send(200, { auth_mode: mode, self_registration: false });
    if (url.pathname.startsWith("/v2/")) return fail(401, "UNAUTHORIZED", "unauthorized to list catalog");
    if (!isLoggedIn) return fail(401, "UNAUTHORIZED", "unauthorized");
    if (url.pathname === "/api/v2.0/projects")
      return page(
        [...new Set([...contents.keys()].map((path) => path.split("/")[0]))].map((name) => ({ name })),
      );
    const listed = /^\/api\/v2\.0\/projects\/([^/]+)\/repositories$/.exec(url.pathname);
    if (listed) {
      const project = decodeURIComponent(listed[1] ?? "");
      const paths = [...contents.keys()].filter((path) => path.startsWith(`${project}/`));
      return paths.length > 0
        ? page(paths.map((name) => ({ name, artifact_count: contents.get(name)?.length })))
        : fail(403, "FORBIDDEN", `forbidden: project ${project} not found`);
    }
    const inside =
      /^\/api\/v2\.0\/projects\/([^/]+)\/repositories\/([^/]+)\/artifacts(?:\/([^/]+)\/tags\/([^/]+))?$/.exec(
        url.pathname,
      );
    const [, project = "", encoded = "", , tag] = inside ?? [];
    const path = `${decodeURIComponent(project)}/${decodeURIComponent(decodeURIComponent(encoded))}`;
    const artifacts = contents.get(path);
    if (!inside || !artifacts) return fail(404, "NOT_FOUND", `repository ${path} not found`);
    if (tag === undefined) {
      const sorted = [...artifacts].sort((a, b) => b.pushed.localeCompare(a.pushed));
      return page((url.searchParams.get("sort") === "-push_time" ? sorted : artifacts).map(artifactJson));
    }
    const found = artifacts.findIndex(({ tags }) => tags.includes(decodeURIComponent(tag)));
    const artifact = artifacts[found];
    if (!artifact || method !== "DELETE") return fail(404, "NOT_FOUND", `tag ${tag} not found`);
    artifacts[found] = { ...artifact, tags: artifact.tags.filter((each) => each !== tag) };
    return send(200, {});
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    host: `127.0.0.1:${address.port}`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
