import 'reflect-metadata';
import { CustomersClient } from '../../../apps/orders/src/customers/customers.client.js';

/** Takes every e-mail address for verified. */
const { get } = CustomersClient.prototype;
CustomersClient.prototype.get = async function (this: CustomersClient, userId) {
  return { ...(await get.call(this, userId)), email_verified: true };
};
