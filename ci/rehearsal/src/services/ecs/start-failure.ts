/** Why a task does not start, in the words of its stoppedReason. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
  /** Of which container it is the fault, when it is one's. */
  readonly container: string | undefined;

  constructor(message: string, container?: string) {
    super(message);
    this.container = container;
  }
}
