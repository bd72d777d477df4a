import escapeHtml from 'escape-html';

const MASK = '***';

/** Lines of a secret that are shorter say nothing by themselves (`{`, `--`), and would eat half the text. */
const MIN_LINE = 4;
/** Shorter secrets are hidden where they stand alone: as a part of words they would eat all text, and say nothing. */
const MIN_PART = 4;
/** Base64 that is shorter could stand in any text by chance. */
const MIN_BASE64 = 6;

/**
 * Hides every secret in a text, in the forms in which tools print them: as it is, a line of it, escaped for JSON, URLs or
 * HTML, in base64 at any offset; and what stands between `https://` and `@` of any URL, in signatures and tokens of its
 * parameters, and in an Authorization header.
 */
export function redact(text: string, secrets: readonly string[]): string {
  return redactor(secrets)(text);
}

/** The same, for many texts with the same secrets. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  if (forms.length === 0) return maskCredentials;
  const pattern = new RegExp(forms.map(patternOf).join('|'), 'g');
  return (text) => maskCredentials(text.replace(pattern, MASK));
}

/** The same with a list that grows: what is added to it is hidden from then on. */
export function livingRedactor(secrets: readonly string[]): (text: string) => string {
  let known = -1;
  let hide = maskCredentials;
  return (text) => {
    if (known !== secrets.length) {
      known = secrets.length;
      hide = redactor(secrets);
    }
    return hide(text);
  };
}

/**
 * What a runner is told to hide of a secret, for this job's whole log. It would hide every line of a text, `{` as well, and
 * every `1` of one that is short.
 */
export function maskable(secret: string): readonly string[] {
  return secret
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= MIN_LINE);
}

/** Names of a result's parts that hold nothing but words of our own, whatever somebody's secret is. */
const OWN_WORDS = new Set([
  ...['kind', 'verdict', 'state', 'strategy', 'class', 'cause', 'backend', 'direction', 'result', 'form', 'mode'],
  ...['decision', 'where', 'origin', 'purpose', 'trust', 'severity', 'what', 'unable'],
]);

/** Hides the secrets in every string of a value, such as a whole result, before it is rendered or written. */
export function redactValue<T>(value: T, secrets: readonly string[]): T {
  const hide = redactor(secrets);
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return hide(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [key, isOwnWord(key, inner) ? inner : walk(inner)]),
    );
  };
  return walk(value) as T;
}

/** `DEBUG=true` among the secrets must not make a result unreadable for its own renderers. */
function isOwnWord(key: string, value: unknown): boolean {
  return OWN_WORDS.has(key) && typeof value === 'string' && /^[A-Za-z][A-Za-z -]{0,40}$/.test(value);
}

function patternOf(form: string): string {
  return form.length < MIN_PART ? `(?<![A-Za-z0-9])${literal(form)}(?![A-Za-z0-9])` : literal(form);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function formsOf(secret: string): readonly string[] {
  const whole = [secret, secret.trim()].filter((form) => form.trim() !== '');
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const texts = [...whole, ...(lines.length > 1 ? lines.filter((line) => line.length >= MIN_LINE) : [])];
  return [...texts.flatMap(escapedForms), ...whole.flatMap(base64Forms)];
}

function escapedForms(text: string): readonly string[] {
  return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed()), escapeHtml(text)];
}

function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const whole = bytes.toString('base64');
  const bare = whole.replace(/=+$/, '');
  const forms = [
    whole,
    bare,
    ...wrapped(whole, 76),
    ...wrapped(whole, 64),
    ...[0, 1, 2].map((offset) => base64Core(bytes, offset)),
  ];
  const long = forms.filter((form) => form.length >= MIN_BASE64);
  return [...long, ...long.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** What `base64` and openssl break a long text into: the block as a whole, and each line, as a log has it. */
function wrapped(text: string, width: number): readonly string[] {
  if (text.length <= width) return [];
  const lines = text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return [lines.join('\n'), ...lines];
}

/** What base64 makes of the secret behind `offset` other bytes, as in `user:secret`, without what the neighbours share. */
function base64Core(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

const userInfo = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s/"'<>\\]{1,1000})@(?!sha(?:256|384|512):)/gi;

/** Parameters of a URL that are a right by themselves: signatures of blob stores, tokens. */
const parameter =
  /([?&](?:sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token)|(?:access_|refresh_|id_)?token|api_?key|client_secret|password)=)[^&\s"'<>]+/gi;
/** What a program shows of its request when it is told to be verbose. */
const header = /(\bauthorization["']?[ \t]*[:=][ \t]*["']?(?:basic|bearer|token)[ \t]+)[\w+/=.~-]{6,}/gi;

/** What is a credential by its place, whoever's it is. */
function maskCredentials(text: string): string {
  return maskUserInfo(text).replace(parameter, `$1${MASK}`).replace(header, `$1${MASK}`);
}

/** In `https://` even a lone name may be a token; elsewhere, as in `ssh://git@`, only what has a password is hidden. */
function maskUserInfo(text: string): string {
  return text.replace(userInfo, (all, scheme: string, user: string) =>
    user.includes(':') || /^https?:/i.test(scheme) ? `${scheme}${MASK}@` : all,
  );
}
