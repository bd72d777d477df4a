import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { mustRun } from '../command.ts';
import { digestOf, writeBlob, type Descriptor, type RegistryStorage } from './registry-storage.ts';

export interface Layer {
  readonly descriptor: Descriptor;
  /** Digest of the layer before compression, which the image's configuration lists. */
  readonly diffId: string;
}

/** Most images have gzip; zstd unpacks several times as fast, for what is large and pulled in many cases. */
export type Compression = 'gzip' | 'zstd';

const compressors: Readonly<Record<Compression, (content: Buffer) => Promise<Buffer>>> = {
  gzip: (content) => promisify(gzip)(content, { level: 6 }),
  zstd: (content) => promisify(zstdCompress)(content, { params: { [constants.ZSTD_c_compressionLevel]: 9 } }),
};

/** Lets `fill` write a folder and packs it. Names are sorted and times are zero: the same content has the same digest. */
export async function makeLayer(
  storage: RegistryStorage,
  fill: (folder: string) => Promise<void>,
  compression: Compression = 'gzip',
): Promise<Layer> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'lab-layer-'));
  try {
    const folder = path.join(work, 'root');
    await mustRun(['mkdir', '-m', '755', folder]);
    await fill(folder);
    const file = path.join(work, 'layer.tar');
    const owner = ['--owner=0', '--group=0', '--numeric-owner'];
    await mustRun(['tar', '--sort=name', '--mtime=@0', '--format=gnu', ...owner, '-C', folder, '-cf', file, '.']);
    const tar = await readFile(file);
    const packed = await compressors[compression](tar);
    const descriptor = await writeBlob(storage, `application/vnd.oci.image.layer.v1.tar+${compression}`, packed);
    return { descriptor, diffId: digestOf(tar) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
