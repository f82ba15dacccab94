/**
 * An error that a client is to see. `name` is the shape's name in the client's
 * model (`TargetGroupNotFoundException`); the short code that query clients get
 * is looked up there. Throw it anywhere below an operation.
 */
export class AwsError extends Error {
  override readonly name: string;
  /** For errors that are in no model (`AccessDenied`, `Throttling`…), and the rare one whose status is not 400. */
  readonly status: number;
  /** Further members of the error's shape. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, { status = 400, members = {} }: { readonly status?: number; readonly members?: Readonly<Record<string, unknown>> } = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.members = members;
  }
}
