/** A zip archive without compression: all that a Go module needs (PKWARE APPNOTE.TXT, sections 4.3.7, 4.3.12, 4.3.16). */
import { crc32 } from 'node:zlib';

export interface ZipFile {
  readonly name: string;
  readonly content: string;
}

/** 1980-01-01, the first day that the format knows: the archive must not depend on the clock. */
const dosDate = 0x0021;

export function zipOf(files: readonly ZipFile[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.name);
    const content = Buffer.from(file.content);
    const common = commonFields(name, content);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, content]);
    entries.push(centralEntry(common, name, offset));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** The 26 bytes that the local header and the central directory share, from "version needed" to "extra length". */
function commonFields(name: Buffer, content: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(dosDate, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function centralEntry(common: Buffer, name: Buffer, offset: number): Buffer {
  const before = Buffer.alloc(6);
  before.write('PK\x01\x02', 0, 'latin1');
  before.writeUInt16LE(20, 4);
  const after = Buffer.alloc(14);
  after.writeUInt32LE(offset, 10);
  return Buffer.concat([before, common, after, name]);
}
