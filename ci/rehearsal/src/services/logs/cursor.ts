import { AwsError } from "../../protocol/aws-error.ts";

/**
 * Where GetLogEvents goes on: forwards from the event after that id, or backwards
 * from the one before it. At either end AWS gives the same token back.
 */
export interface Cursor {
  readonly direction: "f" | "b";
  readonly id: string;
}

export const tokenOf = ({ direction, id }: Cursor): string => `${direction}/${id}`;

export function cursorOf(token: string): Cursor {
  const [, direction, id] = /^([fb])\/(\d{56})$/.exec(token) ?? [];
  if (id === undefined) throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
  return { direction: direction === "f" ? "f" : "b", id };
}
