/** Instructions that wait for ever: the system call `pause` again and again, and `ppoll` without an end where there is no such call. */
const instructions = { amd64: "b8220000000f05ebf7", arm64: "000080d2010080d2020080d2030080d2280980d2010000d4faffff17" } as const;
/** The number that ELF has for each. */
const machines = { amd64: 62, arm64: 183 } as const;

export type Architecture = keyof typeof instructions;

export const hasPauseProgram = (architecture: string): architecture is Architecture => architecture in instructions;

const startAddress = 0x40_0000n;
const fileHeaderSize = 64;
const programHeaderSize = 56;

/**
 * A Linux program that does nothing until it is killed, made here byte by byte:
 * no registry need be reached for an image that has one, and no compiler. As ELF
 * has it: a file header, one segment that is read and executed, the instructions.
 */
export function pauseProgram(architecture: Architecture): Buffer {
  const code = Buffer.from(instructions[architecture], "hex");
  const headers = Buffer.alloc(fileHeaderSize + programHeaderSize);
  const size = BigInt(headers.length + code.length);
  headers.write("7f454c46020101", "hex");
  headers.writeUInt16LE(2, 16);
  headers.writeUInt16LE(machines[architecture], 18);
  headers.writeUInt32LE(1, 20);
  headers.writeBigUInt64LE(startAddress + BigInt(headers.length), 24);
  headers.writeBigUInt64LE(BigInt(fileHeaderSize), 32);
  headers.writeUInt16LE(fileHeaderSize, 52);
  headers.writeUInt16LE(programHeaderSize, 54);
  headers.writeUInt16LE(1, 56);
  headers.writeUInt32LE(1, 64);
  headers.writeUInt32LE(5, 68);
  for (const offset of [80, 88]) headers.writeBigUInt64LE(startAddress, offset);
  for (const offset of [96, 104]) headers.writeBigUInt64LE(size, offset);
  headers.writeBigUInt64LE(0x1_0000n, 112);
  return Buffer.concat([headers, code]);
}
