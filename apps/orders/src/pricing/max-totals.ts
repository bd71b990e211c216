import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import { MAX_WEIGHT } from '@app/kernel';

export { MAX_ITEMS_TOTAL, MAX_ORDER_TOTAL as MAX_TOTAL } from '@app/events';

/** The weight of an order, in grams. */
export const MAX_ITEMS_WEIGHT = MAX_LINES * MAX_QUANTITY * MAX_WEIGHT;
