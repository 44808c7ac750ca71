import { expect, test } from "vitest";
import { MergedEvents } from "../../../../engine/lab/merged-events.ts";

async function* counting(name: string, until: number, ended: string[] = []): AsyncGenerator<string, void> {
  try {
    for (let i = 0; i < until; i++) yield `${name}${i}`;
  } finally {
    ended.push(name);
  }
}

async function allOf(events: MergedEvents<string>): Promise<string[]> {
  const all: string[] = [];
  while (events.size > 0) {
    const event = await events.next();
    if (event !== undefined) all.push(event);
  }
  return all;
}

test("each generator's events come in their order, and none silences another", async () => {
  const events = new MergedEvents<string>();
  events.add(counting("a", 50));
  events.add(counting("b", 3));
  const all = await allOf(events);
  expect(all.filter((event) => event.startsWith("a"))).toEqual(Array.from({ length: 50 }, (_, i) => `a${i}`));
  expect(all.filter((event) => event.startsWith("b"))).toEqual(["b0", "b1", "b2"]);
  expect(all.indexOf("b2")).toBeLessThan(all.indexOf("a10"));
});

test("none runs ahead of who takes its events", async () => {
  let given = 0;
  async function* eager(): AsyncGenerator<string, void> {
    for (;;) yield String(given++);
  }
  const events = new MergedEvents<string>();
  events.add(eager());
  await events.next();
  await events.next();
  await new Promise((resolve) => setImmediate(resolve));
  expect(given).toBeLessThanOrEqual(4);
  await events.close();
});

test("closed, all of them end; what one throws comes out", async () => {
  const ended: string[] = [];
  const events = new MergedEvents<string>();
  events.add(counting("a", 9, ended));
  events.add(counting("b", 9, ended));
  await events.next();
  await events.close();
  expect(ended.sort()).toEqual(["a", "b"]);
  async function* breaking(): AsyncGenerator<string, void> {
    yield "a";
    throw new Error("broken");
  }
  const broken = new MergedEvents<string>();
  broken.add(breaking());
  expect(await broken.next()).toBe("a");
  await expect(broken.next()).rejects.toThrow("broken");
});
