import 'reflect-metadata';
import { OrderSettlement } from '../../../apps/payments/src/reconciliation/order-settlement.js';

/** Lets money that comes late, twice or for nothing stay where it is. */
OrderSettlement.prototype.settle = () => Promise.resolve();
