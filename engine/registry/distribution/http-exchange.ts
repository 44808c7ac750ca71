import { type IncomingHttpHeaders, request as requestOverHttp } from "node:http";
import { type RequestOptions, request as requestOverHttps } from "node:https";

/** One request to a registry or its token server. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A socket of this machine that leads to a host, whatever its name means here. */
  readonly way?: Way | undefined;
  /** Authorities to trust, PEM; undefined for those of Node. */
  readonly authorities: readonly string[] | undefined;
  /** Milliseconds until the whole answer has to be there. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** How a host is reached that is another one from here. */
export interface Way {
  /** With its port: `localhost:5000`. */
  readonly host: string;
  readonly socketPath: string;
}

/** An answer, whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Where it came from, after redirects. */
  readonly url: URL;
}

/** An exchange that gave no answer that may be used: the sentence says why. */
export class ExchangeFault extends Error {
  readonly kind: "timeout" | "redirect" | "too-long";

  constructor(kind: ExchangeFault["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

const mostRedirects = 5;

/** Bytes. Distribution takes manifests up to 4 MiB; 100,000 tags are less than this. */
const longestAnswer = 16 * 1024 * 1024;

/**
 * Sends a request and reads the answer. Redirects are followed for GET and HEAD alone; what authorises stays with the host that
 * it was meant for, and none leads from HTTPS to HTTP.
 *
 * @throws {ExchangeFault}, or Node's own error where there is no connection
 */
export async function exchange(request: HttpRequest): Promise<HttpAnswer> {
  let { url, headers } = request;
  for (let hops = 0; ; hops++) {
    const answer = await once({ ...request, url, headers });
    const { location } = answer.headers;
    const reads = request.method === "GET" || request.method === "HEAD";
    if (!reads || !isRedirect(answer.status) || !location) return answer;
    if (hops === mostRedirects)
      throw new ExchangeFault("redirect", `it redirects more than ${mostRedirects} times`);
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
    if (!next || !/^https?:$/.test(next.protocol))
      throw new ExchangeFault("redirect", "it redirects to what is no address");
    if (url.protocol === "https:" && next.protocol !== "https:")
      throw new ExchangeFault("redirect", `it redirects from HTTPS to HTTP, at ${next.host}`);
    if (next.origin !== url.origin) {
      const { authorization: _, ...others } = headers;
      headers = others;
    }
    url = next;
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function once(request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers, body, way, authorities, timeout, signal } = request;
  const deadline = AbortSignal.timeout(timeout);
  const end = signal ? AbortSignal.any([signal, deadline]) : deadline;
  const options: RequestOptions = {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) },
    signal: end,
    ...(way?.host === url.host ? { socketPath: way.socketPath } : {}),
    ...(authorities && url.protocol === "https:" ? { ca: [...authorities] } : {}),
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(
        deadline.aborted && !signal?.aborted
          ? new ExchangeFault("timeout", `no answer within ${timeout / 1000} s`)
          : error,
      );
    const send = url.protocol === "https:" ? requestOverHttps : requestOverHttp;
    const sent = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        chunks.push(chunk);
        if (length <= longestAnswer) return;
        response.destroy();
        reject(new ExchangeFault("too-long", `its answer is longer than ${longestAnswer / 1024 / 1024} MiB`));
      });
      response.on("error", fail);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
          url,
        }),
      );
    });
    sent.on("error", fail);
    sent.end(body);
  });
}
