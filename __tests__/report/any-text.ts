import fc from 'fast-check';

/** Any characters, lone surrogates and controls included. */
export function anyText(minLength = 0): fc.Arbitrary<string> {
  const point = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0x80, max: 0x10ffff }));
  return fc.array(point, { minLength, maxLength: 20 }).map((points) => String.fromCodePoint(...points));
}
