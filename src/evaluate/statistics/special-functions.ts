/** Functions behind the tails of distributions. Source: Press et al., Numerical Recipes, 3rd edition, 6.1, 6.2 and 6.4. */

const PRECISION = 1e-16;
/** Keeps a continued fraction from dividing by zero. */
const TINY = 1e-300;

// Lanczos's approximation with g = 7 and nine terms (Godfrey, 2001): 15 digits.
const LANCZOS = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
];

/** log Γ(x), for x above 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const base = x + 6.5;
  const sum = LANCZOS.reduce((total, term, index) => (index === 0 ? term : total + term / (x - 1 + index)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The share of a chi-square distribution with one degree of freedom above x. */
export function chiSquareTail(x: number): number {
  return x <= 0 ? 1 : upperGamma(0.5, x / 2);
}

/** The share of Student's t distribution beyond -|t| and |t|. */
export function studentTails(t: number, degrees: number): number {
  return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

/** The t beyond which, on both sides together, lies the given share. By halving: the tails fall steadily. */
export function studentQuantile(tails: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (studentTails(high, degrees) > tails) high *= 2;
  for (let round = 0; round < 200 && low < high; round++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (studentTails(middle, degrees) > tails) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Γ(a, x) / Γ(a): the series below a + 1, the continued fraction above. */
function upperGamma(a: number, x: number): number {
  const factor = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = a + 1; term > sum * PRECISION; n++) {
      term *= x / n;
      sum += term;
    }
    return 1 - sum * factor;
  }
  return factor / (x + 1 - a + fraction((n) => ({ numerator: -n * (n - a), denominator: x + 2 * n + 1 - a })));
}

/** Iₓ(a, b), the regularised incomplete beta function. */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x); // the fraction converges fast on the other side
  const factor = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  const numerator = (n: number) => {
    const half = Math.floor(n / 2);
    return n % 2 === 0
      ? (half * (b - half) * x) / ((a + n - 1) * (a + n))
      : (-(a + half) * (a + b + half) * x) / ((a + n - 1) * (a + n));
  };
  return factor / a / (1 + fraction((n) => ({ numerator: numerator(n), denominator: 1 })));
}

/** n₁/(d₁ + n₂/(d₂ + ...)), by Lentz's method as Thompson and Barnett (1986) changed it. */
function fraction(part: (n: number) => { numerator: number; denominator: number }): number {
  let value = TINY;
  let above = TINY;
  let below = 0;
  for (let n = 1; n < 10_000; n++) {
    const { numerator, denominator } = part(n);
    below = 1 / nonZero(denominator + numerator * below);
    above = nonZero(denominator + numerator / above);
    const change = above * below;
    value *= change;
    if (Math.abs(change - 1) < PRECISION) break;
  }
  return value;
}

const nonZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
