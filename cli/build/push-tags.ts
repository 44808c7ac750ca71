import type { Connection } from "../../engine/connection/connection.ts";
import type { FailureDetails } from "../../engine/failure.ts";
import type { LiveScreen } from "../../engine/progress/live-region.ts";
import {
  PlainPushProgress,
  type PushProgress,
  TtyPushProgress,
} from "../../engine/progress/push-progress.ts";
import type { CredentialStore } from "../../engine/registry/credentials.ts";
import { push } from "../../engine/registry/push.ts";

/** How pushes are shown. */
export interface PushView {
  readonly kind: "tty" | "plain" | "json";
  readonly screen: LiveScreen;
  /** Writes to stdout. */
  readonly out: (text: string) => void;
}

/** Pushes every tag, one after the other, and stops at the first that fails; its failure, or undefined. */
export async function pushTags(
  connection: Connection,
  tags: readonly string[],
  credentials: CredentialStore,
  signal: AbortSignal,
  view: PushView,
): Promise<FailureDetails | undefined> {
  for (const tag of tags) {
    const progress = progressOf(view, tag);
    try {
      for await (const event of push(connection, tag, { credentials, signal })) {
        progress?.show(event);
        if (view.kind === "json") view.out(`${JSON.stringify({ kind: "push", reference: tag, event })}\n`);
        if (event.kind !== "finished") continue;
        progress?.end();
        const { outcome } = event;
        if (!outcome.ok) return outcome;
        if (view.kind !== "json") view.out(`Pushed ${outcome.reference}@${outcome.digest}\n`);
      }
    } finally {
      progress?.end();
    }
  }
  return undefined;
}

function progressOf({ kind, screen }: PushView, tag: string): PushProgress | undefined {
  switch (kind) {
    case "tty":
      return new TtyPushProgress(screen, tag);
    case "plain":
      return new PlainPushProgress((text) => screen.write(text), tag);
    case "json":
      return undefined;
  }
}
