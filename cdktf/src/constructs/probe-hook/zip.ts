import { crc32 } from "node:zlib";

/** 1980-01-01, the first day that a zip can tell: the same bytes at every synth. */
const date = 0x0021;

/** A zip archive with one file, which is not compressed: a Lambda function takes nothing else, and this needs no program. */
export function zipOf(name: string, content: Buffer): Buffer {
  const fileName = Buffer.from(name);
  const head = [20, 0, 0, 0, date]; // version, flags, stored, time, date
  const sizes = [crc32(content), content.length, content.length];
  const local = Buffer.concat([words(4, 0x04034b50), words(2, ...head), words(4, ...sizes), words(2, fileName.length, 0), fileName, content]);
  // Made by Unix, so that the mode counts: readable for everybody, as Lambda wants it.
  const central = Buffer.concat([words(4, 0x02014b50), words(2, 0x0314, ...head), words(4, ...sizes), words(2, fileName.length, 0, 0, 0, 0), words(4, 0o100644 * 0x10000, 0), fileName]);
  return Buffer.concat([local, central, words(4, 0x06054b50), words(2, 0, 0, 1, 1), words(4, central.length, local.length), words(2, 0)]);
}

/** Little-endian numbers of so many bytes each. */
function words(bytes: 2 | 4, ...numbers: readonly number[]): Buffer {
  const buffer = Buffer.alloc(bytes * numbers.length);
  for (const [index, number] of numbers.entries()) buffer.writeUIntLE(number, index * bytes, bytes);
  return buffer;
}
