/**
 * GitHub's expressions, as far as workflows of this repository and their like use them
 * (https://docs.github.com/actions/reference/workflows-and-actions/expressions): what is not known throws.
 */

/** The contexts: `github`, `inputs`, `steps`, `env` … */
export type Contexts = Readonly<Record<string, unknown>>;

/** What a step has to know to answer `success()` and its like. */
export type JobStatus = 'success' | 'failure' | 'cancelled';

type Value = string | number | boolean | null | object;

const TOKEN =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?))|(?<name>[A-Za-z_][\w-]*)|(?<sign>&&|\|\||[!=<>]=|[!<>()[\].,*]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign';
  readonly text: string;
}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(source)?.groups;
    const entry = Object.entries(groups ?? {}).find(([, text]) => (text as string | undefined) !== undefined);
    if (entry === undefined) throw new Error(`lab: ${source.slice(at)} is no expression`);
    found.push({ kind: entry[0] as Token['kind'], text: entry[1] });
  }
  return found;
}

/** The value of what stands between `${{` and `}}`. */
export function evaluate(source: string, contexts: Contexts, status: JobStatus): unknown {
  const left = tokens(source);
  const isNext = (sign: string): boolean => left[0]?.kind === 'sign' && left[0].text === sign;
  const take = (sign: string): boolean => isNext(sign) && left.shift() !== undefined;
  const expectSign = (sign: string): void => {
    if (!take(sign)) throw new Error(`lab: ${sign} is missing in ${source}`);
  };

  function either(): unknown {
    let value = both();
    while (take('||')) {
      const other = both();
      value = isTrue(value) ? value : other;
    }
    return value;
  }
  function both(): unknown {
    let value = comparison();
    while (take('&&')) {
      const other = comparison();
      value = isTrue(value) ? other : value;
    }
    return value;
  }
  function comparison(): unknown {
    const value = unary();
    const sign = ['==', '!=', '<=', '>=', '<', '>'].find(isNext);
    if (sign === undefined) return value;
    left.shift();
    return compare(sign, value, unary());
  }
  function unary(): unknown {
    return take('!') ? !isTrue(unary()) : member(primary());
  }
  function member(value: unknown): unknown {
    if (take('.')) return member(propertyOf(value, left.shift()?.text ?? ''));
    if (!take('[')) return value;
    const name = either();
    expectSign(']');
    return member(propertyOf(value, textOf(name)));
  }
  function primary(): unknown {
    const token = left.shift();
    if (token === undefined) throw new Error(`lab: ${source} ends too early`);
    if (token.kind === 'text') return token.text.slice(1, -1).replaceAll("''", "'");
    if (token.kind === 'number') return Number(token.text);
    if (token.kind === 'name') return isNext('(') ? call(token.text) : named(token.text);
    if (token.text !== '(') throw new Error(`lab: ${token.text} is not expected in ${source}`);
    const value = either();
    expectSign(')');
    return value;
  }
  function named(name: string): unknown {
    const literals: Readonly<Record<string, Value>> = { true: true, false: false, null: null };
    if (name in literals) return literals[name];
    if (!(name in contexts)) throw new Error(`lab: there is no context ${name}`);
    return contexts[name];
  }
  function call(name: string): unknown {
    expectSign('(');
    const given: unknown[] = [];
    while (!take(')')) {
      given.push(either());
      take(',');
    }
    return apply(name, given, status);
  }

  const value = either();
  if (left.length > 0) throw new Error(`lab: ${left[0]?.text} is not expected in ${source}`);
  return value;
}

function apply(name: string, given: readonly unknown[], status: JobStatus): unknown {
  const [first, second] = given;
  const [a, b] = [textOf(first).toLowerCase(), textOf(second).toLowerCase()];
  switch (name.toLowerCase()) {
    case 'success':
    case 'failure':
    case 'cancelled':
      return status === name.toLowerCase();
    case 'always':
      return true;
    case 'startswith':
      return a.startsWith(b);
    case 'endswith':
      return a.endsWith(b);
    case 'contains':
      return Array.isArray(first) ? first.map((one) => textOf(one).toLowerCase()).includes(b) : a.includes(b);
    case 'format':
      return textOf(first).replace(/\{(\d+)\}/g, (_, at: string) => textOf(given[Number(at) + 1]));
    case 'join':
      return Array.isArray(first) ? first.map(textOf).join(second === undefined ? ',' : textOf(second)) : textOf(first);
    case 'fromjson':
      return JSON.parse(textOf(first));
    case 'tojson':
      return JSON.stringify(first, null, 2);
    default:
      throw new Error(`lab: there is no function ${name}`);
  }
}

/** A text with `${{ … }}` in it; a text that is one expression alone keeps the expression's type. */
export function interpolate(text: string, contexts: Contexts, status: JobStatus): unknown {
  const whole = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(text);
  if (whole) return evaluate(whole[1] ?? '', contexts, status);
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, source: string) => textOf(evaluate(source, contexts, status)));
}

/** A value where a text is wanted. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function isTrue(value: unknown): boolean {
  return value !== false && value !== 0 && value !== '' && value !== null && value !== undefined;
}

/** Names are found whatever their case; what is not there is null. */
function propertyOf(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object') return null;
  const found = Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? null : (found[1] as unknown);
}

function compare(sign: string, a: unknown, b: unknown): boolean {
  const isText = typeof a === 'string' && typeof b === 'string';
  const [left, right] = isText ? [a.toLowerCase(), b.toLowerCase()] : [numberOf(a), numberOf(b)];
  switch (sign) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

/** How values of different types are compared. */
function numberOf(value: unknown): number {
  if (value === null || value === undefined) return 0;
  return typeof value === 'object' ? Number.NaN : Number(value);
}
