/** The weight of a piece, in grams: ten tonnes. */
export const MAX_WEIGHT = 10_000_000;

/** Decides at which rate goods are taxed, unless a product says otherwise. */
export const STANDARD_TAX_CATEGORY = 'standard';
