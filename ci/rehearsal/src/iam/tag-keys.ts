/** The condition keys that tags give a request, as every service has them. */
export type TagKeys = Readonly<Record<string, string | readonly string[]>>;

/** Of the tags that a call brings: `aws:RequestTag/<key>` and `aws:TagKeys`; none when it brings none. */
export function requestTagKeys(tags: Readonly<Record<string, string>>): TagKeys {
  const keys = Object.keys(tags);
  return keys.length === 0 ? {} : { ...prefixed("aws:RequestTag", tags), "aws:TagKeys": keys };
}

/** Of the tags that a resource has, by AWS's key and by the service's own: `aws:ResourceTag/<key>`, `ecs:ResourceTag/<key>`. */
export const resourceTagKeys = (service: string, tags: Readonly<Record<string, string>> | undefined): TagKeys => ({ ...prefixed("aws:ResourceTag", tags ?? {}), ...prefixed(`${service}:ResourceTag`, tags ?? {}) });

const prefixed = (prefix: string, tags: Readonly<Record<string, string>>): TagKeys => Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));
