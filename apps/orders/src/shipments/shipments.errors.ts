import { notFound } from '@app/kernel';

export const noSuchShipment = () => notFound('shipment');
