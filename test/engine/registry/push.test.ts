import { describe, expect, test } from "vitest";
import { EngineFailure } from "../../../engine/failure.ts";
import { type CredentialStore, noCredentials } from "../../../engine/registry/credentials.ts";
import { acceptedManifests } from "../../../engine/registry/distribution/manifest.ts";
import { push } from "../../../engine/registry/push.ts";
import { startRegistry } from "../../bed/registry.mjs";
import { daemonSocket, hasContainerdStore, socketConnection } from "../daemon.ts";
import { layerStates, makeImage, only, pushed } from "./pushing.ts";
import { useThreeRegistries } from "./three-registries.ts";

const password = "pw-of-ada";

describe.skipIf(!daemonSocket)("push", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const { open, basic, bearer, tokens } = useThreeRegistries(password);

  test("a layer goes through its states, and the digest is the registry's", async () => {
    const reference = `${open.host}/ada/first:v1`;
    await makeImage(reference, 3_000_000);
    const { events, outcome } = await pushed(push(connection, reference, { credentials: noCredentials }));
    const sizes = events.flatMap((event) => (event.kind === "layer" ? (event.current ?? []) : []));
    // Containerd's image store tells ten times a second how far it is: a small layer may be there by then.
    if (hasContainerdStore) expect(layerStates(events).at(-1)).toBe("pushed");
    else {
      expect(layerStates(events)).toEqual(["preparing", "pushing", "pushed"]);
      expect(sizes.at(-1)).toBeGreaterThan(3_000_000);
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    if (!outcome.ok) expect.unreachable(outcome.what);
    const manifest = await fetch(`http://${open.host}/v2/ada/first/manifests/v1`, {
      headers: { Accept: acceptedManifests },
    });
    expect(outcome).toMatchObject({
      reference,
      digest: manifest.headers.get("docker-content-digest"),
      size: (await manifest.text()).length,
    });
  });

  test("what the registry has is not sent again; another repository's layer is mounted", async () => {
    const first = `${open.host}/ada/shared:v1`;
    const second = `${open.host}/ada/copy:v1`;
    await makeImage(first, 2_000_000);
    await pushed(push(connection, first, { credentials: noCredentials }));
    const again = await pushed(push(connection, first, { credentials: noCredentials }));
    expect(layerStates(again.events).at(-1)).toBe("exists");
    await connection.docker.getImage(first).tag({ repo: `${open.host}/ada/copy`, tag: "v1" });
    const copied = await pushed(push(connection, second, { credentials: noCredentials }));
    expect(layerStates(copied.events).at(-1)).toBe("mounted");
    expect(copied.events).toContainEqual(expect.objectContaining({ state: "mounted", from: "ada/shared" }));
    expect(copied.outcome).toMatchObject({ ok: true });
  });

  test("without a tag, latest alone", async () => {
    const name = `${open.host}/ada/untagged`;
    await makeImage(`${name}:latest`);
    await makeImage(`${name}:other`);
    const { outcome } = await pushed(push(connection, name, { credentials: noCredentials }));
    expect(outcome).toMatchObject({ ok: true, reference: `${name}:latest` });
    const tags = await fetch(`http://${open.host}/v2/ada/untagged/tags/list`);
    expect(await tags.json()).toMatchObject({ tags: ["latest"] });
  });

  describe.each([
    ["with passwords", () => basic],
    ["behind a token server", () => bearer],
  ])("to a registry %s", (_, registry) => {
    const pushAs = async (credentials: CredentialStore, path = "ada/image") => {
      const reference = `${registry().host}/${path}:v1`;
      await makeImage(reference);
      return (await pushed(push(connection, reference, { credentials }))).outcome;
    };

    test("the right password", async () => {
      expect(await pushAs(only(registry().host, "ada", password))).toMatchObject({
        ok: true,
        digest: expect.stringMatching(/^sha256:/),
      });
    });

    test("a wrong password", async () => {
      const outcome = await pushAs(only(registry().host, "ada", "wrong-one"));
      expect(outcome).toMatchObject({
        ok: false,
        cause: "registry-auth",
        what: `cannot push ${registry().host}/ada/image:v1`,
        said: expect.stringMatching(/^unauthorized|401 Unauthorized|incorrect username or password/),
        next: expect.stringContaining(`or log in to ${registry().host} anew`),
      });
      expect(JSON.stringify(outcome)).not.toContain("wrong-one");
    });

    test("no password", async () => {
      expect(await pushAs(noCredentials)).toMatchObject({
        ok: false,
        cause: "registry-auth",
        said: expect.stringMatching(/no basic auth|denied/),
        next: `Log in to ${registry().host} and push again`,
      });
    });

    test("another registry's password does not go there", async () => {
      expect(await pushAs(only("docker.io", "ada", password))).toMatchObject({ cause: "registry-auth" });
    });

    test("a helper that fails is told, as the registry wants a login", async () => {
      const broken: CredentialStore = {
        get: async () => {
          throw new EngineFailure({
            cause: "registry-auth",
            what: "the helper is missing",
            next: "Install it",
          });
        },
      };
      expect(await pushAs(broken)).toMatchObject({
        cause: "registry-auth",
        what: `cannot push ${registry().host}/ada/image:v1: the helper is missing`,
        next: "Install it",
      });
    });
  });

  // The lengths that base64 pads in three ways, and bytes that its two alphabets spell differently.
  test.each(["p", "pp", "ppp", "ÿþ~?>~?>"])("the password %s arrives as it is", async (password) => {
    const registry = await startRegistry({ users: { ada: password } });
    const reference = `${registry.host}/x:v1`;
    await makeImage(reference);
    const { outcome } = await pushed(
      push(connection, reference, { credentials: only(registry.host, "ada", password) }),
    );
    await registry.stop();
    expect(outcome).toMatchObject({ ok: true });
  });

  test("a helper that fails does not hinder where no login is wanted", async () => {
    const reference = `${open.host}/ada/image:v1`;
    await makeImage(reference);
    const broken: CredentialStore = {
      get: async () => {
        throw new EngineFailure({ cause: "registry-auth", what: "the helper is missing" });
      },
    };
    expect((await pushed(push(connection, reference, { credentials: broken }))).outcome).toMatchObject({
      ok: true,
    });
  });

  test("an identity token, as docker login keeps it", async () => {
    const query = new URLSearchParams({
      service: tokens.service,
      offline_token: "true",
      client_id: "docker",
    });
    const basicHeader = `Basic ${Buffer.from(`ada:${password}`).toString("base64")}`;
    const answer = await fetch(`${tokens.realm}?${query}`, { headers: { Authorization: basicHeader } });
    const { refresh_token: token } = (await answer.json()) as { refresh_token: string };
    const reference = `${bearer.host}/ada/by-token:v1`;
    await makeImage(reference);
    const credentials: CredentialStore = {
      get: async () => ({ kind: "identity-token", username: "", token }),
    };
    expect((await pushed(push(connection, reference, { credentials }))).outcome).toMatchObject({ ok: true });
  });

  test("a repository that is somebody else's", async () => {
    const reference = `${bearer.host}/bob/image:v1`;
    await makeImage(reference);
    const credentials = only(bearer.host, "ada", password);
    expect((await pushed(push(connection, reference, { credentials }))).outcome).toMatchObject({
      cause: "registry-auth",
      said: expect.stringContaining("denied"),
      next: expect.stringContaining(`Check that ada may push there and that ${reference} is the right path`),
    });
  });

  test("an image that is not there", async () => {
    const reference = `${open.host}/ada/never-built:v1`;
    const { outcome } = await pushed(push(connection, reference, { credentials: noCredentials }));
    expect(outcome).toMatchObject({
      cause: "request",
      next: `Build it, or tag an image as ${reference}, and push again`,
    });
  });

  test.each([
    ["ubuntu", "Docker Hub's own images"],
    ["127.0.0.1:5000/Ada/x", "upper case"],
    ["127.0.0.1:5000/your_gaspar/x", '"your_gaspar" stands where your own name belongs'],
    ["127.0.0.1:5000/x@sha256:0000000000000000000000000000000000000000000000000000000000000000", "digest"],
    ["../x", "no name that Docker takes"],
  ])("%s cannot be pushed", async (reference, why) => {
    const failure = await pushed(push(connection, reference, { credentials: noCredentials })).catch(
      (error) => error,
    );
    expect(failure).toBeInstanceOf(EngineFailure);
    expect(failure).toMatchObject({ details: { cause: "request", what: expect.stringContaining(why) } });
  });
});
