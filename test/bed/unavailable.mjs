/** A part of the bed that this machine cannot have: the caller prints "skipped: why" and goes on. */
export class UnavailableError extends Error {
  unavailable = true;

  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.name = "UnavailableError";
  }
}
