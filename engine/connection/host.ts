/**
 * Where a daemon runs, as the user names it: `unix:///var/run/docker.sock`, `ssh://[user@]host[:port][/socket]`,
 * `tcp://host:port` (with TLS where the docker context has it), `npipe:////./pipe/docker_engine`.
 */
export type HostUrl = string;

/**
 * Where a host was named: `choice` is the user's for one workspace, `setting` is `labImages.host`. Those of `labImages.hosts`
 * (`hosts-setting`), of a lab's manifest and of the user's `ssh-config` are only offered; `default` is nowhere.
 */
export type HostSource =
  | "option"
  | "choice"
  | "setting"
  | "hosts-setting"
  | "manifest"
  | "DOCKER_HOST"
  | "docker-context"
  | "ssh-config"
  | "default";

/** A host, and why it is this one. */
export interface Host {
  readonly url: HostUrl;
  /** What it is called in views and messages: `local`, a context's name, `user@node`. */
  readonly name: string;
  readonly source: HostSource;
  /** The docker context that it is, wherever that is named; `default` for this machine's daemon. */
  readonly context?: string;
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
