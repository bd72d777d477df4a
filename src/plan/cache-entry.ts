import { readFields } from '../inputs/drop-in/lists.ts';
import { parseReference } from '../registry/reference.ts';
import type { CacheChoice } from './plan.ts';

/** A value of `--cache-from` or `--cache-to`, as far as it decides where the cache is. */
export interface CacheEntry {
  readonly backend: CacheChoice['backend'];
  /** The attributes by their names in lower case; empty for a bare reference. */
  readonly attributes: Readonly<Record<string, string>>;
  /** References that are asked for at registries. */
  readonly references: readonly string[];
}

/** Reads an entry as buildx does (util/buildflags/cache.go `ParseCacheEntry`): fields without `=` are references. */
export function readCacheEntry(text: string): CacheEntry {
  const read = readFields(text);
  const [fields = []] = read.kind === 'records' ? read.records : [];
  if (!fields.some((field) => field.includes('='))) return { backend: 'registry', attributes: {}, references: fields };
  const attributes = Object.fromEntries(
    fields.map((field) => {
      const [name = '', ...value] = field.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
  const backend = backendOf(attributes['type'] ?? '');
  const reference = attributes['ref'];
  return { backend, attributes, references: backend === 'registry' && reference !== undefined ? [reference] : [] };
}

function backendOf(type: string): CacheChoice['backend'] {
  return type === 'local' || type === 'gha' || type === 'registry' ? type : 'custom';
}

/** The registries that an entry leads to, as health knows them. */
export function registriesOf({ references }: CacheEntry): readonly string[] {
  return references.flatMap((reference) => {
    const parsed = parseReference(reference);
    return parsed.kind === 'parsed' ? [parsed.reference.registry] : [];
  });
}

/** Attributes of cache backends that hold a credential (https://docs.docker.com/build/cache/backends/). */
const CREDENTIALS = ['token', 'ghtoken', 'secret_access_key', 'session_token', 'account_key', 'sas_token'];

/** The credentials in an entry, to be kept from every text that shows it. */
export function credentialsIn(text: string): readonly string[] {
  const { attributes } = readCacheEntry(text);
  return CREDENTIALS.flatMap((name) => attributes[name] || []);
}
