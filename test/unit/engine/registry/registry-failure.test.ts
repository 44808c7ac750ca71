import { expect, test } from "vitest";
import {
  loginMayHelp,
  mayPass,
  registryFailure,
  withoutQueries,
} from "../../../../engine/registry/registry-failure.ts";

test.each([
  [
    "docker's own store",
    "manifest for registry.lab/ada/never:v1 not found: manifest unknown: manifest unknown",
  ],
  [
    "containerd's store (Docker 28.5.2)",
    'failed to resolve reference "registry.lab/ada/never:v1": registry.lab/ada/never:v1: not found',
  ],
])("what the registry does not have, as %s says it", (_, said) => {
  const reference = "registry.lab/ada/never:v1";
  const nobody = { user: undefined, noCredentials: undefined };
  const work = { action: "pull", reference, registry: "registry.lab", ...nobody } as const;
  expect(registryFailure(said, work)).toMatchObject({
    cause: "registry",
    next: "Check the image's name and tag, and that the registry has it",
  });
});

const closed =
  'failed to copy: failed to do request: Put "http://registry.lab/v2/ada/half/blobs/uploads/66a75d53": readfrom tcp 127.0.0.1:46010->127.0.0.1:46127: write tcp 127.0.0.1:46010->127.0.0.1:46127: use of closed network connection';

test.each([
  ["the link breaks", closed, "network", /^Check the registry's name/, true],
  [
    "it takes too long, as newer daemons say it",
    'Get "https://registry.lab/v2/": context deadline exceeded',
    "network",
    /^Check the registry's name/,
    true,
  ],
  [
    "the proxy on the way does not answer",
    'Get "https://registry.lab/v2/": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused',
    "network",
    /^Start the proxy/,
    true,
  ],
  [
    "a proxy wants a login, not the registry",
    'Get "https://registry.lab/v2/": Proxy Authentication Required',
    "network",
    /^Give the daemon's host a proxy/,
    false,
  ],
  [
    "a web page answers with 404",
    "unknown: unexpected status from POST request to http://registry.lab/v2/ada/image/blobs/uploads/: 404 Not Found",
    "registry",
    /^Check that registry\.lab is a registry/,
    false,
  ],
  [
    "a web page answers with 200",
    'failed commit on ref "manifest-sha256:368359916886": invalid content digest in response: invalid checksum digest format',
    "registry",
    /^Check that registry\.lab is a registry/,
    false,
  ],
  [
    "the registry's disk is full",
    "error from registry: unknown error",
    "registry",
    /^Try later, or ask who runs registry\.lab/,
    true,
  ],
  [
    "the registry's disk is full, said on the way",
    "error from registry: blob upload invalid",
    "registry",
    /^Try later, or ask who runs registry\.lab/,
    true,
  ],
  [
    "a gateway fails",
    "unknown: unexpected status from PUT request to http://registry.lab/v2/ada/image/manifests/v1: 502 Bad Gateway",
    "registry",
    /^Try later, or ask who runs registry\.lab/,
    true,
  ],
  [
    "a wrong password",
    "unknown: unexpected status from HEAD request to http://registry.lab/v2/ada/image/blobs/sha256:7ff0c77e: 401 Unauthorized",
    "registry-auth",
    /^Check that ada may push there/,
    false,
  ],
  [
    "nothing may be pushed there",
    "unknown: unexpected status from HEAD request to http://registry.lab/v2/ada/image/blobs/sha256:7ff0c77e: 403 Forbidden",
    "registry-auth",
    /^Check that ada may push there/,
    false,
  ],
])("a push with containerd's store (Docker 28.5.2): %s", (_, said, cause, next, passes) => {
  const reference = "registry.lab/ada/image:v1";
  const work = {
    action: "push",
    reference,
    registry: "registry.lab",
    user: "ada",
    noCredentials: undefined,
  } as const;
  expect(registryFailure(said, work)).toMatchObject({ cause, next: expect.stringMatching(next) });
  expect(mayPass(said)).toBe(passes);
});

// In the words of its issues 15236, 18096, 21373 and 17390.
test.each([
  [
    "the user may not push to the project",
    "unauthorized: unauthorized to access repository: cvlab/ada/base, action: push: unauthorized to access repository: cvlab/ada/base, action: push",
    "registry-auth",
    /^Check that ada may push there/,
  ],
  [
    "there is no such project",
    "unauthorized: project cvlba not found: project cvlba not found",
    "registry-auth",
    /^Check that ada may push there and that harbor\.lab\/cvlab\/ada\/base:v1 is the right path/,
  ],
  [
    "the project is full",
    "denied: adding 29.0 MiB of storage resource, which when updated to current usage of 152.4 MiB will exceed the configured upper limit of 10.0 MiB.",
    "registry",
    /^Delete tags there that nobody needs/,
  ],
  [
    "the tag is to stay",
    "unknown: Failed to process request due to 'cvlab/ada/base:v1' configured as immutable.",
    "registry",
    /^Push under another tag/,
  ],
])("Harbor: %s", (_, said, cause, next) => {
  const work = {
    action: "push",
    reference: "harbor.lab/cvlab/ada/base:v1",
    registry: "harbor.lab",
    user: "ada",
    noCredentials: undefined,
  } as const;
  expect(registryFailure(said, work)).toMatchObject({ cause, next: expect.stringMatching(next) });
  expect(loginMayHelp(said, work)).toBe(false);
  expect(mayPass(said)).toBe(false);
  expect(loginMayHelp(said, { ...work, user: undefined })).toBe(cause === "registry-auth");
});

test("a login that is no longer good may be made anew", () => {
  const said = "unauthorized: authentication required";
  const reference = "registry.lab/ada/image:v1";
  const work = { action: "push", reference, registry: "registry.lab", noCredentials: undefined } as const;
  expect(loginMayHelp(said, { ...work, user: "ada" })).toBe(true);
  expect(loginMayHelp(said, { ...work, user: undefined })).toBe(true);
});

test("queries of URLs are not told: a state that fills lines, the signature of a storage", () => {
  expect(
    withoutQueries('failed to do request: Put "https://s3.lab/x?X-Amz-Signature=5f&digest=sha256%3Aa8": EOF'),
  ).toBe('failed to do request: Put "https://s3.lab/x": EOF');
  expect(withoutQueries("PUT request to https://s3.lab/x?a=b: 502 Bad Gateway")).toBe(
    "PUT request to https://s3.lab/x: 502 Bad Gateway",
  );
  expect(withoutQueries("is it there? see https://registry.lab/help")).toBe(
    "is it there? see https://registry.lab/help",
  );
});

test("a registry of the host's own that does not answer is one to start", () => {
  const said = 'Get "http://localhost:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused';
  const nobody = { user: undefined, noCredentials: undefined };
  const failing = (registry: string) =>
    registryFailure(said, { action: "push", reference: `${registry}/x:v1`, registry, ...nobody });
  expect(failing("localhost:5000")).toMatchObject({
    cause: "network",
    next: "Start a registry on that host, or write another one to lab-images.json",
    registry: "localhost:5000",
  });
  expect(failing("registry.lab")).toMatchObject({
    next: expect.stringMatching(/^Check the registry's name/),
  });
  expect(failing("registry.lab").registry).toBeUndefined();
});
