// The error function, as attention_core/engine/kernels.py computes it: quotients of polynomials by W. J. Cody, 1969.

const NEAR = [
  [3.1611237438705655, 23.601290952344122],
  [113.86415415105016, 244.02463793444417],
  [377.485237685302, 1282.6165260773723],
];
const FAR = [
  [0.5641884969886701, 15.744926110709835],
  [8.883149794388377, 117.6939508913125],
  [66.11919063714163, 537.1811018620099],
  [298.6351381974001, 1621.3895745666903],
  [881.952221241769, 3290.7992357334597],
  [1712.0476126340707, 4362.619090143247],
  [2051.0783778260716, 3439.3676741437216],
];

/**
 * @param {number[][]} pairs
 * @param {number} first
 * @param {number} y
 * @returns {[number, number]} numerator and denominator, but for their last numbers
 */
function polynomials(pairs, first, y) {
  let [top, bottom] = [first * y, y];
  for (const [p, q] of pairs) [top, bottom] = [(top + p) * y, (bottom + q) * y];
  return [top, bottom];
}

/** @param {number} x */
export function erf(x) {
  const size = Math.abs(x);
  if (size < 0.46875) {
    const [top, bottom] = polynomials(NEAR, 0.18577770618460315, x * x);
    return (x * (top + 3209.3775891384694)) / (bottom + 2844.236833439171);
  }
  const far = Math.min(size, 6);
  const [top, bottom] = polynomials(FAR, 2.1531153547440383e-8, far);
  const outer = 1 - (Math.exp(-far * far) * (top + 1230.3393547979972)) / (bottom + 1230.3393548037495);
  return x < 0 ? -outer : outer;
}
