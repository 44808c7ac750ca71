/** Registries count questions. */
const atOnce = 6;

/** Asks for each, a few at a time; the answers in the order of `all`. After a failure no other one is begun. */
export async function inTurns<Item, Answer>(
  all: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = new Array(all.length);
  let next = 0;
  const work = async () => {
    while (next < all.length) {
      const index = next++;
      try {
        answers[index] = await ask(all[index]!);
      } catch (error) {
        next = all.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return answers;
}
