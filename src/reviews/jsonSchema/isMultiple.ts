/**
 * Whether a decimal number is a whole multiple of another, exactly: 19.99 is one of 0.01, though
 * not in the arithmetic of doubles.
 */
export function isMultiple(value: number, divisor: number): boolean {
  const [digits, power] = decimalOf(value);
  const [divisorDigits, divisorPower] = decimalOf(divisor);
  if (digits === 0n) return true;
  // Both are integers of at most 17 digits times a power of 10 between -324 and 308.
  const shift = BigInt(Math.abs(power - divisorPower));
  return power >= divisorPower
    ? (digits * 10n ** shift) % divisorDigits === 0n
    : digits % (divisorDigits * 10n ** shift) === 0n;
}

function decimalOf(value: number): [digits: bigint, power: number] {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}
