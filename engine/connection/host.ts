/**
 * Where a daemon runs, as the user names it: `unix:///var/run/docker.sock`, `ssh://[user@]host[:port][/socket]`,
 * `tcp://host:port` (with TLS where the docker context has it), `npipe:////./pipe/docker_engine`.
 */
export type HostUrl = string;

/** A host, and why it is this one. */
export interface Host {
  readonly url: HostUrl;
  /** What it is called in views and messages: `local`, a context's name, `user@node`. */
  readonly name: string;
  /** Where it was named: the option, a setting, `DOCKER_HOST`, the current docker context, or nothing (the default socket). */
  readonly source: "option" | "setting" | "manifest" | "DOCKER_HOST" | "docker-context" | "default";
  /** Client certificate and CA (PEM), for `tcp://` hosts of a docker context or DOCKER_CERT_PATH. */
  readonly tls?: HostTls;
}

export interface HostTls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** Only where the user's docker context says so (`SkipTLSVerify`). */
  readonly skipVerify?: boolean;
}
