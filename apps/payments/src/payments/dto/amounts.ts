/** A payment asks for the total of an order. */
export { MAX_ORDER_TOTAL as MAX_AMOUNT } from '@app/events';
