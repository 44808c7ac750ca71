import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { noCredentials } from "../../../../engine/registry/credentials.ts";
import { RegistryClient } from "../../../../engine/registry/distribution/registry-client.ts";
import { taggedImages } from "../../../../engine/registry/distribution/tagged-images.ts";
import { makeCertificates } from "../../../bed/certificates.mjs";
import { failureOf } from "../failure-of.ts";
import { only } from "../pushing.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server of this test alone; gives its host with the port. */
async function serve(answer: RequestListener): Promise<string> {
  return listen(createServer(answer));
}

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const tagsOf = (registry: string, timeout = 10_000) =>
  new RegistryClient({ registry, credentials: only(registry, "ada", "pw-of-ada"), timeout }).tags(
    "ada/image",
  );

/** What another host was shown. */
function shown(requests: readonly IncomingMessage[]): (string | undefined)[] {
  return requests.map(({ headers }) => headers.authorization);
}

test("a web page", async () => {
  const page = "<!DOCTYPE html><title>Log in</title>";
  for (const status of [200, 404, 403, 502]) {
    const registry = await serve((_, response) =>
      response.writeHead(status, { "content-type": "text/html" }).end(page),
    );
    const failure = await failureOf(tagsOf(registry));
    expect(JSON.stringify(failure)).not.toContain("DOCTYPE");
    if (status === 200 || status === 404)
      expect(failure).toMatchObject({
        cause: "registry",
        next: expect.stringMatching(/^Check that 127\.0\.0\.1:\d+ is a registry: a web page/),
      });
    else expect(failure.said).toBe(`it answers with a web page (HTTP status ${status})`);
  }
});

test("too many requests, and a fault of its own", async () => {
  const limited = await serve((_, response) =>
    response
      .writeHead(429, { "retry-after": "90" })
      .end('{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}'),
  );
  expect(await failureOf(tagsOf(limited))).toMatchObject({
    cause: "registry",
    said: "You have reached your pull rate limit.",
    next: "Wait 90 s, and try again",
  });
  const broken = await serve((_, response) =>
    response.writeHead(503).end("no space left on device\u001b[31m"),
  );
  expect(await failureOf(tagsOf(broken))).toMatchObject({
    cause: "registry",
    said: "no space left on device",
    next: expect.stringContaining("it fails by itself"),
  });
});

test("no answer, and one that never ends", async () => {
  const silent = await serve(() => {});
  const slow = await serve((_, response) => response.write('{"tags":['));
  for (const registry of [silent, slow])
    expect(await failureOf(tagsOf(registry, 200))).toMatchObject({
      cause: "network",
      said: "no answer within 0.2 s",
    });
  const endless = await serve((_, response) => {
    const more = () => {
      if (!response.destroyed) response.write("x".repeat(1_000_000), more);
    };
    more();
  });
  expect(await failureOf(tagsOf(endless))).toMatchObject({
    cause: "registry",
    said: "its answer is longer than 16 MiB",
  });
});

test("a question that is cancelled while it waits", async () => {
  const abort = new AbortController();
  const registry = await serve(() => abort.abort());
  const client = new RegistryClient({ registry, credentials: noCredentials });
  expect(await failureOf(client.tags("ada/image", abort.signal))).toEqual({
    cause: "cancelled",
    what: `asking ${registry} was cancelled`,
  });
});

test("too many requests for tags end their list at once", async () => {
  let asked = 0;
  const registry = await serve((_, response) => {
    asked++;
    response.writeHead(429).end();
  });
  const client = new RegistryClient({ registry, credentials: noCredentials });
  const tags = Array.from({ length: 500 }, (_, number) => `v${number}`);
  expect((await failureOf(taggedImages(client, "ada/image", tags))).said).toBe("too many requests");
  expect(asked).toBeLessThan(20);
});

test("nobody at the address", async () => {
  const registry = await serve(() => {});
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
  expect(await failureOf(tagsOf(registry))).toMatchObject({
    cause: "network",
    said: expect.stringContaining("ECONNREFUSED"),
    next: "Start a registry on that host, or write another one to lab-images.json",
    registry,
  });
});

describe("a redirect", () => {
  const basic = (request: IncomingMessage, response: Parameters<RequestListener>[1]) => {
    if (request.headers.authorization) return true;
    response.writeHead(401, { "www-authenticate": 'Basic realm="r"' }).end();
    return false;
  };

  test("to another host takes no password there, and answers none of its challenges", async () => {
    const seen: IncomingMessage[] = [];
    let status = 200;
    const elsewhere = await serve((request, response) => {
      seen.push(request);
      response.writeHead(status, { "www-authenticate": 'Basic realm="give me"' }).end('{"tags":["v1"]}');
    });
    const registry = await serve((request, response) => {
      if (basic(request, response)) response.writeHead(307, { location: `http://${elsewhere}/x` }).end();
    });
    expect(await tagsOf(registry)).toEqual(["v1"]);
    status = 401;
    expect((await failureOf(tagsOf(registry))).cause).toBe("registry-auth");
    const anonymous = await serve((_, response) =>
      response.writeHead(307, { location: `http://${elsewhere}/x` }).end(),
    );
    expect(await failureOf(tagsOf(anonymous))).toMatchObject({
      said: `it redirects to ${elsewhere}, which wants a login of its own`,
    });
    expect(shown(seen)).toEqual(seen.map(() => undefined));
    expect(seen.length).toBeGreaterThan(2);
  });

  test("within the host keeps it; one in a circle ends", async () => {
    const registry = await serve((request, response) => {
      if (!basic(request, response)) return;
      if (request.url === "/there") response.end('{"tags":["v1"]}');
      else response.writeHead(302, { location: "/there" }).end();
    });
    expect(await tagsOf(registry)).toEqual(["v1"]);
    const circle = await serve((request, response) =>
      response.writeHead(302, { location: request.url ?? "/" }).end(),
    );
    expect((await failureOf(tagsOf(circle))).said).toBe("it redirects more than 5 times");
  });

  test("of the token server takes no password elsewhere", async () => {
    const seen: IncomingMessage[] = [];
    const elsewhere = await serve((request, response) => {
      seen.push(request);
      response.writeHead(401).end();
    });
    const realm = await serve((_, response) =>
      response.writeHead(302, { location: `http://${elsewhere}/` }).end(),
    );
    const registry = await serve((_, response) =>
      response.writeHead(401, { "www-authenticate": `Bearer realm="http://${realm}/t",service="s"` }).end(),
    );
    expect((await failureOf(tagsOf(registry))).cause).toBe("registry-auth");
    expect(shown(seen)).toEqual([undefined]);
  });
});

test("what it was shown, in its own words, is not repeated", async () => {
  const registry = await serve((request, response) => {
    const { authorization = "" } = request.headers;
    const message = `you said ${authorization}, which is ada:${authorization && "pw-of-ada"}`;
    response
      .writeHead(401, { "www-authenticate": 'Basic realm="r"' })
      .end(JSON.stringify({ errors: [{ message }] }));
  });
  const { said } = await failureOf(tagsOf(registry));
  expect(said).toBe("you said Basic …, which is ada:…");
});

test.each(['Bearer realm="ftp://127.0.0.1/"', "Bearer", 'Bearer realm="/token"'])(
  "%s names no token server",
  async (challenge) => {
    const registry = await serve((_, response) =>
      response.writeHead(401, { "www-authenticate": challenge }).end(),
    );
    expect((await failureOf(tagsOf(registry))).said).toBe("it names no token server that is safe to ask");
  },
);

describe("a token", () => {
  /** A registry that takes the newest token alone; gives how many were asked for. */
  async function withTokens(lifetime: number) {
    let given = 0;
    let valid = "";
    const realm = await serve((_, response) => {
      valid = `t${++given}`;
      response.end(JSON.stringify({ token: valid, expires_in: lifetime }));
    });
    const registry = await serve((request, response) => {
      if (request.headers.authorization === `Bearer ${valid}`) response.end('{"tags":["v1"]}');
      else response.writeHead(401, { "www-authenticate": `Bearer realm="http://${realm}/"` }).end();
    });
    const client = new RegistryClient({ registry, credentials: noCredentials });
    const withdraw = () => {
      valid = "another";
    };
    return { client, given: () => given, withdraw };
  }

  test("that has expired is not shown again", async () => {
    const { client, given } = await withTokens(1);
    for (let i = 0; i < 3; i++) expect(await client.tags("ada/image")).toEqual(["v1"]);
    expect(given()).toBe(3);
  });

  test("that was withdrawn is asked for anew", async () => {
    const { client, given, withdraw } = await withTokens(300);
    for (let i = 0; i < 3; i++) expect(await client.tags("ada/image")).toEqual(["v1"]);
    expect(given()).toBe(1);
    withdraw();
    expect(await client.tags("ada/image")).toEqual(["v1"]);
    expect(given()).toBe(2);
  });
});

describe("pages of tags", () => {
  const paged = (link: (host: string) => string) =>
    serve((request, response) => {
      const isLast = new URL(request.url ?? "/", "http://x").searchParams.get("last") === "b";
      response.writeHead(200, isLast ? {} : { link: link(request.headers.host ?? "") });
      response.end(JSON.stringify({ name: "ada/image", tags: isLast ? ["c"] : ["a", "b"] }));
    });

  test("are followed by their links, relative or not", async () => {
    const relative = await paged(() => '</v2/ada/image/tags/list?last=b&n=2>; rel="next"');
    const absolute = await paged((host) => `<https://${host}/v2/ada/image/tags/list?last=b>; rel=next`);
    expect(await tagsOf(relative)).toEqual(["a", "b", "c"]);
    expect(await tagsOf(absolute)).toEqual(["a", "b", "c"]);
  });

  test("not to another host, not in a circle", async () => {
    const elsewhere = await paged(() => '<http://198.51.100.1/v2/ada/image/tags/list?last=b>; rel="next"');
    expect(await tagsOf(elsewhere)).toEqual(["a", "b"]);
    const circle = await paged(() => '</v2/ada/image/tags/list?n=1000>; rel="next"');
    expect(await tagsOf(circle)).toEqual(["a", "b"]);
  });

  test.each(['{"tags":null}', '{"name":"x","tags":[]}'])("%s is none", async (body) => {
    expect(await tagsOf(await serve((_, response) => response.end(body)))).toEqual([]);
  });

  test.each(["[]", "{}", '"tags"', '{"tags":{}}', "nonsense"])("%s is no list", async (body) => {
    const failure = await failureOf(tagsOf(await serve((_, response) => response.end(body))));
    expect(failure).toMatchObject({ cause: "registry", said: "its answer is no list of names" });
  });
});

test("a manifest whose content is not that of its digest", async () => {
  const registry = await serve((_, response) =>
    response
      .writeHead(200, { "docker-content-digest": `sha256:${"0".repeat(64)}` })
      .end('{"config":{},"layers":[]}'),
  );
  const client = new RegistryClient({ registry, credentials: noCredentials });
  expect((await failureOf(client.manifest("ada/image", "v1"))).said).toContain(
    "the manifest's content is not",
  );
});

describe("over HTTPS", () => {
  test("a private authority counts where Docker looks for it", async () => {
    const { ca, server } = await makeCertificates();
    const registry = await listen(
      createTlsServer(server, (_, response) => response.end('{"tags":["v1"]}')) as unknown as Server,
    );
    // Its certificate is for 127.0.0.1, where HTTP would be spoken.
    const folder = mkdtempSync(join(tmpdir(), "lab-certs-"));
    const asked = (certificateFolders: readonly string[]) =>
      new RegistryClient({ registry, credentials: noCredentials, tls: true, certificateFolders }).tags("x");
    expect(await failureOf(asked([]))).toMatchObject({
      cause: "network",
      next: `Put the certificate of the registry's authority here, as /etc/docker/certs.d/${registry}/ca.crt`,
    });
    mkdirSync(join(folder, registry));
    writeFileSync(join(folder, registry, "ca.crt"), ca);
    expect(await asked([folder])).toEqual(["v1"]);
    rmSync(folder, { recursive: true });
  });
});
