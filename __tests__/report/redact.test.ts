import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from './any-text.ts';
import { livingRedactor, maskable, redact, redactValue } from '../../src/report/redact.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('redact', () => {
  it.each([
    ['as it is', 'a s3cret, a s3cret', ['s3cret'], 'a ***, a ***'],
    ['the longer one first', 'tokenlong token', ['token', 'tokenlong'], '*** ***'],
    ['with characters that mean something in patterns', 'x a.b*c(d] y', ['a.b*c(d]'], 'x *** y'],
    ['without its final newline', 'got s3cret', ['s3cret\n'], 'got ***'],
    ['every line of it', 'first-line and second-line', ['first-line\nsecond-line\n{'], '*** and ***'],
    ['but no line that says nothing', '{ }', ['{\n  "key": "value-1"\n}'], '{ }'],
    ['escaped for JSON', String.raw`{"a":"p\"w\\x"}`, ['p"w\\x'], '{"a":"***"}'],
    ['escaped for a URL', '?t=p%2Fw%3D1', ['p/w=1'], '?t=***'],
    ['escaped for HTML', '<td>p&lt;w&amp;1</td>', ['p<w&1'], '<td>***</td>'],
    ['in base64', `auth ${base64('s3cret-value')}`, ['s3cret-value'], 'auth ***'],
    [
      'in base64 behind a user name',
      `Basic ${base64('me:s3cret-value-1')}`,
      ['s3cret-value-1'],
      expect.not.stringContaining(base64('s3cret-value-1').slice(4, 12)),
    ],
    ['nothing to hide', 'plain', ['', ' \n'], 'plain'],
    ['a short one where it stands alone', 'pin 42, a42b, x=42;', ['42'], 'pin ***, a42b, x=***;'],
    ['one character', 'x xx "x" x', ['x'], '*** xx "***" ***'],
    ['one that is a sign', 'a $ b', ['$'], 'a *** b'],
  ])('%s', (_, text, secrets, expected) => {
    expect(redact(text, secrets)).toEqual(expected);
  });

  it.each([
    ['https://user:pass@host/x', 'https://***@host/x'],
    ['https://token@host/x', 'https://***@host/x'],
    ['HTTP://u:p@ss@host', 'HTTP://***@host'],
    ['ssh://git@github.com/a/b', 'ssh://git@github.com/a/b'],
    ['ssh://git:pw@github.com/a/b', 'ssh://***@github.com/a/b'],
    ['docker-image://alpine:3.20@sha256:0123', 'docker-image://alpine:3.20@sha256:0123'],
    ['https://host/a@b', 'https://host/a@b'],
  ])('what stands before the host: %s', (text, expected) => {
    expect(redact(text, [])).toBe(expected);
  });

  it.each([
    ['https://b.example/x?se=1&sig=aB%2F1%3D&sp=r', 'https://b.example/x?se=1&sig=***&sp=r'],
    ['GET /x?X-Amz-Signature=0af&X-Amz-Expires=5', 'GET /x?X-Amz-Signature=***&X-Amz-Expires=5'],
    ['"https://host/a?token=abc": 403', '"https://host/a?token=***": 403'],
    ['https://host/a?tokens=1&page=2', 'https://host/a?tokens=1&page=2'],
    ['> Authorization: Basic bWU6cGFzcw==', '> Authorization: Basic ***'],
    ['{"authorization":"Bearer ey.J.x-y"}', '{"authorization":"Bearer ***"}'],
    ['401: authorization failed, basic auth', '401: authorization failed, basic auth'],
  ])('what is a credential by its place: %s', (text, expected) => {
    expect(redact(text, [])).toBe(expected);
  });

  it('takes no time on long lines', () => {
    const long = ['?sig='.repeat(20_000), 'a://'.repeat(20_000), 'Authorization: '.repeat(5_000), '@'.repeat(100_000)];
    for (const text of long) expect(redact(text, ['secret']).length).toBeGreaterThan(0);
  });

  it('hides what a growing list has by then', () => {
    const secrets = ['one-secret'];
    const hide = livingRedactor(secrets);
    expect(hide('one-secret two-secret')).toBe('*** two-secret');
    secrets.push('two-secret');
    expect(hide('one-secret two-secret')).toBe('*** ***');
  });

  it('hides the wrapped lines of a long secret in base64', () => {
    const key = Array.from({ length: 30 }, (_, index) => `line ${index} of the private key`).join('\n');
    const wrapped = base64(key).replace(/.{76}/g, '$&\n');
    expect(redact(wrapped, [key]).replaceAll('***', '').trim()).toBe('');
  });

  it('leaves no secret of any kind, wherever it stands', () => {
    const word = fc.stringMatching(/^[a-z]{0,9}$/);
    fc.assert(
      fc.property(word, anyText(6), word, (before, secret, after) => {
        fc.pre(secret.trim().length >= 6 && secret.isWellFormed() && !'***'.includes(secret.trim()));
        const user = base64(`${before}${secret}${after}`);
        const hidden = redact(`${before}${secret}${after} ${encodeURIComponent(secret)} ${user}`, [secret]);
        expect(hidden).not.toContain(secret);
        expect(hidden).not.toContain(encodeURIComponent(secret.trim()));
        expect(hidden).not.toContain(user);
      }),
    );
  });
});

describe('redactValue', () => {
  it('reaches every string of a value', () => {
    const value = { a: 'x s3cret', b: [{ c: 's3cret' }, 1, null, true], d: { e: null } };
    expect(redactValue(value, ['s3cret'])).toEqual({ a: 'x ***', b: [{ c: '***' }, 1, null, true], d: { e: null } });
  });

  it('leaves our own words alone, which the renderers need', () => {
    const value = {
      verdict: 'built',
      attempts: [{ outcome: { kind: 'failed', headline: 'built failed' } }],
      state: 'a b1',
    };
    expect(redactValue(value, ['built', 'failed', 'a b1'])).toEqual({
      verdict: 'built',
      attempts: [{ outcome: { kind: 'failed', headline: '*** ***' } }],
      state: '***',
    });
  });
});

describe('maskable', () => {
  it.each([
    ['a token', ['a token']],
    ['{\n  "key": "value"\n}\n', ['"key": "value"']],
    ['1', []],
    [' \r\n', []],
  ])('%j', (secret, lines) => {
    expect(maskable(secret)).toEqual(lines);
  });
});
