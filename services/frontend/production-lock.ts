/**
 * Prints package-lock.json without what only development needs. The pages are
 * bundles: their packages have no manifest of their own in the image, and by
 * this list a bill of materials names them all the same.
 */
import { readFileSync } from 'node:fs';

interface Package {
  readonly name?: string;
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

interface LockFile {
  readonly packages: Readonly<Record<string, Package>>;
}

export function productionLock<Lock extends LockFile>(lock: Lock): Lock {
  const kept = Object.entries(lock.packages).filter(([, { dev, devOptional, optional }]) => dev !== true && devOptional !== true && optional !== true);
  return { ...lock, packages: Object.fromEntries(kept) };
}

if (import.meta.main) process.stdout.write(JSON.stringify(productionLock(JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile)));
