import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import { MAX_PRICE } from '@app/kernel';

/** The highest total of an order, in minor units. */
export const MAX_AMOUNT = MAX_LINES * MAX_QUANTITY * MAX_PRICE;
