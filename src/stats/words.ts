/** `42 %`; never 100 % of less than all, nor 0 % of more than nothing. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole >= 100 && share < 1) return '99 %';
  if (whole <= 0 && share > 0) return '1 %';
  return `${whole} %`;
}
