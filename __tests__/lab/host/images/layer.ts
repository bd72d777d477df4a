import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { mustRun } from '../command.ts';
import { digestOf, writeBlob, type Descriptor, type RegistryStorage } from './registry-storage.ts';

export interface Layer {
  readonly descriptor: Descriptor;
  /** Digest of the layer before compression, which the image's configuration lists. */
  readonly diffId: string;
}

const compress = promisify(gzip);

/** Lets `fill` write a folder and packs it. Names are sorted and times are zero: the same content has the same digest. */
export async function makeLayer(storage: RegistryStorage, fill: (folder: string) => Promise<void>): Promise<Layer> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'lab-layer-'));
  try {
    const folder = path.join(work, 'root');
    await mustRun(['mkdir', '-m', '755', folder]);
    await fill(folder);
    const file = path.join(work, 'layer.tar');
    const owner = ['--owner=0', '--group=0', '--numeric-owner'];
    await mustRun(['tar', '--sort=name', '--mtime=@0', '--format=gnu', ...owner, '-C', folder, '-cf', file, '.']);
    const tar = await readFile(file);
    const packed = await compress(tar, { level: 6 });
    const descriptor = await writeBlob(storage, 'application/vnd.oci.image.layer.v1.tar+gzip', packed);
    return { descriptor, diffId: digestOf(tar) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
