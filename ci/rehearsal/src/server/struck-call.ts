import { faults } from "../faults/faults.ts";
import type { Parts } from "../parts.ts";
import { AwsError } from "../protocol/aws-error.ts";
import type { Service } from "../services/service.ts";

/** The connection is to be cut without an answer. */
export class HangUp extends Error {}

/** Throws what an injected fault makes of a call: throttling, an error of the service, or a cut connection. */
export function strikeCall(parts: Parts, { service, folder }: { readonly service: Service; readonly folder: string }, operation: string): void {
  const isMeant = (fault: { readonly service?: string | undefined; readonly operation?: string | undefined }): boolean =>
    (fault.service === undefined || fault.service === service.name || fault.service === folder) && (fault.operation === undefined || fault.operation === operation);
  const { timeline } = parts;
  if (parts.get(faults).strike("throttle", isMeant).length > 0) {
    // Services with a query protocol have it under the older name.
    throw new AwsError(service.xmlNamespace === undefined ? "ThrottlingException" : "Throttling", "Rate exceeded");
  }
  const [error] = parts.get(faults).strike("api-error", isMeant);
  if (error?.how === "500") throw new AwsError("InternalFailure", "An injected fault of the rehearsal: the service answers 500.", { status: 500 });
  if (error?.how === "hang-up") {
    timeline.add("api", "hung-up", { service: service.name, operation });
    throw new HangUp("an injected fault cuts the connection");
  }
}
