/**
 * Like Promise.all, but a failure is thrown when everything has come to rest:
 * what is cleaned up then has no one still writing to it.
 */
export async function allDone<const Values extends readonly unknown[]>(work: Values): Promise<{ -readonly [Index in keyof Values]: Awaited<Values[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
