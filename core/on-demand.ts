/** A value that is computed when it is first asked for: what a program does not need must not slow its start. */
export function onDemand<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
