/** Asks the process for something. Returns why not, in its own words; undefined when it was done. */
export async function ask(method: "POST" | "DELETE", path: string, body?: object): Promise<string | undefined> {
  try {
    const response = await fetch(`/_rehearsal/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (response.ok) return undefined;
    const { error } = (await response.json()) as { readonly error?: string };
    return error ?? `It was answered with ${String(response.status)}.`;
  } catch {
    return "The rehearsal does not answer.";
  }
}
