export { OutboundFailed, OutboundRefused, type Outbound, type OutboundAnswer, type OutboundRequest } from './outbound.ts';
export { guardedOutbound, type GuardedOutboundOptions } from './guarded-outbound.ts';
export {
  Deliveries,
  type ClaimedDelivery,
  type DeliveriesOptions,
  type DeliverySettings,
  type NewDelivery,
} from './deliveries.ts';
export { deliveryMigrations } from './delivery-statements.ts';
