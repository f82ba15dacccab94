import { notPulled, pullOnce, shared, storedReference, type ProvidedReference, type PullingOptions } from "./pull-once.ts";

/** A registry answers within milliseconds; this is for slow lines and slow proxies. */
export const CONNECT_TIMEOUT_MS = 20_000;

/** Makes sure that the engine has this very image: nothing else is taken in its place. */
export function provideReference(reference: string, options: PullingOptions): Promise<ProvidedReference> {
  const { containers } = options;
  return shared(reference, containers, async () => {
    const stored = await storedReference(reference, containers);
    if (stored) return stored;
    const outcome = await pullOnce(reference, CONNECT_TIMEOUT_MS, options);
    const pulled = outcome.kind === "pulled" ? await storedReference(reference, containers) : undefined;
    if (pulled) return pulled;
    const why = outcome.kind === "pulled" ? "the engine does not have it after the pull" : outcome.why;
    throw notPulled(reference, why, "It was asked for by name, so nothing else is taken.");
  });
}
