/** The image as it was read back after the build, from where it now lives. */
export interface BuiltImage {
  readonly reference: string;
  readonly registry: string | null;
  readonly digest: string | null;
  readonly imageId: string | null;
  readonly where: 'registry' | 'engine' | 'builder cache';
  readonly platforms: readonly BuiltPlatform[];
  /** Why sizes could not be read, or null. */
  readonly problem: string | null;
}

export interface BuiltPlatform {
  readonly platform: string;
  /** Compressed size in a registry, unpacked size in an engine; null where unknown. */
  readonly sizeBytes: number | null;
}

/** What a tag named before it was pushed over. */
export interface PreviousImage {
  readonly digest: string;
  readonly platforms: readonly BuiltPlatform[];
}
