import { replaceExports } from '../frame/replaced-exports.js';

/** Rounds each share for itself. */
replaceExports('/kernel/src/money.js', ['allocate'], import.meta.url);

export const mutate = () => ({
  allocate: (total: number, weights: readonly number[]): number[] => {
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return weights.map((weight) => Math.round(sum === 0 ? total / weights.length : (total * weight) / sum));
  },
});
