import type { Memory } from "../../../../client/builds/memory.ts";

/** What a window leaves to the next one: JSON. */
export class KeptMemory implements Memory {
  kept: Record<string, string> = {};

  get(key: string): unknown {
    const text = this.kept[key];
    return text === undefined ? undefined : JSON.parse(text);
  }

  async update(key: string, value: unknown): Promise<void> {
    this.kept[key] = JSON.stringify(value);
  }
}
