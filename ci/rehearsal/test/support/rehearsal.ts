import { onTestFinished } from "vitest";
import { AwsRehearsal, type RehearsalOptions } from "../../src/aws-rehearsal.ts";
import { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { operatorKey } from "../../src/iam/access-keys.ts";

export const startMs = Date.UTC(2026, 0, 15, 12);

/** One of its own for a test, on a clock that the test moves; it ends with the test. */
export async function startRehearsal(options: RehearsalOptions = {}): Promise<{ readonly rehearsal: AwsRehearsal; readonly clock: VirtualClock; readonly client: ClientSettings }> {
  const clock = new VirtualClock(startMs);
  const rehearsal = await new AwsRehearsal({ clock, ...options }).start();
  onTestFinished(async () => rehearsal.stop());
  return { rehearsal, clock, client: clientSettings(rehearsal) };
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** What any client of the JS SDK is made with. */
export const clientSettings = (rehearsal: AwsRehearsal): ClientSettings => ({ endpoint: rehearsal.url, region: rehearsal.parts.world.region, credentials: operatorKey, maxAttempts: 1 });
