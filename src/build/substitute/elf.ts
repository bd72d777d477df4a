/** The dynamic loader that a program asks for: null for a static one, undefined for what is no ELF file. */
export function elfInterpreter(file: Buffer): string | null | undefined {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const wide = file[4] === 2;
  const little = file[5] === 1;
  const half = (at: number): number => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const word = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const long = (at: number): number => Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at));
  // elf(5): e_phoff, e_phentsize, e_phnum; then p_type, p_offset and p_filesz of each program header.
  const start = wide ? long(32) : word(28);
  const [size, count] = wide ? [half(54), half(56)] : [half(42), half(44)];
  for (let index = 0; index < count; index += 1) {
    const at = start + index * size;
    if (at + size > file.length) return null;
    if (word(at) !== PT_INTERP) continue;
    const [from, length] = wide ? [long(at + 8), long(at + 32)] : [word(at + 4), word(at + 16)];
    return file.toString('latin1', from, from + length).replace(/\0.*$/s, '');
  }
  return null;
}

const PT_INTERP = 3;

/** What `#!` names; null where the file is no script. */
export function scriptInterpreter(file: Buffer): string | null {
  return /^#! *(\S+)/.exec(file.toString('latin1', 0, 256))?.[1] ?? null;
}
