import type { AwsTarget } from "../aws/clients.ts";
import { failureOf, messageOf, nameOf, refusedAction, releaseErrorOf } from "../aws/errors.ts";
import type { Unread } from "../have.ts";

/** Reads parts of what AWS has. What cannot be read is noted, and never taken for absent. */
export class Reader {
  readonly unread: Unread[] = [];
  readonly #target: AwsTarget;
  readonly #signal: AbortSignal;

  constructor(target: AwsTarget, signal: AbortSignal) {
    this.#target = target;
    this.#signal = signal;
  }

  /** For the SDK's `send`. */
  get options(): { readonly abortSignal: AbortSignal } {
    return { abortSignal: this.#signal };
  }

  /**
   * `absent` for an error of one of the names that mean "there is none"; `absent`
   * and a note for a refusal or a failure. Throws ReleaseError where nothing can
   * be read at all: without credentials, or where nobody answers.
   */
  async read<Value>(what: { readonly part: string; readonly action: string; readonly absentWhen?: readonly string[] }, ask: () => Promise<Value>, absent: Value): Promise<Value> {
    try {
      return await ask();
    } catch (error) {
      this.#signal.throwIfAborted();
      if (what.absentWhen?.includes(nameOf(error)) === true) return absent;
      const failure = failureOf(error);
      if (failure === "no-credentials" || failure === "expired" || failure === "bad-key" || failure === "unreachable") {
        throw releaseErrorOf(error, { target: this.#target, action: what.action, state: "Nothing was changed." });
      }
      this.unread.push({ part: what.part, ...(failure === "denied" ? { action: refusedAction(error) ?? what.action } : {}), why: messageOf(error) });
      return absent;
    }
  }
}
