import { repositoryOf } from "../services/ecr/state.ts";
import { mayDo, unsupported, type RegistryCall } from "./registry-call.ts";
import { RegistryError } from "./registry-error.ts";

/** `/v2/<name>/tags/list` */
export function answerTags(call: RegistryCall): void {
  const { method, parts, query, response, repositoryName } = call;
  if (method !== "GET") throw unsupported(`${method} of a list of tags`);
  mayDo(call, "ListImages");
  const repository = repositoryOf(parts, { repositoryName });
  const count = Number(query.get("n") ?? 1000);
  if (!Number.isInteger(count) || count < 0) throw new RegistryError(400, "PAGINATION_NUMBER_INVALID", `n is '${query.get("n") ?? ""}'`);
  const after = query.get("last") ?? "";
  const all = repository.images.flatMap(({ tags }) => tags).filter((tag) => tag > after).toSorted((one, other) => (one < other ? -1 : 1));
  const tags = all.slice(0, count);
  const last = tags.at(-1);
  const body = JSON.stringify({ name: repositoryName, tags });
  const link = last !== undefined && tags.length < all.length ? { link: `</v2/${repositoryName}/tags/list?n=${count}&last=${last}>; rel="next"` } : {};
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...link }).end(body);
}
